// SPDX-License-Identifier: Apache-2.0

// Sealing and pruning: steps run on their own thread, one at a time; the append thread chooses them
// and takes in how they went.

extension WriterLoop {
    /// Starts the next step when there is one.
    func startSealIfDue() {
        guard !isSealRunning, !core.mustReplaceLive, !core.mustReopen, stalled.isEmpty else {
            return
        }
        // A book that was opened again does not know of a prune that was under way.
        if !awaitingPrune.isEmpty, core.seal.pruning == nil { failPrunes() }
        let now = clock.monotonic()
        let isAsked = !awaitingSeal.isEmpty || !awaitingPrune.isEmpty
        guard isAsked || now >= sealFrom, !mustRotateForSeal else { return }
        guard !shared.withLock({ $0.isClosing }) else { return }
        do throws(BookError) {
            if let job = try core.nextSeal(isForced: !awaitingSeal.isEmpty) {
                isSealRunning = true
                shared.withLock { $0.sealJob = job }
                shared.broadcast()
            } else {
                settleSeals()
            }
        } catch {
            sealFailed(error)
        }
        coverUpkeep(atOnce: isAsked)
    }

    func finishSeal(_ job: SealJob, _ outcome: SealOutcome) {
        isSealRunning = false
        do throws(BookError) {
            try core.endSeal(job, outcome)
        } catch {
            sealFailed(error)
        }
        if case .prune(_, let record) = job.task {
            for ticket in awaitingPrune {
                ticket.complete(outcome.error.map(Result.failure) ?? .success(record))
            }
            awaitingPrune.removeAll()
        }
        if let error = outcome.error { failSeals(error) }
        coverUpkeep(atOnce: !awaitingSeal.isEmpty)
    }

    /// Puts the record of a prune into the book; the files go when it is signed.
    func take(_ plan: PrunePlan, _ ticket: Ticket) {
        do throws(BookError) {
            guard core.seal.pruning == nil else {
                throw BookError(
                    .setting, "Another prune of this book is under way; ask again when it is done.")
            }
            try mend()
            try core.beginPrune(plan)
            awaitingPrune.append(ticket)
            coverUpkeep(atOnce: true)
        } catch {
            ticket.complete(.failure(error))
        }
    }

    /// Tells those who asked for sealing that all is sealed.
    private func settleSeals() {
        guard !awaitingSeal.isEmpty, core.isSealed else { return }
        publishStatus()
        for ticket in awaitingSeal { ticket.complete(.success(core.size)) }
        awaitingSeal.removeAll()
    }

    /// Appending a record of it failed; tried again after a while.
    private func sealFailed(_ error: BookError) {
        core.seal.trouble = error
        sealFrom = clock.monotonic() + Limits.sealRetryNanoseconds
        failSeals(error)
    }

    func failSeals(_ error: BookError) {
        // Whoever is woken may ask for the trouble at once.
        publishStatus()
        for ticket in awaitingSeal { ticket.complete(.failure(error)) }
        awaitingSeal.removeAll()
    }

    func failPrunes() {
        let error = BookError(
            .closed,
            "The prune was not finished: its record stands in the book, the files too. Ask again.")
        for ticket in awaitingPrune { ticket.complete(.failure(error)) }
        awaitingPrune.removeAll()
    }

    static var closing: BookError {
        BookError(.closed, "The book was closed before all was sealed; it goes on when opened.")
    }

    /// Records about the book's own files are signed like all others; at once when someone waits.
    private func coverUpkeep(atOnce: Bool) {
        guard core.size > core.checkpointed else { return }
        if uncoveredSince == nil { uncoveredSince = clock.monotonic() }
        if atOnce { mustCheckpoint = true }
    }
}
