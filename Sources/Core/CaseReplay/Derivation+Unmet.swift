import CivilTime
import Expressions
import WorkflowModel

extension Derivation {
    /// Why a condition does not hold, in one sentence for each part that fails; empty where it holds.
    ///
    /// - Parameter isEventKnown: Whether what the event carries is known; otherwise parts that ask for it are told as
    ///   they stand.
    func unmet(_ part: ExpressionPart, isEventKnown: Bool) -> [String] {
        let value = value(of: part)
        if value == .bool(true) { return [] }
        if !isEventKnown, value == nil || dependsOnEvent(part) { return unmetForUnknownEvent(part) }
        switch part.kind {
        case .all(let parts):
            let failing = parts.flatMap { unmet($0, isEventKnown: isEventKnown) }
            return failing.isEmpty ? [plain(part)] : failing
        case .any(let parts):
            let each = parts.flatMap { unmet($0, isEventKnown: isEventKnown) }.joined(
                separator: isFrench ? " ; " : "; ")
            return [(isFrench ? "aucune de ces conditions n'est remplie : " : "none of these holds: ") + each]
        case .choice(let condition, let then, let otherwise):
            guard case .bool(let isChosen)? = self.value(of: condition) else { return [plain(part)] }
            return unmet(isChosen ? then : otherwise, isEventKnown: isEventKnown)
        case .comparison(let comparison, let left, let right):
            guard let leftValue = self.value(of: left), let rightValue = self.value(of: right) else {
                return [plain(part)]
            }
            return [sentence(comparison, left, leftValue, right, rightValue)]
        case .name:
            guard value == .bool(false) else { return [plain(part)] }
            return [
                isFrench ? "\(title(of: part)) vaut non, et il faut oui" : "\(title(of: part)) is no, and yes is needed"
            ]
        case .not(let inner):
            guard case .name = inner.kind, self.value(of: inner) == .bool(true) else { return [plain(part)] }
            return [
                isFrench
                    ? "\(title(of: inner)) vaut oui, et il faut non" : "\(title(of: inner)) is yes, and no is needed"
            ]
        case .literal, .call, .operation: return [plain(part)]
        }
    }

    private var isFrench: Bool { workflow.language == .french }

    private func dependsOnEvent(_ part: ExpressionPart) -> Bool { names(in: part).contains { isEvent($0) } }

    private func isEvent(_ part: ExpressionPart) -> Bool {
        guard case .name(let path) = part.kind else { return false }
        return reference(path)?.reference == .event
    }

    /// What can be said before the event has come: other parts fail as they do, those that ask for it are conditions.
    private func unmetForUnknownEvent(_ part: ExpressionPart) -> [String] {
        if case .all(let parts) = part.kind { return parts.flatMap { unmet($0, isEventKnown: false) } }
        guard dependsOnEvent(part) else { return [plain(part)] }
        return [
            isFrench
                ? "selon ce que porte l'événement, il faut \(part.source)"
                : "of what the event carries, \(part.source) has to hold"
        ]
    }

    /// The part as it is written, with the values that it was computed from, or what is not known of them.
    private func plain(_ part: ExpressionPart) -> String {
        var known: [String] = []
        for name in names(in: part) where !isEvent(name) || name.source != "event" {
            switch value(of: name) {
            case .list(let elements)?:
                let count = elements.count
                known.append(
                    isFrench
                        ? "\(title(of: name)) : \(count) élément\(count < 2 ? "" : "s")"
                        : "\(title(of: name)): \(count) item\(count == 1 ? "" : "s")")
            case .map?: break
            case let value?: known.append("\(title(of: name))\(workflow.language.colon)\(words(value))")
            case nil:
                return isFrench ? "\(title(of: name)) n'est pas encore connu" : "\(title(of: name)) is not known yet"
            }
        }
        let list = known.isEmpty ? "" : " (\(known.joined(separator: " ; ")))"
        return isFrench ? "la condition \(part.source) n'est pas remplie\(list)" : "\(part.source) does not hold\(list)"
    }

    // MARK: Comparisons

    /// `technical is 65, and at least 70 is needed`.
    private func sentence(
        _ comparison: ExpressionPart.Comparison, _ left: ExpressionPart, _ leftValue: Value, _ right: ExpressionPart,
        _ rightValue: Value
    ) -> String {
        if case .literal = left.kind, let mirrored = comparison.mirrored {
            return sentence(mirrored, right, rightValue, left, leftValue)
        }
        var bound = words(rightValue)
        if !isLiteral(right), title(of: right) != bound { bound += " (\(title(of: right)))" }
        let isMoment =
            switch rightValue {
            case .date, .timestamp: true
            default: false
            }
        let needed = isMoment ? comparison.neededOfDates(bound, isFrench) : comparison.needed(bound, isFrench)
        let (subject, value) = (title(of: left), words(leftValue))
        if isFrench {
            return isMoment
                ? "\(subject) : \(value), et il faut \(needed)" : "\(subject) vaut \(value), et il faut \(needed)"
        }
        return "\(subject) is \(value), and \(needed) is needed"
    }

    private func isLiteral(_ part: ExpressionPart) -> Bool {
        switch part.kind {
        case .literal: true
        case .operation(let parts): parts.allSatisfy { isLiteral($0) }
        default: false
        }
    }
}

extension ExpressionPart.Comparison {
    /// The same seen from the other side; absent where there is none.
    fileprivate var mirrored: ExpressionPart.Comparison? {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .isIn: nil
        }
    }

    fileprivate func needed(_ bound: String, _ isFrench: Bool) -> String {
        switch self {
        case .equal: bound
        case .notEqual: isFrench ? "autre chose que \(bound)" : "anything but \(bound)"
        case .less: isFrench ? "moins de \(bound)" : "less than \(bound)"
        case .lessOrEqual: isFrench ? "au plus \(bound)" : "at most \(bound)"
        case .greater: isFrench ? "plus de \(bound)" : "more than \(bound)"
        case .greaterOrEqual: isFrench ? "au moins \(bound)" : "at least \(bound)"
        case .isIn: isFrench ? "l'un de \(bound)" : "one of \(bound)"
        }
    }

    fileprivate func neededOfDates(_ bound: String, _ isFrench: Bool) -> String {
        switch self {
        case .equal: isFrench ? "le \(bound)" : bound
        case .notEqual: isFrench ? "un autre jour que le \(bound)" : "another day than \(bound)"
        case .less: isFrench ? "avant le \(bound)" : "a day before \(bound)"
        case .lessOrEqual: isFrench ? "au plus tard le \(bound)" : "\(bound) or earlier"
        case .greater: isFrench ? "après le \(bound)" : "a day after \(bound)"
        case .greaterOrEqual: isFrench ? "à partir du \(bound)" : "\(bound) or later"
        case .isIn: isFrench ? "l'un de \(bound)" : "one of \(bound)"
        }
    }
}
