// SPDX-License-Identifier: Apache-2.0

import Query
import Records
import TransparencyLog

/// What an export is: for its manifest, its page and its record.
struct ExportFacts {
    let id: String
    let now: Timestamp
    let book: String
    let query: String
    let range: TimeRange
    let until: Timestamp?
    let records: ExportRecords
    let signed: SignedCheckpoint
    let isOpened: Bool
    let key: VerifierKey
    let givenTo: String?
    /// Restricted records that were left out.
    let restricted: UInt64
    var isWithRestricted = false

    /// Checkpoint, key, page and, last, the manifest with the digests of all others.
    func write(to bundle: BundleFile) throws {
        try bundle.add("checkpoint", Array(signed.note.description.utf8))
        try bundle.add("verifier-key.txt", Array((key.description + "\n").utf8))
        try bundle.add("index.html", Array(page(bundle.entries).html.utf8))
        var manifest = ByteBuffer(capacity: 1 << 16)
        CanonicalJSON.encode(self.manifest(bundle.entries), into: &manifest)
        manifest.append(0x0A)
        try bundle.add("manifest.json", manifest.array)
        try bundle.end()
    }

    private var checkpoint: Checkpoint { signed.checkpoint }

    private func manifest(_ files: [BundleFile.Entry]) -> JSONObject {
        var object: JSONObject = [
            "format": "daybook-export/v1", "export_id": .string(id),
            "made": .string(now.description), "book": .string(book),
            "origin": .string(checkpoint.origin), "query": .string(query.isEmpty ? "*" : query),
            "records": .number(String(records.count)),
            "tree_size": .number(String(checkpoint.size)),
            "tree_root": .string(checkpoint.root.base64), "opened": .bool(isOpened),
            "with_restricted": .bool(isWithRestricted),
            "restricted_left_out": .number(String(restricted)),
        ]
        if let first = records.first {
            object["first_index"] = .number(String(first))
            object["last_index"] = .number(String(records.last))
        }
        if let from = range.from { object["from"] = .string(from.description) }
        if let to = range.to { object["to"] = .string(to.description) }
        if let givenTo { object["given_to"] = .string(givenTo) }
        if let until { object["expires"] = .string(until.description) }
        object["files"] = .array(
            files.map { file in
                .object([
                    "name": .string(file.name), "bytes": .number(String(file.bytes)),
                    "sha256": .string(file.digest.hex),
                ])
            })
        return object
    }

    private func page(_ files: [BundleFile.Entry]) -> ExportPage {
        var page = ExportPage(title: "Records of the book \(book)")
        page.facts = [
            ("Export", id), ("Made", now.description), ("Book", checkpoint.origin),
            ("Query", query.isEmpty ? "every record" : query),
        ]
        if range.from != nil || range.to != nil {
            let from = range.from?.description ?? "the beginning"
            page.facts.append(("Time", "\(from) to \(range.to?.description ?? "the end")"))
        }
        page.facts.append(("Records", Words.grouped(records.count)))
        page.facts.append(
            ("Proven by", "the signed tree of \(Words.count(checkpoint.size, "record"))"))
        let sealing =
            isOpened
            ? "opened.jsonl and records.parquet have sealed records readable; records.jsonl has "
                + "them as they are stored and proven"
            : "sealed records are as they are stored: what they say is not in this bundle"
        page.facts.append(("Sealed records", sealing))
        if restricted > 0 {
            page.facts.append(("Left out", Words.count(restricted, "restricted record")))
        }
        if let givenTo { page.facts.append(("Given to", givenTo)) }
        if let until { page.facts.append(("To be destroyed by", until.description)) }
        page.show(records.shown)
        if records.count > UInt64(records.shown.count) {
            page.shownNote =
                "The first \(records.shown.count) of \(Words.grouped(records.count)); all "
                + "of them are in records.jsonl and records.parquet."
        }
        page.files = files
        let example = records.first ?? 0
        page.commands = [
            "# every file is the one that the manifest lists:",
            "python3 -c 'import hashlib,json; [print(f[\"name\"], hashlib.sha256(open("
                + "f[\"name\"],\"rb\").read()).hexdigest()==f[\"sha256\"]) "
                + "for f in json.load(open(\"manifest.json\"))[\"files\"]]'",
            "# line N of indexes.txt is the index of line N of records.jsonl; to check the first:",
            "head -n 1 records.jsonl > line.json",
            "daybook verify-proof --key verifier-key.txt --line line.json "
                + "proofs/\(example).tlog-proof",
        ]
        return page
    }
}
