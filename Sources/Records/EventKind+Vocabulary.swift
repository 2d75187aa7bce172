// SPDX-License-Identifier: Apache-2.0

// The vocabulary, group by group. `level` is what an event of the kind has unless it is set.

extension EventKind {
    // MARK: Deciding

    /// A strategy saw something worth acting on.
    public static let signalGenerated = EventKind("signal_generated", .decision)
    /// A strategy decided to trade, or not to.
    public static let tradingDecision = EventKind("trading_decision", .decision)
    /// A decision did not become an order.
    public static let orderIntentDropped = EventKind("order_intent_dropped", .decision, .warning)

    // MARK: Checks before an order leaves

    /// A check before the order said yes.
    public static let riskCheckPassed = EventKind("risk_check_passed", .preTrade)
    /// A check before the order said no.
    public static let riskCheckBlocked = EventKind("risk_check_blocked", .preTrade, .warning)
    /// A trading limit was changed.
    public static let limitChanged = EventKind("limit_changed", .preTrade, .warning)

    // MARK: The life of an order

    /// An order left the program.
    public static let orderSubmitted = EventKind("order_submitted", .order)
    /// The broker has the order; the venue has not confirmed it.
    public static let orderPending = EventKind("order_pending", .order)
    /// The venue confirmed the order.
    public static let orderAccepted = EventKind("order_accepted", .order)
    /// The broker or venue refused the order.
    public static let orderRejected = EventKind("order_rejected", .order, .error)
    /// The condition of a stop or conditional order came true.
    public static let orderTriggered = EventKind("order_triggered", .order)
    /// The order was sent on to another venue.
    public static let orderRouted = EventKind("order_routed", .order)
    /// The program asked to change an order.
    public static let orderModifyRequested = EventKind("order_modify_requested", .order)
    /// An order was changed.
    public static let orderModified = EventKind("order_modified", .order)
    /// The change of an order was refused; it stays as it was.
    public static let orderModifyRejected = EventKind("order_modify_rejected", .order, .error)
    /// The program asked to cancel an order.
    public static let orderCancelRequested = EventKind("order_cancel_requested", .order)
    /// An order was canceled.
    public static let orderCanceled = EventKind("order_canceled", .order)
    /// The cancel was refused; the order lives or is done.
    public static let orderCancelRejected = EventKind("order_cancel_rejected", .order, .error)
    /// A part of an order traded.
    public static let orderPartiallyFilled = EventKind("order_partially_filled", .order)
    /// An order traded completely.
    public static let orderFilled = EventKind("order_filled", .order)
    /// An order reached the end of its life.
    public static let orderExpired = EventKind("order_expired", .order)
    /// The venue changed an order on its own.
    public static let orderRestated = EventKind("order_restated", .order, .warning)
    /// Nobody can say what became of an order.
    public static let orderStatusUnknown = EventKind("order_status_unknown", .order, .warning)

    // MARK: After the trade

    /// The venue corrected a trade.
    public static let tradeCorrected = EventKind("trade_corrected", .trade, .warning)
    /// The venue undid a trade.
    public static let tradeBusted = EventKind("trade_busted", .trade, .warning)
    /// Traded units were given to an account.
    public static let allocation = EventKind("allocation", .trade)
    /// A fee was charged.
    public static let feeAssessed = EventKind("fee_assessed", .trade)
    /// Money or assets did not arrive.
    public static let settlementFailed = EventKind("settlement_failed", .trade, .error)

    // MARK: Positions and accounts

    /// A position came into being.
    public static let positionOpened = EventKind("position_opened", .position)
    /// A position grew or shrank.
    public static let positionChanged = EventKind("position_changed", .position)
    /// A position went to zero.
    public static let positionClosed = EventKind("position_closed", .position)
    /// What an account holds.
    public static let accountState = EventKind("account_state", .position)
    /// The account needs more margin.
    public static let marginCall = EventKind("margin_call", .position, .error)
    /// A position was closed by force.
    public static let liquidation = EventKind("liquidation", .position, .critical)
    /// Money or assets moved between accounts.
    public static let transfer = EventKind("transfer", .position)

    // MARK: Comparing books

    /// Own and broker's books were compared.
    public static let reconciliationRun = EventKind("reconciliation_run", .reconciliation)
    /// Own and broker's books differ.
    public static let breakFound = EventKind("break_found", .reconciliation, .warning)
    /// A difference is explained or gone.
    public static let breakResolved = EventKind("break_resolved", .reconciliation)
    /// The broker shows an order that this program did not send.
    public static let externalOrderSeen = EventKind(
        "external_order_seen", .reconciliation, .warning)

