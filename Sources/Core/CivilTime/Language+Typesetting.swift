extension Language {
    /// A colon with the space French puts before it.
    package var colon: String { self == .french ? "\u{A0}: " : ": " }

    /// Puts the no-break spaces that French wants: before `:`, `;`, `?`, `!`, `»` and per cent signs, after `«`, and
    /// within an hour (`16 h 30`). Spaces only are replaced, so nothing is added to what people wrote.
    package func typeset(_ text: String) -> String {
        guard self == .french else { return text }
        var characters = Array(text)
        for index in characters.indices where characters[index] == " " {
            let before = index > 0 ? characters[index - 1] : " "
            let after = index + 1 < characters.count ? characters[index + 1] : " "
            let next = index + 2 < characters.count ? characters[index + 2] : " "
            let isHour = before.isNumber && after == "h" && !next.isLetter
            let isMinute = before == "h" && after.isNumber && index > 1 && characters[index - 2] == "\u{A0}"
            if ":;?!»%‰".contains(after) || before == "«" || isHour || isMinute { characters[index] = "\u{A0}" }
        }
        return String(characters)
    }
}
