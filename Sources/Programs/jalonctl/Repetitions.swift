import CivilTime

/// Reminders that repeat until somebody acts: nobody reads the hundredth, so what follows the third is one line.
enum Repetitions {
    /// How many of each are told one by one.
    private static let mostTold = 3

    /// What is told of some things in the order of time.
    ///
    /// - Parameters:
    ///   - groups: What each is a repetition of; `nil` for what is told anyway.
    ///   - language: Of the words.
    ///   - day: When the thing at an index is, in words.
    /// - Returns: Those that are told, each with words about what it stands for beside itself.
    static func told(
        _ groups: [String?], in language: Language, day: (Int) -> String
    ) -> [(index: Int, words: String)] {
        var places: [String: [Int]] = [:]
        for (index, group) in groups.enumerated() {
            if let group { places[group, default: []].append(index) }
        }
        return groups.enumerated().compactMap { index, group in
            guard let group, let all = places[group], all.count > mostTold + 1, index >= all[mostTold] else {
                return (index, "")
            }
            guard index == all[mostTold], let last = all.last else { return nil }
            let more = all.count - mostTold - 1
            return (index, words(more, until: day(last), in: language))
        }
    }

    private static func words(_ more: Int, until day: String, in language: Language) -> String {
        switch (language, more) {
        case (.french, 1): " — puis encore une fois, le \(day)"
        case (.french, _): " — puis encore \(more) fois, jusqu'au \(day)"
        case (_, 1): " — and once more, on \(day)"
        case (_, _): " — and \(more) more times, until \(day)"
        }
    }

    /// Whether a message's element is a rung that repeats, such as `writing:due/every 7 days`.
    static func isRepeated(_ element: String) -> Bool {
        element.split(separator: "/").last?.hasPrefix("every ") ?? false
    }

    /// What a message's key is a repetition of; `nil` where it comes once. A key is the element's, the version's and the
    /// party's, joined by slashes.
    static func group(ofKey key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return nil }
        let element = parts.dropLast(2).joined(separator: "/")
        return isRepeated(element) ? "\(element)/\(parts[parts.count - 1])" : nil
    }
}

extension Timeline {
    /// The same with what follows the third of some repeated reminders in one line.
    func folded(in language: Language) -> Timeline {
        var seen: [String: Int] = [:]
        let groups = lines.map { line -> String? in
            guard line.kind == "message", let element = line.element, Repetitions.isRepeated(element) else {
                return nil
            }
            // Of one reminder to several people, each has its own repetitions.
            let place = seen["\(element) \(line.day) \(line.hour)", default: 0]
            seen["\(element) \(line.day) \(line.hour)"] = place + 1
            return "\(element) \(place)"
        }
        var folded = self
        folded.lines = Repetitions.told(groups, in: language) { lines[$0].day }.map { index, words in
            var line = lines[index]
            line.text += words
            return line
        }
        return folded
    }
}
