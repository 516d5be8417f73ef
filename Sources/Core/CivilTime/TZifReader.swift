/// Reads the parts of a TZif file that tell offsets (RFC 9636, section 3): transitions, types and footer.
struct TZifReader {
    private let bytes: [UInt8]
    private let identifier: String
    private var index = 0

    init(_ bytes: [UInt8], identifier: String) {
        self.bytes = bytes
        self.identifier = identifier
    }

    private struct Header {
        var version: UInt8
        var utcCount, standardCount, leapCount, timeCount, typeCount, nameCount: Int

        /// Bytes of the data block, with times of `width` bytes.
        func size(width: Int) -> Int {
            timeCount * (width + 1) + typeCount * 6 + nameCount + leapCount * (width + 4) + standardCount + utcCount
        }
    }

    /// The instants at which an offset begins, the offset before them and from each on, and the footer's rule.
    mutating func read() throws(TZifError) -> (starts: [Int64], offsets: [Int32], rule: PosixTimeZone?) {
        var header = try readHeader()
        guard header.version >= UInt8(ascii: "2") else {
            let block = try readBlock(header, width: 4)
            return (block.starts, block.offsets, nil)
        }
        try skip(header.size(width: 4), "the 32-bit data")
        header = try readHeader()
        let block = try readBlock(header, width: 8)
        return (block.starts, block.offsets, try readFooter())
    }

    private mutating func readHeader() throws(TZifError) -> Header {
        guard bytes.count - index >= 44 else {
            throw problem("the file ends inside a header, at byte \(bytes.count); is it a compiled time zone?")
        }
        guard bytes[index..<index + 4].elementsEqual("TZif".utf8) else {
            throw problem("byte \(index) does not begin with 'TZif'; is it a compiled time zone?")
        }
        let version = bytes[index + 4]
        index += 20
        let header = Header(
            version: version, utcCount: readCount(), standardCount: readCount(), leapCount: readCount(),
            timeCount: readCount(), typeCount: readCount(), nameCount: readCount())
        guard header.leapCount == 0 else {
            throw problem("it counts leap seconds, which legal time does not; use the zone without 'right/'")
        }
        return header
    }

    private mutating func readCount() -> Int { Int(readInteger(4) & 0xFFFF_FFFF) }

    /// A big-endian number of `width` bytes, whose presence was checked before.
    private mutating func readInteger(_ width: Int) -> Int64 {
        var value: Int64 = width == 4 && bytes[index] >= 0x80 ? -1 : 0
        for byte in bytes[index..<index + width] { value = value << 8 | Int64(byte) }
        index += width
        return value
    }

    private mutating func skip(_ count: Int, _ part: String) throws(TZifError) {
        guard count <= bytes.count - index else {
            throw problem("\(part) should take \(count) bytes from byte \(index), but the file ends at \(bytes.count)")
        }
        index += count
    }

    private mutating func readBlock(
        _ header: Header, width: Int
    ) throws(TZifError) -> (starts: [Int64], offsets: [Int32]) {
        let begin = index
        try skip(header.size(width: width), "the data")
        guard header.typeCount > 0 else { throw problem("it has no local time type") }
        index = begin
        var starts: [Int64] = []
        starts.reserveCapacity(header.timeCount)
        for _ in 0..<header.timeCount {
            let start = readInteger(width)
            if let last = starts.last, start <= last {
                throw problem("transition \(starts.count + 1) is not later than the one before it")
            }
            starts.append(start)
        }
        let typeIndexes = bytes[index..<index + header.timeCount]
        index += header.timeCount
        var types: [Int32] = []
        types.reserveCapacity(header.typeCount)
        for number in 0..<header.typeCount {
            let offset = readInteger(4)
            guard offset > -25 * 3600, offset < TimeZoneRules.largestOffset else {
                throw problem("local time type \(number) is \(offset) seconds from UTC, more than a zone can be")
            }
            types.append(Int32(offset))
            index += 2
        }
        var offsets = [types[0]]
        offsets.reserveCapacity(header.timeCount + 1)
        for typeIndex in typeIndexes {
            guard Int(typeIndex) < types.count else {
                throw problem("a transition names local time type \(typeIndex), but there are \(types.count)")
            }
            offsets.append(types[Int(typeIndex)])
        }
        index = begin + header.size(width: width)
        return (starts, offsets)
    }

    /// The rule between two newlines; absent when it is empty.
    private mutating func readFooter() throws(TZifError) -> PosixTimeZone? {
        let footer = bytes[index...]
        guard footer.first == UInt8(ascii: "\n"),
            let end = footer.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
        else { throw problem("the footer at byte \(index) is not enclosed in newlines") }
        let rule = footer[(index + 1)..<end]
        guard !rule.isEmpty else { return nil }
        guard let zone = PosixTimeZone(rule) else {
            throw problem("the footer at byte \(index) is not a rule as 'CET-1CEST,M3.5.0,M10.5.0/3'")
        }
        return zone
    }

    private func problem(_ text: String) -> TZifError { TZifError(identifier: identifier, problem: text) }
}
