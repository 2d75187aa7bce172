// SPDX-License-Identifier: Apache-2.0

/// Every bound of the daemon, with its unit and reason.
enum ServerLimits {
    /// Threads for what blocks. Appends wait for a disk and not for a core, so there are more of
    /// them than cores; each costs a stack of memory only while it is used.
    static let blockingThreads = 16

    /// Seconds in which the daemon ends once it is asked to: connections get this long to finish.
    static let shutdownSeconds = 10

    /// Seconds from the start until policies run for the first time: what was due while nothing ran
    /// does not wait for the next pass, and the start is not slowed by it.
    static let firstPassSeconds = 20

    /// Milliseconds between two looks for records that trigger a policy: soon for whoever waits, and
    /// a snapshot each costs nothing beside it.
    static let triggerMilliseconds = 1_000

    /// Commands of other users of this machine that run at once; each is a process.
    static let controlConnections = 16

    /// Milliseconds between two looks whether a command has ended.
    static let controlPollMilliseconds: Int32 = 20

    /// Microseconds in which a command ends whose caller has gone, before it is killed.
    static let controlGraceMicroseconds: UInt32 = 2_000_000

    /// Bytes of all headers of a request: room for long tokens, none for nonsense.
    static let headerBytes = 32 << 10

    /// Header fields of a request.
    static let headerFields = 100

    /// Seconds without a byte after which a connection is closed.
    static let idleSeconds: Int64 = 75

    /// Seconds from the first byte of a request to the end of its headers.
    static let headerSeconds: Int64 = 15

    /// Seconds from there to the end of its body: the largest at half a megabyte a second.
    static let arrivalSeconds: Int64 = 120

    // MARK: - Records that come in

    /// Bytes of a request with records, unpacked: what OTLP's collector takes, too.
    static let bodyBytes = 64 << 20

    /// Bytes of requests with records in memory at once, packed and unpacked: room for one of the
    /// largest beside many of the usual size.
    static let ingestBytes = 192 << 20

    /// Threads that mask and append what comes in. They wait for a disk and not for a core.
    static let ingestThreads = 8

    /// Bytes of a request that are masked and appended together: an append of some thousand records
    /// costs nothing beside masking them, and the first are written while the next are masked.
    static let partBytes = 1 << 20

    /// Lines of a request that were no JSON objects and are named in the answer; of more the count.
    static let namedRefusals = 100

    /// Clients whose name is kept ready as a source; more than a desk has bots.
    static let ingestSources = 1_024

    /// Characters of an Idempotency-Key: a UUID and what a program puts before it.
    static let batchKeyBytes = 256

    /// Bytes of records appended at once: with its frame it fits the socket of a book that another
    /// process holds.
    static let appendBytes = 4 << 20

    /// Bytes of a request that is one JSON text: as a tree it takes some twenty times as much.
    static let treeBytes = 16 << 20

    /// Records at the end of a book that are looked through for batches when the daemon starts and the
    /// file of batches is older: about a second.
    static let batchScanRecords: UInt64 = 4_000_000

    /// Seconds between two times that the file of batches is written, while batches come.
    static let rememberSeconds = 10

    /// Batches with a key that are known again: the window. About 10 MB of memory when it is full.
    static let batchWindow = 65_536

    /// Documents with an id of their client's that are known again: the window. About 20 MB of memory
    /// when it is full.
    static let documentWindow = 262_144

    /// Bytes of the file of documents from which on it is written anew: a full window takes a third.
    static let documentJournalBytes = 64 << 20

    /// Milliseconds between two looks at the file of tokens: how long one that was taken away may
    /// still let somebody in.
    static let tokensMilliseconds = 1_000

    /// Time between two looks at the tokens that an unknown one causes: whoever guesses tokens makes
    /// us read a small file five times a second, not more.
    static let tokenLookPause = Duration.milliseconds(200)

    /// Names of users of this machine that are remembered.
    static let peerNames = 1_024

    // MARK: - Acts of people

    /// Bytes of the body of an act: words that people write, or a list of records.
    static let actBodyBytes = 1 << 20

    /// Bytes of one text of an act: a reason, a filter, a name.
    static let actTextBytes = 16 << 10

    /// Texts in one list of an act.
    static let actListCount = 1_000

    /// Records that a plan can name one by one.
    static let actIndexCount = 50_000

    /// How long what came of a job is kept: until whoever started it comes back from lunch.
    static let jobKept = Duration.seconds(3600)

    /// Jobs that ended and are kept at most.
    static let jobsKept = 100

    /// Words of a job that are kept.
    static let jobNotes = 100

    /// Days for which a plan is kept after it expired, so that its receipt can be compared with it.
    static let planDays: Int64 = 30

