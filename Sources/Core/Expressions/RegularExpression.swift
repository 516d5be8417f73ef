/// A pattern of RE2's syntax, and whether a text has a match: in time linear in the text, whatever the pattern.
///
/// Source: RE2 syntax (accepted syntax); R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (Pike's
/// machine). Left out: Unicode scripts (`\p{Greek}`) and `\C`.
struct RegularExpression: Sendable {
    enum Instruction: Sendable {
        /// Takes one character of the set.
        case take(CharacterSet)
        /// Takes any character; a line feed only when told.
        case any(includingNewline: Bool)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    /// Why a text is no pattern.
    struct PatternError: Error {
        let message: String
    }

    private let instructions: [Instruction]

    /// The most instructions of a pattern, repetitions written out.
    static let mostInstructions = 10_000

    init(_ source: String) throws(PatternError) {
        var parser = PatternParser(source)
        var compiler = PatternCompiler()
        try compiler.add(try parser.parse())
        instructions = compiler.instructions + [.match]
    }

    /// Steps that looking through a text takes at most.
    func cost(of text: String) -> Int { (text.utf8.count / 16 + 1) * (instructions.count / 4 + 1) }

    /// Whether any part of the text matches.
    func hasMatch(in text: String) -> Bool {
        var current = PlaceSet(count: instructions.count), next = PlaceSet(count: instructions.count)
        var stack: [Int] = []
        var before: Unicode.Scalar?
        var rest = text.unicodeScalars.makeIterator()
        var after = rest.next()
        while true {
            // A match may begin at each place.
            if add(0, to: &current, &stack, before, after) { return true }
            guard let scalar = after else { return false }
            let following = rest.next()
            next.removeAll()
            for place in current.members {
                let takes =
                    switch instructions[place] {
                    case .take(let set): set.contains(scalar)
                    case .any(let includingNewline): includingNewline || scalar != "\n"
                    default: false
                    }
                if takes, add(place + 1, to: &next, &stack, scalar, following) { return true }
            }
            (before, after) = (scalar, following)
            swap(&current, &next)
        }
    }

    /// Adds a place and all that follow it without taking a character; true when the match is one of them.
    private func add(
        _ start: Int, to set: inout PlaceSet, _ stack: inout [Int], _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
    ) -> Bool {
        stack.append(start)
        while let place = stack.popLast() {
            guard set.insert(place) else { continue }
            switch instructions[place] {
            case .take, .any: break
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .jump(let target): stack.append(target)
            case .assert(let assertion): if assertion.holds(before, after) { stack.append(place + 1) }
            case .match:
                stack.removeAll()
                return true
            }
        }
        return false
    }
}

extension RegularExpression.Assertion {
    /// Whether it holds between two characters; nil is the text's end.
    fileprivate func holds(_ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        switch self {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map(CharacterSet.wordCharacters.contains) ?? false
    }
}

/// Places in a program, each once, in the order added; emptied in no time.
private struct PlaceSet {
    private(set) var members: [Int] = []
    private var positions: [Int]

    init(count: Int) { positions = [Int](repeating: 0, count: count) }

    mutating func insert(_ place: Int) -> Bool {
        let position = positions[place]
        if position < members.count, members[position] == place { return false }
        positions[place] = members.count
        members.append(place)
        return true
    }

    mutating func removeAll() { members.removeAll(keepingCapacity: true) }
}

/// Writes a pattern's tree as instructions.
private struct PatternCompiler {
    var instructions: [RegularExpression.Instruction] = []

    mutating func add(_ pattern: Pattern) throws(RegularExpression.PatternError) {
        guard instructions.count < RegularExpression.mostInstructions else {
            throw RegularExpression.PatternError(message: "with its repetitions written out it is too long")
        }
        switch pattern {
        case .empty: break
        case .set(let set): instructions.append(.take(set))
        case .any(let includingNewline): instructions.append(.any(includingNewline: includingNewline))
        case .assertion(let assertion): instructions.append(.assert(assertion))
        case .sequence(let parts):
            for part in parts { try add(part) }
        case .alternatives(let alternatives):
            var ends: [Int] = []
            for alternative in alternatives.dropLast() {
                let split = instructions.count
                instructions.append(.match)
                try add(alternative)
                ends.append(instructions.count)
                instructions.append(.match)
                instructions[split] = .split(split + 1, instructions.count)
            }
            if let last = alternatives.last { try add(last) }
            for end in ends { instructions[end] = .jump(instructions.count) }
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try add(part) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(most, least) {
                    splits.append(instructions.count)
                    instructions.append(.match)
                    try add(part)
                }
                for split in splits { instructions[split] = .split(split + 1, instructions.count) }
            } else {
                let split = instructions.count
                instructions.append(.match)
                try add(part)
                instructions.append(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
            }
        }
    }
}
