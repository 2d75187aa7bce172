// SPDX-License-Identifier: Apache-2.0

// MARK: - Stopping and starting

extension Event {
    /// A circuit breaker stopped trading.
    ///
    /// - Parameters:
    ///   - breakerType: `breaker_type`: which one, such as `daily_loss`.
    ///   - reason: `reason`: why.
    ///   - details: `details`: what was measured and what was allowed.
    ///   - strategy: `strategy`: the strategy it stopped.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func circuitBreakerTripped(
        breakerType: String, reason: String, details: Fields? = nil, strategy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.circuitBreakerTripped, at: timestamp, room: 4)
        event.put("breaker_type", breakerType)
        event.put("reason", reason)
        event.put("details", details)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// A circuit breaker lets trading go on.
    ///
    /// - Parameters:
    ///   - breakerType: `breaker_type`: which one.
    ///   - previousState: `previous_state`: the state before.
    ///   - resetBy: `reset_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func circuitBreakerReset(
        breakerType: String, previousState: String? = nil, resetBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.circuitBreakerReset, at: timestamp, room: 3)
        event.put("breaker_type", breakerType)
        event.put("previous_state", previousState)
        event.put("reset_by", resetBy)
        event.add(fields)
        return event
    }

    /// Someone or something stopped all trading.
    ///
    /// - Parameters:
    ///   - reason: `reason`: why.
    ///   - operator: `operator`: a reference to who did it.
    ///   - scope: `scope`: what it stops.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func killSwitchEngaged(
        reason: String, operator: String? = nil, scope: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.killSwitchEngaged, at: timestamp, room: 3)
        event.put("reason", reason)
        event.put("operator", `operator`)
        event.put("scope", scope)
        event.add(fields)
        return event
    }

    /// Trading may go on after a kill switch.
    ///
    /// - Parameters:
    ///   - reason: `reason`: why.
    ///   - operator: `operator`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func killSwitchReleased(
        reason: String, operator: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.killSwitchReleased, at: timestamp, room: 2)
        event.put("reason", reason)
        event.put("operator", `operator`)
        event.add(fields)
        return event
    }

    /// The venue or the program halted trading.
    ///
    /// - Parameters:
    ///   - scope: `scope`: an asset, a venue, a strategy or `all`.
    ///   - reason: `reason`: why.
    ///   - haltedBy: `halted_by`: who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func tradingHalted(
        scope: String, reason: String, haltedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tradingHalted, at: timestamp, room: 3)
        event.put("scope", scope)
        event.put("reason", reason)
        event.put("halted_by", haltedBy)
        event.add(fields)
        return event
    }

    /// Trading goes on after a halt.
    ///
    /// - Parameters:
    ///   - scope: `scope`: an asset, a venue, a strategy or `all`.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func tradingResumed(
        scope: String, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tradingResumed, at: timestamp, room: 2)
        event.put("scope", scope)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A person overruled the program.
    ///
    /// - Parameters:
    ///   - action: `action`: what was done.
    ///   - operator: `operator`: a reference to who did it.
    ///   - reason: `reason`: why.
    ///   - orderID: `order_id`: the order, when it is about one.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func manualOverride(
        action: String, operator: String, reason: String, orderID: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.manualOverride, at: timestamp, room: 4)
        event.put("action", action)
        event.put("operator", `operator`)
        event.put("reason", reason)
        event.put("order_id", orderID)
        event.add(fields)
        return event
    }

    /// A strategy may trade.
    ///
    /// - Parameters:
    ///   - strategy: `strategy`: its name.
    ///   - enabledBy: `enabled_by`: a reference to who did it.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func strategyEnabled(
        strategy: String, enabledBy: String? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.strategyEnabled, at: timestamp, room: 3)
        event.put("strategy", strategy)
        event.put("enabled_by", enabledBy)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A strategy may no longer trade.
    ///
    /// - Parameters:
    ///   - strategy: `strategy`: its name.
    ///   - disabledBy: `disabled_by`: a reference to who did it.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func strategyDisabled(
        strategy: String, disabledBy: String? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.strategyDisabled, at: timestamp, room: 3)
        event.put("strategy", strategy)
        event.put("disabled_by", disabledBy)
        event.put("reason", reason)
        event.add(fields)
        return event
    }
}

// MARK: - What runs

extension Event {
    /// A version of an algorithm was put into use.
    ///
    /// - Parameters:
    ///   - algorithm: `algorithm`: its name.
    ///   - version: `version`: its version.
    ///   - buildHash: `build_hash`: hash of what was built, in hexadecimal.
    ///   - parametersHash: `parameters_hash`: hash of its parameters, in hexadecimal.
    ///   - deployedBy: `deployed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func algoDeployed(
        algorithm: String, version: String, buildHash: String? = nil,
        parametersHash: String? = nil, deployedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.algoDeployed, at: timestamp, room: 5)
        event.put("algorithm", algorithm)
        event.put("version", version)
        event.put("build_hash", buildHash)
        event.put("parameters_hash", parametersHash)
        event.put("deployed_by", deployedBy)
        event.add(fields)
        return event
    }

    /// A parameter of a strategy was changed.
    ///
    /// - Parameters:
    ///   - parameter: `parameter`: its name.
    ///   - newValue: `new_value`: after, as text.
    ///   - oldValue: `old_value`: before, as text.
    ///   - strategy: `strategy`: the strategy.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func parameterChanged(
        parameter: String, newValue: String, oldValue: String? = nil, strategy: String? = nil,
        changedBy: String? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.parameterChanged, at: timestamp, room: 6)
        event.put("parameter", parameter)
        event.put("old_value", oldValue)
        event.put("new_value", newValue)
        event.put("strategy", strategy)
        event.put("changed_by", changedBy)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A model was loaded.
    ///
    /// - Parameters:
    ///   - model: `model`: its name.
    ///   - version: `version`: its version.
    ///   - modelHash: `model_hash`: hash of its file, in hexadecimal.
    ///   - strategy: `strategy`: the strategy that uses it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func modelLoaded(
        model: String, version: String? = nil, modelHash: String? = nil, strategy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.modelLoaded, at: timestamp, room: 4)
        event.put("model", model)
        event.put("version", version)
        event.put("model_hash", modelHash)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// The program changed between backtest, paper and live.
    ///
    /// - Parameters:
    ///   - newMode: `new_mode`: after.
    ///   - oldMode: `old_mode`: before.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func modeChanged(
        newMode: TradingMode, oldMode: TradingMode? = nil, changedBy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.modeChanged, at: timestamp, room: 3)
        event.put("old_mode", oldMode)
        event.put("new_mode", newMode)
        event.put("changed_by", changedBy)
        event.add(fields)
        return event
    }
}
