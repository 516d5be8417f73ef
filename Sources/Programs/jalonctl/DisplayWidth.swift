extension String {
    /// The columns a terminal takes for the text: one a character, two for East Asian wide ones and emoji, none for
    /// what has no width (Unicode Standard Annex #11).
    var displayWidth: Int {
        reduce(0) { width, character in
            guard let scalar = character.unicodeScalars.first else { return width }
            return width + (Self.isWide(scalar) ? 2 : Self.isInvisible(scalar) ? 0 : 1)
        }
    }

    /// The text with spaces behind it, up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - displayWidth)) }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// Text cut into lines at its spaces; no-break spaces hold, and a longer word has a line of its own.
func wrapped(_ text: String, to width: Int?) -> [String] {
    guard let width else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").map(String.init) {
        if line.isEmpty {
            line = word
        } else if line.displayWidth + 1 + word.displayWidth <= width {
            line += " " + word
        } else {
            lines.append(line)
            line = word
        }
    }
    return lines + [line]
}

/// What is wider than this keeps to itself: it moves no other row's cells.
private let widestColumn = 100

/// Rows with their cells under one another; the last cell of a row may be as long as it likes.
///
/// - Parameters:
///   - heading: A first row that stands out; `nil` for none.
///   - indent: Spaces before each row.
func table(_ rows: [[String]], heading: [String]? = nil, indent: Int = 0, style: Style) -> [String] {
    let all = (heading.map { [$0] } ?? []) + rows.map { $0.map(safe) }
    let columns = all.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        all.map { column < $0.count ? $0[column].displayWidth : 0 }.filter { $0 <= widestColumn }.max() ?? 0
    }
    return all.enumerated().map { index, row in
        let cells = row.enumerated().map { column, cell in
            row[(column + 1)...].allSatisfy(\.isEmpty) ? cell : cell.padded(to: widths[column])
        }
        let last = cells.lastIndex { !$0.isEmpty } ?? -1
        let text = cells[...last].joined(separator: "  ")
        return String(repeating: " ", count: indent) + (index == 0 && heading != nil ? style.bold(text) : text)
    }
}