    /// Receipts and notices that the page Retention lists; the others are asked for by programs.
    static let receiptsShown = 50
    static let noticesShown = 50

    /// Milliseconds between two looks into the spool: programs that run send by themselves, so this is
    /// for what those left behind that ended.
    static let spoolMilliseconds = 5_000

    // MARK: - Sessions

    /// Sessions of the console at once.
    static let sessions = 10_000

    /// Seconds without a request after which a session is over: a break is shorter.
    static let sessionIdleSeconds = 1_800

    /// Seconds after which a session is over in any case: a day at the desk is shorter.
    static let sessionSeconds = 43_200

    /// Links that wait to be used, and the seconds for which they are good.
    static let signInLinks = 100
    static let signInLinkSeconds = 600

    /// Tries to sign in that may fail before the next has to wait; the longest wait in seconds; and
    /// the addresses whose tries are remembered.
    static let freeSignIns = 5
    static let signInWaitSeconds = 900
    static let throttledAddresses = 4_096

    /// Bytes of a form of the console.
    static let formBytes = 1 << 20

    // MARK: - Signing in elsewhere

    /// Bytes of a signed token: what fits a header, with room for a provider's generous claims.
    static let signedTokenBytes = 24 << 10

    /// Bytes of one that is kept to sign out at the provider with: it goes into an address.
    static let hintBytes = 6 << 10

    /// Bytes of the name that a provider gives somebody; `sub` has at most 255.
    static let claimNameBytes = 255

    /// Seconds by which the clocks of a provider and ours may differ.
    static let leewaySeconds: Int64 = 60

    /// Bytes of an answer of a provider, and the keys that are looked at.
    static let providerBytes = 1 << 20
    static let providerKeys = 100

    /// Bytes of an RSA modulus at least: 2048 bits.
    static let modulusBytes = 256

    /// Seconds in which a provider answers.
    static let providerSeconds: Int64 = 10

    /// How old what a provider published may be before it is read again, and, while it cannot be
    /// reached, before it counts no more.
    static let providerFresh = Duration.seconds(3_600)
    static let providerKept = Duration.seconds(86_400)

    /// Time between two questions to a provider that unknown keys cause, and while nothing is known.
    static let providerPause = Duration.seconds(30)
    static let providerFirstPause = Duration.seconds(3)

    /// Sign-ins that wait for a provider to send somebody back, and the seconds they wait.
    static let waitingSignIns = 10_000
    static let waitingSignInSeconds = 600

    // MARK: - Denied accesses

    /// Seconds for which denials of one kind are counted before the count is a record.
    static let denialSeconds = 60

    /// Kinds of denials (route, reason, who) that are told apart within that time.
    static let denialKinds = 64

    /// Addresses that the record of a count names.
    static let denialAddresses = 8
}

/// Bounds of the ways out.
extension ServerLimits {
    /// Bytes of an answer that wait for a client: more only hides that it reads slowly.
    static let pipeBytes = 1 << 20

    /// Bytes of rows that are handed over at once.
    static let chunkBytes = 1 << 16

    /// Searches at once. Each uses the processors in turns; more would only make all of them slow.
    static let searches = 8

    /// Bytes of a query in an address.
    static let queryBytes = 16 << 10

    /// Bytes that a search may hold in memory: groups, rows to be sorted.
    static let searchBytes = 128 << 20

    /// Rows of one answer unless the client says otherwise, and at the most.
    static let rows = 1_000
    static let rowsMax = 1_000_000

    /// Seconds between two signs of life of a search that has found nothing for so long.
    static let progressSeconds = 5

    /// Bytes of a reason: enough to mean something, not so many that it is a document.
    static let reasonBytesMin = 3
    static let reasonBytesMax = 1_000

    /// Live tails at once: each is a connection and what waits for it.
    static let tails = 1_000

    /// How long a tail that has something to catch up with waits for a thread.
    static let tailPatience = Duration.seconds(20)

    /// Records that a tail may begin back.
    static let tailLast = 10_000

    /// Nanoseconds between two looks at the books of a tail: nobody sees the difference.
    static let tailNanoseconds: UInt64 = 50_000_000

    /// Seconds between two signs of life of a tail: proxies close what is silent for a minute.
    static let beatSeconds = 15

    /// Seconds between two looks whether whoever tails still may.
    static let recheckSeconds = 10

    /// Bytes of the file with the last verdicts: some books, and findings of each.
    static let verifiedBytes = 16 << 20

    /// Figures of `/metrics`, each with its dimensions.
    static let figures = 2_000

    /// Steps of an order's life that an answer has.
    static let lifeSteps = 10_000

    /// Bytes of a cursor: some books and their positions.
    static let cursorBytes = 4_096
}
