/// Cuts a stream of bytes into lines of a bounded length.
struct LineSplitter {
    /// A line without its line feed, or the first bytes of one that is too long: the rest of it is skipped.
    struct Line: Equatable {
        var bytes: [UInt8]
        var isCut: Bool
    }

    private let longest: Int
    private var pending: [UInt8] = []
    private var isSkipping = false

    init(longest: Int) { self.longest = longest }

    /// Takes more bytes and returns the lines they complete; a line too long is returned as soon as it is.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let part = rest[..<(end ?? rest.endIndex)]
            if !isSkipping {
                let room = longest - pending.count
                pending.append(contentsOf: part.prefix(room))
                if part.count > room {
                    lines.append(Line(bytes: pending, isCut: true))
                    pending = []
                    isSkipping = true
                } else if end != nil {
                    lines.append(Line(bytes: pending, isCut: false))
                    pending = []
                }
            }
            guard let end else { break }
            isSkipping = false
            rest = rest[(end + 1)...]
        }
        return lines
    }

    /// What stands after the last line feed, if anything does.
    mutating func finish() -> Line? {
        defer { pending = [] }
        return pending.isEmpty ? nil : Line(bytes: pending, isCut: false)
    }
}
