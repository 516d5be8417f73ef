/// A text's bytes with the tables that turn libyaml's character indices into places.
///
/// Lines are counted here and not taken from libyaml, which ends lines at U+0085, U+2028 and U+2029 as YAML 1.1 did.
struct SourceText {
    let bytes: [UInt8]
    /// Bytes of a byte order mark at the start, which libyaml is not shown: 0 or 3.
    let markLength: Int
    /// For each character after the byte order mark, and for the end, its byte offset in `bytes`.
    private let offsets: [UInt32]
    /// The character index at which each line starts.
    private let lineStarts: [Int]

    /// A byte sequence that is not UTF-8, at this offset.
    struct NotUTF8: Error {
        let offset: Int
    }

    init(_ bytes: [UInt8]) throws(NotUTF8) {
        self.bytes = bytes
        markLength = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var offsets: [UInt32] = []
        offsets.reserveCapacity(bytes.count + 1)
        var lineStarts = [0]
        var at = markLength
        while at < bytes.count {
            let byte = bytes[at]
            let length = Self.sequenceLength(bytes, at)
            guard length > 0 else { throw NotUTF8(offset: at) }
            offsets.append(UInt32(at))
            at += length
            if byte == 0x0A || (byte == 0x0D && !(at < bytes.count && bytes[at] == 0x0A)) {
                lineStarts.append(offsets.count)
            }
        }
        offsets.append(UInt32(at))
        self.offsets = offsets
        self.lineStarts = lineStarts
    }

    /// The number of characters.
    var count: Int { offsets.count - 1 }

    /// The place of the character with this index, counted from 0 after the byte order mark.
    func mark(atCharacter index: Int) -> SourceMark {
        let index = min(max(index, 0), count)
        let line = Self.lastIndex(in: lineStarts, notAbove: index)
        return SourceMark(line: line + 1, column: index - lineStarts[line] + 1, offset: Int(offsets[index]))
    }

    /// The place of the character that holds the byte at this offset.
    func mark(atOffset offset: Int) -> SourceMark {
        mark(atCharacter: Self.lastIndex(in: offsets, notAbove: UInt32(max(offset, markLength))))
    }

    /// A span of the bytes in `range`.
    func span(_ range: Range<Int>) -> SourceSpan {
        SourceSpan(start: mark(atOffset: range.lowerBound), end: mark(atOffset: range.upperBound))
    }

    /// A span of the one character at `index`; empty at a line's end.
    func span(ofCharacter index: Int) -> SourceSpan {
        let start = mark(atCharacter: index)
        let atBreak = start.offset >= bytes.count || [0x0A, 0x0D].contains(bytes[start.offset])
        return SourceSpan(start: start, end: atBreak ? start : mark(atCharacter: index + 1))
    }

    /// A span from the character at `index` to the end of its line, spaces there left out.
    func spanOfLine(fromCharacter index: Int) -> SourceSpan {
        let start = mark(atCharacter: index)
        let end = bytes[start.offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        return span(start.offset..<trimmed(end, notBelow: start.offset))
    }

    /// The offset after the last byte before `end` that is neither a space nor a line break.
    func trimmed(_ end: Int, notBelow start: Int) -> Int {
        var end = end
        while end > start, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return end
    }

    /// The characters YAML does not allow in a text, or that YAML 1.1 and 1.2 read differently, as (index, value).
    func unwelcomeCharacters(atMost limit: Int) -> [(index: Int, value: UInt32)] {
        var found: [(index: Int, value: UInt32)] = []
        for index in 0..<count where found.count < limit {
            let start = Int(offsets[index])
            let byte = bytes[start]
            // Everything unwelcome is an ASCII control character or starts with C2, E2 or EF.
            guard byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 || byte == 0xEF else { continue }
            let value = scalar(from: start, to: Int(offsets[index + 1]))
            switch value {
            case 0x09, 0x0A, 0x0D: continue
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: found.append((index, value))
            default: continue
            }
        }
        return found
    }

    private func scalar(from start: Int, to end: Int) -> UInt32 {
        let first = UInt32(bytes[start])
        if end - start == 1 { return first }
        return bytes[(start + 1)..<end].reduce(first & (0xFF >> UInt32(end - start + 1))) {
            $0 << 6 | UInt32($1 & 0x3F)
        }
    }

    /// The length of the well-formed UTF-8 sequence at `at`, by table 3-7 of the Unicode standard; 0 if there is none.
    private static func sequenceLength(_ bytes: [UInt8], _ at: Int) -> Int {
        let first = bytes[at]
        if first < 0x80 { return 1 }
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return 0 }
        return bytes[(at + 2)..<(at + length)].allSatisfy { $0 & 0xC0 == 0x80 } ? length : 0
    }

    /// The index of the last of the sorted `values` that is not above `value`; the first value never is.
    private static func lastIndex<Value: Comparable>(in values: [Value], notAbove value: Value) -> Int {
        var low = 0
        var high = values.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if values[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