    // MARK: Stopping and starting

    /// A circuit breaker stopped trading.
    public static let circuitBreakerTripped = EventKind(
        "circuit_breaker_tripped", .control, .critical)
    /// A circuit breaker lets trading go on.
    public static let circuitBreakerReset = EventKind("circuit_breaker_reset", .control)
    /// Someone or something stopped all trading.
    public static let killSwitchEngaged = EventKind("kill_switch_engaged", .control, .critical)
    /// Trading may go on after a kill switch.
    public static let killSwitchReleased = EventKind("kill_switch_released", .control, .warning)
    /// The venue or the program halted trading.
    public static let tradingHalted = EventKind("trading_halted", .control, .warning)
    /// Trading goes on after a halt.
    public static let tradingResumed = EventKind("trading_resumed", .control)
    /// A person overruled the program.
    public static let manualOverride = EventKind("manual_override", .control, .warning)
    /// A strategy may trade.
    public static let strategyEnabled = EventKind("strategy_enabled", .control)
    /// A strategy may no longer trade.
    public static let strategyDisabled = EventKind("strategy_disabled", .control, .warning)

    // MARK: What runs

    /// A version of an algorithm was put into use.
    public static let algoDeployed = EventKind("algo_deployed", .algorithm)
    /// A parameter of a strategy was changed.
    public static let parameterChanged = EventKind("parameter_changed", .algorithm)
    /// A model was loaded.
    public static let modelLoaded = EventKind("model_loaded", .algorithm)
    /// The program changed between backtest, paper and live.
    public static let modeChanged = EventKind("mode_changed", .algorithm, .warning)

    // MARK: Market data

    /// A market data feed is there.
    public static let feedConnected = EventKind("feed_connected", .marketData)
    /// A market data feed is gone.
    public static let feedLost = EventKind("feed_lost", .marketData, .error)
    /// A market data feed is there but silent.
    public static let feedStale = EventKind("feed_stale", .marketData, .warning)
    /// Messages are missing.
    public static let sequenceGap = EventKind("sequence_gap", .marketData, .warning)
    /// The digest of a snapshot of the market.
    public static let snapshotDigest = EventKind("snapshot_digest", .marketData, .debug)

    // MARK: Sessions with a venue

    /// A session with a venue began.
    public static let sessionLogon = EventKind("session_logon", .session)
    /// A session with a venue ended.
    public static let sessionLogout = EventKind("session_logout", .session)
    /// A message went to a venue.
    public static let messageSent = EventKind("message_sent", .session, .debug)
    /// A message came from a venue.
    public static let messageReceived = EventKind("message_received", .session, .debug)
    /// A rate limit held something back.
    public static let throttleHit = EventKind("throttle_hit", .session, .warning)
    /// The numbering of a session began anew.
    public static let sequenceReset = EventKind("sequence_reset", .session, .warning)

    // MARK: The program itself

    /// The program started.
    public static let systemStartup = EventKind("system_startup", .system)
    /// The program ends.
    public static let systemShutdown = EventKind("system_shutdown", .system)
    /// Something failed.
    public static let systemError = EventKind("system_error", .system, .error)
    /// The program came back after it ended without saying so.
    public static let crashRecovered = EventKind("crash_recovered", .system, .warning)
    /// A setting was changed.
    public static let configChanged = EventKind("config_changed", .system)
    /// A secret was replaced. Its name is recorded, never its value.
    public static let secretRotated = EventKind("secret_rotated", .system)
    /// How well the clock is synchronised.
    public static let clockSyncStatus = EventKind("clock_sync_status", .system)
    /// The clock jumped.
    public static let clockStepDetected = EventKind("clock_step_detected", .system, .warning)
    /// The program is alive.
    public static let heartbeat = EventKind("heartbeat", .system, .debug)
    /// Space for records is running out.
    public static let diskLow = EventKind("disk_low", .system, .warning)
    /// Records are missing here, and it is known.
    public static let logGapDeclared = EventKind(
        "log_gap_declared", .system, .error, isRecordKeeping: true)

    // MARK: Messages and terminals

