// SPDX-License-Identifier: Apache-2.0

internal import Masking
internal import Records
internal import Yams

extension SettingsReader {
    /// Which members of a book's records are personal: `all`, `none`, or a list of names.
    mutating func seal(_ place: Place) -> SealRule? {
        let isChat = place.name == "books.chat.seal"
        if case .sequence = place.node {
            if isChat {
                note(place, "the book chat is sealed whole: leave the key out")
                return nil
            }
            var names: [String] = []
            for element in elements(of: place) {
                guard let name = text(element, expected: "the name of a field, such as note")
                else { continue }
                guard !Event.reserved.contains(name) else {
                    note(element, "\(name) is never sealed: a book needs it to keep its order")
                    continue
                }
                names.append(name)
            }
            return names.isEmpty
                ? SealRule.none : SealRule(.named(names), under: SystemUser.account)
        }
        switch word(place, among: ["all", "none"]) {
        case "all": return .all(elseUnder: SystemUser.account)
        case "none" where !isChat: return SealRule.none
        case "none":
            note(place, "the book chat is sealed whole: leave the key out")
            return nil
        default: return nil
        }
    }
}
