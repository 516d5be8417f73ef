/// A moment as mail writes it (RFC 5322 §3.3), from how RFC 3339 writes it, in the same offset: "Fri, 24 Sep 2021
/// 16:30:00 +0100". Nil if it is not such a moment; fractions of a second are dropped.
func mailDate(rfc3339 text: String) -> String? {
    let bytes = Array(text.utf8)
    func digits(_ from: Int, _ count: Int) -> Int? {
        guard from + count <= bytes.count else { return nil }
        return bytes[from..<from + count].reduce(0) { number, byte in
            guard let number, (0x30...0x39).contains(byte) else { return nil }
            return number * 10 + Int(byte - 0x30)
        }
    }
    func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
        index < bytes.count && bytes[index] == UInt8(ascii: character)
    }
    guard let year = digits(0, 4), has("-", at: 4), let month = digits(5, 2), has("-", at: 7), let day = digits(8, 2),
        has("T", at: 10), let hour = digits(11, 2), has(":", at: 13), let minute = digits(14, 2), has(":", at: 16),
        let second = digits(17, 2), year >= 1900, (1...12).contains(month), hour < 24, minute < 60, second <= 60
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...lengths[month - 1]).contains(day) else { return nil }

    var index = 19
    if has(".", at: index) {
        let fraction = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
        guard !fraction.isEmpty else { return nil }
        index = fraction.endIndex
    }
    let offset: String
    if has("Z", at: index), bytes.count == index + 1 {
        offset = "+0000"
    } else {
        guard has("+", at: index) || has("-", at: index), bytes.count == index + 6, has(":", at: index + 3),
            let hours = digits(index + 1, 2), let minutes = digits(index + 4, 2), hours < 24, minutes < 60
        else { return nil }
        offset = (has("-", at: index) ? "-" : "+") + padded(hours) + padded(minutes)
    }
    // The day of the week by Sakamoto's table.
    let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
    let shiftedYear = month < 3 ? year - 1 : year
    let weekday = (shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + shift[month - 1] + day) % 7
    let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = [hour, minute, second].map(padded).joined(separator: ":")
    return "\(weekdays[weekday]), \(padded(day)) \(months[month - 1]) \(year) \(time) \(offset)"
}

private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
