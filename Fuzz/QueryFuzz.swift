// SPDX-License-Identifier: Apache-2.0
//
// A query from anywhere: whatever comes in, nothing traps; a refusal names a place in the text and
// can be explained; what is understood prints as a query that is the same and prints the same. What
// stands behind a line feed is a record that it looks at.

import Query
import Records

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    let query: Query
    do throws(QueryError) {
        query = try Query(parsing: text)
    } catch {
        if let offset = error.offset { precondition(offset >= 0 && offset <= text.utf8.count) }
        precondition(!error.explained(in: text).isEmpty)
        return 0
    }
    let printed = query.description
    do throws(QueryError) {
        let again = try Query(parsing: printed)
        precondition(again == query, "what is printed is another query")
        precondition(again.description == printed, "printing is not stable")
    } catch {
        // Escapes may make it longer than a query may be; nothing else may be wrong with it.
        precondition(error.code == .tooLarge && printed.utf8.count > text.utf8.count)
        return 0
    }
    look(at: bytes[min(end + 1, bytes.count)...], query)
    return 0
}

private func look(at line: ArraySlice<UInt8>, _ query: Query) {
    var row = RowEvaluator(query.filter)
    line.withUnsafeBufferPointer { bytes in
        let isMatch = row.matches(bytes)
        precondition(isMatch == row.matches(bytes), "an evaluator changes its mind")
        guard let plan = try? QueryPlan(query), case .table(let stats, _, _) = plan.goal,
            row.load(bytes)
        else { return }
        var table = StatsTable(stats)
        try? table.add(row)
        _ = try? table.rows()
    }
}
