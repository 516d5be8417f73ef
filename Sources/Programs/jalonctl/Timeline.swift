import CaseReplay
import CivilTime
import ControlAPI

/// What happened, as people read it: by day, each hour once, the clause behind.
struct Timeline {
    struct Line {
        /// Heads all lines of the same day.
        var day: String
        var hour: String
        /// As in ``Happened/kind``.
        var kind: String
        var text: String
        var element: String?
        var clause: Int?
        /// The number of the journal entry that this is.
        var entry: Int?
        /// More to read below the line: a message's words.
        var details: [String] = []
    }

    var lines: [Line]

    init(_ lines: [Line]) {
        self.lines = []
        // Leaving states goes without saying, and states entered one inside the other are one step.
        for line in lines where line.kind != "left" {
            guard line.kind == "entered", let last = self.lines.last, last.kind == "entered", last.day == line.day,
                last.hour == line.hour, let outer = last.element, let inner = line.element,
                outer.isEmpty || inner.hasPrefix(outer + ".")
            else {
                self.lines.append(line)
                continue
            }
            var joined = line
            // Of a child, both begin with its name; once is enough.
            let inside = line.text.split(separator: "→ ", maxSplits: 1).last.map(String.init) ?? line.text
            joined.text = "\(last.text) › \(inside)"
            joined.clause = line.clause ?? last.clause
            self.lines[self.lines.count - 1] = joined
        }
    }

    /// What a reply says has happened, in the contract's zone.
    init(_ happened: [Happened]) {
        self.init(
            happened.map { item in
                let moment = CivilDateTime(iso: item.at.prefix(19))
                let ending = item.day.flatMap { CivilDate(iso: $0) }
                let (day, hour) = moment.map { Self.names(of: $0, ending: ending, in: nil) } ?? (item.at, "")
                return Line(
                    day: day, hour: hour, kind: item.kind, text: item.text, element: item.element, clause: item.clause,
                    entry: item.entry)
            })
    }

    /// The day and hour as a heading and a column; without a language, `2021-10-15` and `16:30`.
    ///
    /// - Parameter ending: The day that ends then, where it is of that one.
    static func names(
        of moment: CivilDateTime, ending: CivilDate?, in language: Language?
    ) -> (day: String, hour: String) {
        let day = ending ?? moment.date
        let hour = ending.map { _ in language == .french ? "24 h" : "24:00" }
        guard let language else { return ("\(day)", hour ?? String("\(moment.time)".prefix(5))) }
        return (language.typeset(day.words(in: language)), language.typeset(hour ?? moment.time.words(in: language)))
    }

    /// The lines, a blank one between days.
    func rendered(_ style: Style) -> [String] {
        let width = lines.map(\.hour.displayWidth).max() ?? 0
        var output: [String] = []
        var day: String?
        var hour: String?
        for line in lines {
            if line.day != day {
                if day != nil, output.last != "" { output.append("") }
                output.append(style.bold(line.day))
                hour = nil
            }
            let column = line.hour == hour ? "" : line.hour
            output += rendered(line, hour: column.padded(to: width), style)
            day = line.day
            hour = line.hour
        }
        return output
    }

    private func rendered(_ line: Line, hour: String, _ style: Style) -> [String] {
        let margin = 2 + hour.displayWidth + 2
        let mark = clauseMark(line.clause)
        let number = line.entry.map { "[\($0)]\u{A0}" } ?? ""
        let text = number + safe(line.text) + (mark.isEmpty ? "" : "  " + mark.replacing(" ", with: "\u{A0}"))
        var output = wrapped(text, to: style.width.map { max(20, $0 - margin) })
        output = output.enumerated().map { index, part in
            let start = "  " + (index == 0 ? style.dim(hour) : String(repeating: " ", count: margin - 4)) + "  "
            return start + coloured(part, line, style)
        }
        for detail in line.details {
            let indent = String(repeating: " ", count: margin + 2)
            output += wrapped(safe(detail), to: style.width.map { max(20, $0 - margin - 2) })
                .map { $0.isEmpty ? "" : indent + $0 }
        }
        return output
    }

    private func coloured(_ text: String, _ line: Line, _ style: Style) -> String {
        switch line.kind {
        case "failure", "fault": style.red(text)
        case "due", "ignored": style.yellow(text)
        case "event", "over": style.green(text)
        case "message": style.cyan(text)
        default: text
        }
    }
}
