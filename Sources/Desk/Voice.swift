// SPDX-License-Identifier: Apache-2.0

/// Where the words of a long piece of work go: to a terminal, or to whoever watches a job of the
/// daemon.
package protocol Voice: Sendable {
    /// Says something that is worth knowing.
    func note(_ text: String)
    /// Says what went wrong and did not stop the work.
    func complain(_ text: String)
    /// Says how far a step is. Called as often as the work likes, from any thread.
    ///
    /// - Parameters:
    ///   - step: what is done, such as `looking`.
    ///   - total: how many there are in all; nil while that is not known.
    ///   - noun: what is counted, in the singular.
    func progress(_ step: String, _ done: UInt64, of total: UInt64?, _ noun: String)
    /// Ends the step that progress was last reported of.
    func endProgress()
}
