import CivilTime
import StatechartKernel
import WorkflowModel
import YAMLReader

extension WorkflowLoader {
    /// What a text turned out to be that may name a day or a window by its place in the calendar.
    enum CalendarReading {
        case source(DateSource)
        /// It was meant so, and what is wrong with it has been reported.
        case mistaken
        /// It has another form.
        case other
    }

    /// Reads `last working day of month of start`, `November 2016`, `first half of 2019`.
    func calendarSource(_ text: String, of node: YAMLNode, _ states: StateReader) -> CalendarReading {
        do throws(DatePhraseError) {
            guard let phrase = try DatePhrase(parsing: text) else { return .other }
            guard let source = window(phrase.span, of: node, states) else { return .mistaken }
            if let day = phrase.day, case .fixed(let window) = source,
                day.day(in: window.days, calendar: calendar) == nil
            {
                report.error(
                    "no-such-day", "there is no \(day.words(in: .english)) \(window.boundsWords(in: .english))",
                    at: node.span)
                return .mistaken
            }
            return .source(.calendar(phrase.day, source))
        } catch {
            let bytes = Array(text.utf8)[error.part]
            let word = String(decoding: bytes, as: UTF8.self)
            report.error(
                "bad-date", error.message, at: part(of: node, from: error.part.lowerBound, length: error.part.count),
                guess: report.guess(word, among: error.known))
            return .mistaken
        }
    }

    private func window(_ span: DatePhrase.Span, of node: YAMLNode, _ states: StateReader) -> WindowSource? {
        switch span {
        case .fixed(let window): return .fixed(window)
        case .relative(let span, let relation, let written):
            if let day = CivilDate(iso: written.text) { return .fixed(span.window(relation, day)) }
            let prefix = Self.anchorPrefix(of: written.text)
            let place = part(
                of: node, from: written.offset + prefix.utf8.count, length: written.text.utf8.count - prefix.utf8.count)
            return anchor(written.text, at: place, states).map { .relative(span, relation, $0) }
        }
    }

    /// Says where a date's other keys have no effect on what the calendar gives.
    func checkClock(_ reader: MappingReader, _ date: inout NamedDate) {
        guard let node = reader["clock"], let name = reader.text("clock") else { return }
        guard let index = names.clocks[name] else {
            return report.unknown("clock", name, at: node.span, among: names.clocks.names)
        }
        guard case .counted(_, .after, _) = date.source else {
            return report.error(
                "wrong-type", "a clock measures a period after something, as '3 months after start'; this date is none",
                at: node.span)
        }
        date.clock = index
    }
}