    /// Somebody wrote.
    public static let chatMessage = EventKind("chat_message", .communications)
    /// Somebody changed what they wrote.
    public static let chatEdited = EventKind("chat_edited", .communications)
    /// A message was taken back.
    public static let chatDeleted = EventKind("chat_deleted", .communications)
    /// A command was typed.
    public static let terminalCommand = EventKind("terminal_command", .communications)
    /// A program printed a line.
    public static let terminalOutput = EventKind("terminal_output", .communications)
    /// A file was sent.
    public static let fileShared = EventKind("file_shared", .communications)
    /// A line of an imported chat log could not be read; its text is kept.
    public static let chatLineUnread = EventKind("chat_line_unread", .communications, .warning)
    /// Somebody came into a conversation.
    public static let chatJoined = EventKind("chat_joined", .communications)
    /// Somebody left a conversation.
    public static let chatLeft = EventKind("chat_left", .communications)

    // MARK: Daybook's own records

    /// The tree head was signed.
    public static let checkpointSigned = EventKind("checkpoint_signed", .recordKeeping)
    /// A time-stamp for a checkpoint came in.
    public static let anchorObtained = EventKind("anchor_obtained", .recordKeeping)
    /// A witness did not sign a checkpoint.
    public static let witnessRefused = EventKind("witness_refused", .recordKeeping, .error)
    /// A day's records were sealed in a file.
    public static let segmentSealed = EventKind("segment_sealed", .recordKeeping)
    /// The oldest records of the book were removed, with the files that held them.
    public static let recordsPruned = EventKind("records_pruned", .recordKeeping, .warning)
    /// Records left the book as a file.
    public static let exportMade = EventKind("export_made", .recordKeeping)
    /// Somebody read a record.
    public static let recordViewed = EventKind("record_viewed", .recordKeeping)
    /// Somebody searched.
    public static let searchRun = EventKind("search_run", .recordKeeping)
    /// A legal hold began: what it covers cannot be cleared.
    public static let holdOpened = EventKind("hold_opened", .recordKeeping, .warning)
    /// A legal hold ended.
    public static let holdReleased = EventKind("hold_released", .recordKeeping, .warning)
    /// How long records are kept was changed.
    public static let retentionChanged = EventKind("retention_changed", .recordKeeping, .warning)
    /// Records were cleared.
    public static let clearRun = EventKind("clear_run", .recordKeeping, .warning)
    /// Somebody asked for erasure.
    public static let erasureRequested = EventKind("erasure_requested", .recordKeeping)
    /// An erasure was carried out.
    public static let erasureDone = EventKind("erasure_done", .recordKeeping)
    /// Records may be kept but not used.
    public static let restrictionSet = EventKind("restriction_set", .recordKeeping)
    /// Somebody was told.
    public static let notificationSent = EventKind("notification_sent", .recordKeeping)
    /// Somebody chose what shall be cleared; nothing was cleared yet.
    public static let clearPlanned = EventKind("clear_planned", .recordKeeping)
    /// A second person signed a plan.
    public static let clearApproved = EventKind("clear_approved", .recordKeeping)
    /// A hold, a rule or a missing approval kept records from being cleared.
    public static let clearRefused = EventKind("clear_refused", .recordKeeping, .warning)
    /// What is kept how long was accepted, all policies at once.
    public static let policyAccepted = EventKind("policy_accepted", .recordKeeping, .warning)
    /// A second person approved accepted policies.
    public static let policyApproved = EventKind("policy_approved", .recordKeeping, .warning)
    /// A custodian of a legal hold was told of it, or said so.
    public static let holdNoticed = EventKind("hold_noticed", .recordKeeping)
    /// A person asked about the data that is kept of them.
    public static let requestOpened = EventKind("request_opened", .recordKeeping)
    /// A person was told that their answer takes longer.
    public static let requestExtended = EventKind("request_extended", .recordKeeping)
    /// A person got their answer.
    public static let requestAnswered = EventKind("request_answered", .recordKeeping)
    /// A file was imported, or so much of it.
    public static let importProgress = EventKind("import_progress", .recordKeeping)
    /// The vault's keys were put under a new key-encryption key.
    public static let keysRotated = EventKind("keys_rotated", .recordKeeping)
    /// A copy of the vault's keys was made.
    public static let keysBackedUp = EventKind("keys_backed_up", .recordKeeping)
    /// The vault's keys were taken from a copy.
    public static let keysRestored = EventKind("keys_restored", .recordKeeping, .warning)
    /// Who is who in the vault was changed.
    public static let peopleChanged = EventKind("people_changed", .recordKeeping)
    /// A file of a directory went, or an encrypted one took its place.
    public static let fileCleared = EventKind("file_cleared", .recordKeeping, .warning)
    /// A file whose record said that it went stayed after all.
    public static let fileKept = EventKind("file_kept", .recordKeeping, .warning)
    /// The clock was found right, or not, before something was cleared.
    public static let clockChecked = EventKind("clock_checked", .recordKeeping)
    /// Somebody said that the clock is right.
    public static let clockConfirmed = EventKind("clock_confirmed", .recordKeeping, .warning)
    /// Whether policies run by themselves, and when, was changed.
    public static let scheduleChanged = EventKind("schedule_changed", .recordKeeping)
    /// Policies ran: what was due, and what came of it.
    public static let retainRun = EventKind("retain_run", .recordKeeping)
    /// Somebody wants something done that a second person has to agree to.
    public static let proposalMade = EventKind("proposal_made", .recordKeeping, .warning)
    /// A second person agreed.
    public static let proposalApproved = EventKind("proposal_approved", .recordKeeping, .warning)
    /// A proposal was carried out, declined or taken back.
    public static let proposalClosed = EventKind("proposal_closed", .recordKeeping)
    /// A token was made, with which somebody is known to the daemon.
    public static let tokenMade = EventKind("token_made", .recordKeeping)
    /// A token was taken away.
    public static let tokenRevoked = EventKind("token_revoked", .recordKeeping)
    /// Somebody was not let in.
    public static let accessDenied = EventKind("access_denied", .recordKeeping, .warning)
    /// Somebody signed in to the console.
    public static let signedIn = EventKind("signed_in", .recordKeeping)

