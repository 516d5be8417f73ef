package import CivilTime
import WorkflowModel

/// What brings something about, as far as the day it is said of goes: what the end of a day brought about is of the day
/// that ends, though it is midnight, and what people report at midnight is of the day that begins.
package enum Cause: Hashable, Sendable {
    /// Somebody reported it.
    case fact
    /// A date or a stretch was over.
    case due
    /// It follows from what stands before it.
    case consequence

    /// That of a ``Narration``'s kind.
    package init(kind: String) {
        switch kind {
        case "started", "event", "ignored", "parameters", "parties", "decision", "corrected", "amended": self = .fact
        case "due", "breach": self = .due
        default: self = .consequence
        }
    }

    init(_ kind: Occurrence.Kind) {
        switch kind {
        case .started, .event, .parametersSet, .partiesSet, .decided, .corrected, .amended: self = .fact
        case .timer, .cadenceMissed: self = .due
        default: self = .consequence
        }
    }

    /// Which of some things, in their order, were brought about by something that was over: at one instant, that comes
    /// before all that people report.
    package static func closing<Instant: Equatable>(_ items: [(instant: Instant, cause: Cause)]) -> [Bool] {
        var closing = Array(repeating: false, count: items.count)
        var start = 0
        while start < items.count {
            let group = items[start...].prefix { $0.instant == items[start].instant }
            let lead = group.prefix { $0.cause != .fact }
            if lead.contains(where: { $0.cause == .due }) {
                for index in lead.indices { closing[index] = true }
            }
            start = group.endIndex
        }
        return closing
    }
}

extension CivilDateTime {
    /// The day it is said of.
    ///
    /// - Parameter isClosing: Whether it is the end of something, which at midnight is that of the day before.
    package func day(isClosing: Bool) -> CivilDate {
        isClosing && time == .midnight ? date.adding(days: -1) : date
    }
}

extension Life {
    /// The day it was followed to: unless people reported something at that very instant, one that ends.
    package var lastDay: CivilDate {
        let last = occurrences.reversed().prefix { $0.instant == until }
        return workflow.zone.civil(at: until).day(isClosing: !last.contains { Cause($0.kind) == .fact })
    }

    /// Which of ``occurrences`` are said of the day that ends where they are at midnight.
    var closing: [Bool] { Cause.closing(occurrences.map { ($0.instant, Cause($0.kind)) }) }
}
