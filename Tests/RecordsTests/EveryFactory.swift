// SPDX-License-Identifier: Apache-2.0

import Records

/// One event of each kind, made by its factory with every parameter given.
enum EveryFactory {
    static let decision: [Event] = [
        .signalGenerated(
            signalType: "t", asset: "t", strength: "1.50", price: "1.50",
            strategy: "t"),
        .tradingDecision(
            signalType: "t", asset: "t", amount: "1.50", limitPrice: "1.50",
            stopPrice: "1.50", strategy: "t", strategyClass: "t", reason: "t"),
        .orderIntentDropped(asset: "t", reason: "t", amount: "1.50", strategy: "t"),
    ]
    static let preTrade: [Event] = [
        .riskCheckPassed(check: "t", orderID: "t", asset: "t", value: "1.50", limit: "1.50"),
        .riskCheckBlocked(
            check: "t", reason: "t", orderID: "t", asset: "t", value: "1.50",
            limit: "1.50"),
        .limitChanged(
            limitName: "t", oldValue: "1.50", newValue: "1.50", changedBy: "t",
            reason: "t"),
    ]
    static let order: [Event] = [
        .orderSubmitted(
            orderID: "t", asset: "t", amount: "1.50", orderType: "t", side: "t",
            limitPrice: "1.50", stopPrice: "1.50", timeInForce: "t",
            brokerOrderID: "t", venue: "t", account: "t", strategy: "t"),
        .orderPending(orderID: "t", asset: "t", brokerOrderID: "t", venue: "t"),
        .orderAccepted(orderID: "t", asset: "t", brokerOrderID: "t", venue: "t"),
        .orderRejected(
            orderID: "t", asset: "t", rejectionReason: "t", rejectionCode: "t",
            brokerOrderID: "t", venue: "t", strategy: "t"),
        .orderTriggered(orderID: "t", asset: "t", triggerPrice: "1.50", brokerOrderID: "t"),
        .orderRouted(orderID: "t", asset: "t", route: "t", parentOrderID: "t", brokerOrderID: "t"),
        .orderModifyRequested(
            orderID: "t", asset: "t", newAmount: "1.50", newLimitPrice: "1.50",
            newStopPrice: "1.50", reason: "t"),
        .orderModified(
            orderID: "t", asset: "t", oldAmount: "1.50", newAmount: "1.50",
            oldLimitPrice: "1.50", newLimitPrice: "1.50", oldStopPrice: "1.50",
            newStopPrice: "1.50", originalOrderID: "t", reason: "t"),
        .orderModifyRejected(orderID: "t", asset: "t", rejectionReason: "t", rejectionCode: "t"),
        .orderCancelRequested(orderID: "t", asset: "t", reason: "t"),
        .orderCanceled(
            orderID: "t", asset: "t", reason: "t", canceledBy: "t",
            filledAmount: "1.50", remainingAmount: "1.50"),
        .orderCancelRejected(orderID: "t", asset: "t", rejectionReason: "t", rejectionCode: "t"),
        .orderPartiallyFilled(
            orderID: "t", asset: "t", fillPrice: "1.50", filledAmount: "1.50",
            remainingAmount: "1.50", commission: "1.50", side: "t",
            executionID: "t", venue: "t", strategy: "t"),
        .orderFilled(
            orderID: "t", asset: "t", fillPrice: "1.50", filledAmount: "1.50",
            commission: "1.50", side: "t", currency: "t", executionID: "t",
            brokerOrderID: "t", venue: "t", account: "t", strategy: "t"),
        .orderExpired(orderID: "t", asset: "t", filledAmount: "1.50", remainingAmount: "1.50"),
        .orderRestated(
            orderID: "t", asset: "t", reason: "t", remainingAmount: "1.50",
            limitPrice: "1.50"),
        .orderStatusUnknown(orderID: "t", asset: "t", lastStatus: "t", reason: "t"),
    ]
    static let trade: [Event] = [
        .tradeCorrected(
            executionID: "t", asset: "t", oldPrice: "1.50", newPrice: "1.50",
            oldAmount: "1.50", newAmount: "1.50", reason: "t"),
        .tradeBusted(executionID: "t", asset: "t", reason: "t", orderID: "t"),
        .allocation(allocationID: "t", asset: "t", amount: "1.50", account: "t", price: "1.50"),
        .feeAssessed(feeType: "t", amount: "1.50", currency: "t", orderID: "t", account: "t"),
        .settlementFailed(
            settlementID: "t", asset: "t", reason: "t", amount: "1.50",
            counterparty: "t"),
    ]
    static let position: [Event] = [
        .positionOpened(asset: "t", amount: "1.50", price: "1.50", strategy: "t", account: "t"),
        .positionChanged(
            asset: "t", oldAmount: "1.50", newAmount: "1.50", averagePrice: "1.50",
            strategy: "t", account: "t"),
        .positionClosed(
            asset: "t", amount: "1.50", realizedPnL: "1.50", strategy: "t",
            account: "t"),
        .accountState(
            account: "t", equity: "1.50", cash: "1.50", marginUsed: "1.50",
            marginAvailable: "1.50", currency: "t"),
        .marginCall(
            account: "t", required: "1.50", available: "1.50", currency: "t",
            deadline: .max),
        .liquidation(account: "t", asset: "t", amount: "1.50", price: "1.50", reason: "t"),
        .transfer(fromAccount: "t", toAccount: "t", asset: "t", amount: "1.50", transferID: "t"),
    ]
    static let reconciliation: [Event] = [
        .reconciliationRun(scope: "t", checkedCount: 7, breakCount: 7, durationMilliseconds: 7),
        .breakFound(
            breakID: "t", discrepancyType: "t", asset: "t", localAmount: "1.50",
            brokerAmount: "1.50", severity: "t"),
        .breakResolved(breakID: "t", resolution: "t", resolvedBy: "t"),
        .externalOrderSeen(
            brokerOrderID: "t", asset: "t", side: "t", amount: "1.50",
            orderType: "t"),
    ]
    static let control: [Event] = [
        .circuitBreakerTripped(breakerType: "t", reason: "t", details: ["t": 1], strategy: "t"),
        .circuitBreakerReset(breakerType: "t", previousState: "t", resetBy: "t"),
        .killSwitchEngaged(reason: "t", operator: "t", scope: "t"),
        .killSwitchReleased(reason: "t", operator: "t"),
        .tradingHalted(scope: "t", reason: "t", haltedBy: "t"),
        .tradingResumed(scope: "t", reason: "t"),
        .manualOverride(action: "t", operator: "t", reason: "t", orderID: "t"),
        .strategyEnabled(strategy: "t", enabledBy: "t", reason: "t"),
        .strategyDisabled(strategy: "t", disabledBy: "t", reason: "t"),
    ]
    static let algorithm: [Event] = [
        .algoDeployed(
            algorithm: "t", version: "t", buildHash: "t", parametersHash: "t",
            deployedBy: "t"),
        .parameterChanged(
            parameter: "t", newValue: "t", oldValue: "t", strategy: "t",
            changedBy: "t", reason: "t"),
        .modelLoaded(model: "t", version: "t", modelHash: "t", strategy: "t"),
        .modeChanged(newMode: "t", oldMode: "t", changedBy: "t"),
    ]
    static let marketData: [Event] = [
        .feedConnected(feed: "t", url: "t", subscriptions: ["t"]),
        .feedLost(feed: "t", reason: "t", lastMessageAt: .max),
        .feedStale(feed: "t", asset: "t", ageMilliseconds: 7),
        .sequenceGap(feed: "t", expected: 7, received: 7),
        .snapshotDigest(feed: "t", digest: "t", asset: "t"),
    ]
    static let session: [Event] = [
        .sessionLogon(session: "t", venue: "t", heartbeatSeconds: 7),
        .sessionLogout(session: "t", reason: "t"),
        .messageSent(session: "t", messageType: "t", digest: "t", sequenceNumber: 7),
        .messageReceived(session: "t", messageType: "t", digest: "t", sequenceNumber: 7),
        .throttleHit(limitName: "t", session: "t", waitMilliseconds: 7),
        .sequenceReset(session: "t", newSequenceNumber: 7, oldSequenceNumber: 7),
    ]
    static let system: [Event] = [
        .systemStartup(
            version: "t", strategyClass: "t", broker: "t", mode: "t",
            checkpointIntervalSeconds: 7, reconciliationStrategy: "t",
            shadowMode: true),
        .systemShutdown(reason: "t", uptimeSeconds: 7),
        .systemError(errorMessage: "t", exceptionType: "t", component: "t", traceback: "t"),
        .crashRecovered(reason: "t", lastSeen: .max),
        .configChanged(setting: "t", oldValue: "t", newValue: "t", changedBy: "t"),
        .secretRotated(secretName: "t", rotatedBy: "t"),
        .clockSyncStatus(
            synchronized: true, offsetMicroseconds: 7, uncertaintyMicroseconds: 7,
            clockSource: "t"),
        .clockStepDetected(stepMicroseconds: 7, clockSource: "t"),
        .heartbeat(component: "t", sequenceNumber: 7),
        .diskLow(path: "t", freeBytes: 7, thresholdBytes: 7),
        .logGapDeclared(reason: "t", firstMissing: 7, missingCount: 7),
    ]
    static let communications: [Event] = [
        .chatMessage(
            platform: "t", conversation: "t", sender: "t", text: "t",
            messageID: "t", replyTo: "t"),
        .chatEdited(platform: "t", conversation: "t", sender: "t", text: "t", messageID: "t"),
        .chatDeleted(platform: "t", conversation: "t", messageID: "t", deletedBy: "t"),
        .terminalCommand(command: "t", operator: "t", exitCode: 7),
        .terminalOutput(text: "t", stream: "t", program: "t"),
        .fileShared(
            platform: "t", conversation: "t", sender: "t", fileName: "t",
            sizeBytes: 7, digest: "t"),
        .chatLineUnread(platform: "t", line: 7, problem: "t", text: "t", conversation: "t"),
        .chatJoined(platform: "t", conversation: "t", sender: "t"),
        .chatLeft(platform: "t", conversation: "t", sender: "t"),
    ]
    static let recordKeeping: [Event] = [
        .checkpointSigned(origin: "t", size: 7, root: "t"),
        .anchorObtained(anchorType: "t", size: 7, authority: "t", tokenDigest: "t"),
        .witnessRefused(witness: "t", size: 7, reason: "t"),
        .segmentSealed(file: "t", firstIndex: 7, recordCount: 7, sizeBytes: 7, digest: "t"),
        .recordsPruned(
            firstIndex: 7, recordCount: 7, root: "t", rule: "t", fileCount: 7),
        .exportMade(exportID: "t", recordCount: 7, digest: "t", exportedBy: "t"),
        .recordViewed(book: "t", firstIndex: 7, recordCount: 7, viewedBy: "t"),
        .searchRun(query: "t", hitCount: 7, searchedBy: "t"),
        .holdOpened(holdID: "t", reason: "t", scope: "t", openedBy: "t"),
        .holdReleased(holdID: "t", reason: "t", releasedBy: "t"),
        .retentionChanged(policy: "t", newValue: "t", oldValue: "t", changedBy: "t"),
        .clearRun(planDigest: "t", recordCount: 7, freedBytes: 7, approvedBy: "t"),
        .erasureRequested(requestID: "t", person: "t", receivedAt: .max),
        .erasureDone(requestID: "t", recordCount: 7, receiptDigest: "t"),
        .restrictionSet(requestID: "t", until: .max, rule: "t"),
        .notificationSent(recipient: "t", channel: "t", requestID: "t"),
        .clearPlanned(planDigest: "t", recordCount: 7, expiresAt: .max, plannedBy: "t"),
        .clearApproved(planDigest: "t", signature: "t", approvedBy: "t"),
        .clearRefused(ground: "t", recordCount: 7, planDigest: "t", until: .max),
        .policyAccepted(
            policySet: "t", policyCount: 1, effective: .min, isShorter: true,
            needsApproval: true, policies: ["t": "t"], acceptedBy: "t", approvedBy: "t"),
        .policyApproved(policySet: "t", approvedBy: "t"),
        .holdNoticed(holdID: "t", stage: "t", custodian: "t"),
        .requestOpened(requestID: "t", requestKind: "t", due: .min, request: ["t": "t"]),
        .requestExtended(requestID: "t", due: .min, reason: "t"),
        .requestAnswered(
            requestID: "t", outcome: "t", until: .min, rule: "t", reason: "t"),
        .importProgress(kind: "t", recorded: 7, path: "t"),
        .keysRotated(epochFrom: 1, epochTo: 2, keyCount: 7, rotatedBy: "t"),
        .keysBackedUp(epoch: 1, expires: .max, place: "t", madeBy: "t"),
        .keysRestored(epochFrom: 1, epochTo: 2, keyCount: 7, restoredBy: "t"),
        .peopleChanged(change: "t", person: "t", account: "t", changedBy: "t"),
        .fileCleared(
            outcome: "t", byteCount: 7, modified: .max, rule: "t", directory: "t", path: "t",
            sha256: "t", clearedBy: "t"),
        .fileKept(
            outcome: "t", byteCount: 7, modified: .max, rule: "t", directory: "t", path: "t",
            sha256: "t", clearedBy: "t", reason: "t"),
        .clockChecked(isRight: true, why: "t", boot: "t", uptimeSeconds: 7, isSynchronised: false),
        .clockConfirmed(
            isRight: true, why: "t", boot: "t", uptimeSeconds: 7, isSynchronised: false,
            confirmedBy: "t"),
        .scheduleChanged(action: "t", kind: "t", when: "t", changedBy: "t"),
        .retainRun(cause: "t", clearedCount: 7, keptCount: 7, failedCount: 7, by: "t"),
        .proposalMade(
            proposalID: "t", act: "t", subject: "t", expires: .max, details: ["t": "t"],
            reason: "t", madeBy: "t"),
        .proposalApproved(proposalID: "t", approvedBy: "t"),
        .proposalClosed(proposalID: "t", outcome: "t", reason: "t", closedBy: "t"),
        .commandRun(commandName: "t", refused: true, runBy: "t", words: "t"),
        .tokenMade(
            tokenID: "t", roles: ["t"], expires: .max, heldBy: "t", madeBy: "t", approvedBy: "t"),
        .tokenRevoked(tokenID: "t", revokedBy: "t"),
        .accessDenied(
            route: "t", reason: "t", attemptCount: 7, since: .min, principal: "t", address: "t"),
        .signedIn(way: "t", principal: "t", address: "t"),
        .sourcePosition(
            name: "t", sequence: 7, isFull: true, isComplete: true, files: ["t": "t"],
            chatSize: 7),
    ]

    static let events =
        decision + preTrade + order + trade + position + reconciliation + control
        + algorithm + marketData + session + system + communications + recordKeeping
}
