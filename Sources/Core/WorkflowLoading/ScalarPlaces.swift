import YAMLReader

/// Where the characters of a scalar's text stand in the file.
///
/// Quoting, escapes and folding change the text. But for escapes they change white space only, so text and file are
/// walked side by side, character by character, with white space skipped.
struct ScalarPlaces {
    private let source: [UInt8]
    private let span: SourceSpan
    /// For each byte of the text, and its end, the byte of the file.
    private var offsets: [Int] = []

    init(_ scalar: YAMLScalar, at span: SourceSpan, in source: [UInt8]) {
        self.source = source
        self.span = span
        var place = min(span.start.offset, source.count)
        let end = min(span.end.offset, source.count)
        let style = place < end && !scalar.isPlain ? source[place] : 0
        switch style {
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            while place < end, !isLineEnd(source[place]) { place += 1 }
        case UInt8(ascii: "'"), UInt8(ascii: "\""): place += 1
        default: break
        }
        for character in scalar.text.unicodeScalars {
            let length = Unicode.UTF8.width(character)
            if !character.properties.isWhitespace || character.value > 0x20 {
                place = skipBlanks(from: place, to: end, style)
            }
            offsets += Array(repeating: min(place, end), count: length)
            guard place < end else { continue }
            if style == UInt8(ascii: "\""), source[place] == UInt8(ascii: "\\") {
                place += escapeLength(at: place)
            } else if style == UInt8(ascii: "'"), character == "'" {
                place += 2
            } else if character.value > 0x20 {
                place += length
            } else if source[place] == UInt8(ascii: " ") || source[place] == UInt8(ascii: "\t") {
                place += 1
            }
        }
        offsets.append(min(place, end))
    }

    /// The place of a part of the text, in UTF-8 bytes of it; at least one character wide.
    func span(from offset: Int, length: Int) -> SourceSpan {
        let first = offsets[min(max(0, offset), offsets.count - 1)]
        let last = length > 0 ? offsets[min(max(0, offset + length - 1), offsets.count - 1)] : first
        let start = mark(at: first)
        var end = last > first ? after(mark(at: last)) : after(start)
        if end.offset > span.end.offset, span.end.offset > start.offset { end = span.end }
        return SourceSpan(start: start, end: end)
    }

    private func skipBlanks(from start: Int, to end: Int, _ style: UInt8) -> Int {
        var place = start
        while place < end {
            if source[place] == UInt8(ascii: " ") || source[place] == UInt8(ascii: "\t") || isLineEnd(source[place]) {
                place += 1
            } else if style == UInt8(ascii: "\""), source[place] == UInt8(ascii: "\\"), place + 1 < end,
                isLineEnd(source[place + 1])
            {
                place += 2
            } else {
                break
            }
        }
        return place
    }

    private func escapeLength(at place: Int) -> Int {
        guard place + 1 < source.count else { return 1 }
        switch source[place + 1] {
        case UInt8(ascii: "x"): return 4
        case UInt8(ascii: "u"): return 6
        case UInt8(ascii: "U"): return 10
        default: return 2
        }
    }

    private func mark(at offset: Int) -> SourceMark {
        var mark = span.start
        while mark.offset < offset { mark = after(mark) }
        return mark
    }

    /// The place of the next character.
    private func after(_ mark: SourceMark) -> SourceMark {
        var next = mark
        guard mark.offset < source.count else {
            next.column += 1
            return next
        }
        let byte = source[mark.offset]
        next.offset += byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        if byte == 0x0A || (byte == 0x0D && !(next.offset < source.count && source[next.offset] == 0x0A)) {
            next.line += 1
            next.column = 1
        } else {
            next.column += 1
        }
        return next
    }
}

private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