    /// The daemon ran a command for another user of its machine, or refused to.
    public static let commandRun = EventKind("command_run", .recordKeeping)
    /// How far the files of a source were read.
    public static let sourcePosition = EventKind("source_position", .recordKeeping)

    /// Every kind of the vocabulary, in its order.
    public static let vocabulary: [EventKind] = [
        .signalGenerated, .tradingDecision, .orderIntentDropped,
        .riskCheckPassed, .riskCheckBlocked, .limitChanged,
        .orderSubmitted, .orderPending, .orderAccepted, .orderRejected, .orderTriggered,
        .orderRouted, .orderModifyRequested, .orderModified, .orderModifyRejected,
        .orderCancelRequested, .orderCanceled, .orderCancelRejected, .orderPartiallyFilled,
        .orderFilled, .orderExpired, .orderRestated, .orderStatusUnknown,
        .tradeCorrected, .tradeBusted, .allocation, .feeAssessed, .settlementFailed,
        .positionOpened, .positionChanged, .positionClosed, .accountState, .marginCall,
        .liquidation, .transfer,
        .reconciliationRun, .breakFound, .breakResolved, .externalOrderSeen,
        .circuitBreakerTripped, .circuitBreakerReset, .killSwitchEngaged, .killSwitchReleased,
        .tradingHalted, .tradingResumed, .manualOverride, .strategyEnabled, .strategyDisabled,
        .algoDeployed, .parameterChanged, .modelLoaded, .modeChanged,
        .feedConnected, .feedLost, .feedStale, .sequenceGap, .snapshotDigest,
        .sessionLogon, .sessionLogout, .messageSent, .messageReceived, .throttleHit,
        .sequenceReset,
        .systemStartup, .systemShutdown, .systemError, .crashRecovered, .configChanged,
        .secretRotated, .clockSyncStatus, .clockStepDetected, .heartbeat, .diskLow,
        .logGapDeclared,
        .chatMessage, .chatEdited, .chatDeleted, .terminalCommand, .terminalOutput, .fileShared,
        .chatLineUnread, .chatJoined, .chatLeft,
        .checkpointSigned, .anchorObtained, .witnessRefused, .segmentSealed, .recordsPruned,
        .exportMade, .recordViewed, .searchRun, .holdOpened, .holdReleased, .retentionChanged,
        .clearRun,
        .erasureRequested, .erasureDone, .restrictionSet, .notificationSent,
        .clearPlanned, .clearApproved, .clearRefused,
        .policyAccepted, .policyApproved, .holdNoticed, .requestOpened,
        .requestExtended, .requestAnswered, .importProgress,
        .keysRotated, .keysBackedUp, .keysRestored, .peopleChanged,
        .fileCleared, .fileKept, .clockChecked, .clockConfirmed, .scheduleChanged, .retainRun,
        .proposalMade, .proposalApproved, .proposalClosed,
        .commandRun,
        .tokenMade, .tokenRevoked, .accessDenied, .signedIn,
        .sourcePosition,
    ]
}
