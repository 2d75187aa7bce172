// SPDX-License-Identifier: Apache-2.0

import Testing

@Test("samples read byte by byte give the same records as whole", arguments: samplePaths)
func chunking(path: String) throws {
    let bytes = try sample(path)
    let whole = Reader.read(bytes)
    #expect(!whole.isEmpty)
    #expect(Reader.read(bytes, chunk: 1) == whole)
    #expect(Reader.read(bytes, chunk: 7) == whole)
}
