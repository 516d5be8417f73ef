import CivilTime
import DefinitionFiles
import JalonTestSupport
import Testing
import WorkflowLoading
import WorkflowModel

@testable import WorkflowEngine

/// The system's zones, and the calendars of this tree.
let environment = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder)).environment(for: workflowFolder)

/// The workflows that ship.
let workflowFolder = "\(#filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined())/workflows"

/// A report to hand in by the end of March, with reminders, a silence that accepts and a value to be known first.
let report = """
    jalon: 1
    workflow: rapport
    title: Rapport annuel
    document: ccp.txt
    language: fr
    time-zone: Europe/Paris
    parties:
      titulaire: { title: Titulaire, needed-in: writing }
      acheteur: Acheteur
    parameters:
      price: { title: Prix, type: money, currency: EUR, basis: excl-vat, needed-in: accepted }
    events:
      report.submitted:
        title: Rapport remis
        fields:
          pages: { title: pages, type: integer }
          mark: { title: note, type: decimal, optional: true }
      report.refused: Rapport refusé
    data:
      pages: integer
      mark: decimal
    dates:
      due: { title: Remise du rapport, at: 2025-03-31, clause: 12 }
    initial: writing
    states:
      writing:
        title: Rédaction
        remind: { of: due, to: [titulaire, acheteur], before: [7 days, 1 day], after: 1 day }
        at:
          due: { notify: { to: acheteur, subject: "Le rapport n'est pas remis" } }
        on:
          report.submitted:
            when: event.pages >= 10
            to: review
            set: { pages: event.pages, mark: "has(event.mark) ? event.mark : decimal('0')" }
      review:
        title: Vérification
        entry: [{ notify: { to: acheteur, subject: "{{ pages }} pages à lire, note {{ mark }}" } }]
        on: { report.refused: writing }
        after: { 30 days: accepted }
      accepted: { title: Rapport accepté, type: final }
    """

/// Ends when told to, or by itself at an hour; nobody is told anything.
let silent = """
    jalon: 1
    workflow: silent
    title: A deadline
    time-zone: UTC
    events: { done: Done, nothing: Nothing }
    dates:
      due: { title: The deadline, at: 2025-03-31T12:00 }
    initial: open
    states:
      open: { on: { done: closed }, at: { due: closed } }
      closed: { type: final }
    """

/// Counts what it is told.
let counter = """
    jalon: 1
    workflow: counter
    title: A counter
    time-zone: UTC
    events:
      add: { fields: { n: integer } }
      stop: Stop
    data: { total: integer }
    initial: counting
    states:
      counting:
        on:
          add: { set: { total: "total + event.n" } }
          stop: stopped
      stopped: { type: final }
    """

let both: KeyValuePairs = ["titulaire": "anne@example.org", "acheteur": "mairie@example.org"]

/// An engine with the workflows of these tests.
func makeWorld(_ texts: [String] = [report, silent, counter], at instant: String = "2025-03-01T08:00:00Z") throws
    -> SimulatedWorld
{
    try SimulatedWorld(texts, at: instant, environment: environment)
}

func at(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

/// Runs `work`, which must be refused so.
@discardableResult
func expectRefusal(
    _ code: EngineError.Code, saying words: String, at place: SourceLocation = #_sourceLocation,
    _ work: () throws(EngineError) -> some Any
) -> EngineError? {
    do throws(EngineError) {
        let value = try work()
        Issue.record("it was done: \(value)", sourceLocation: place)
        return nil
    } catch {
        #expect(error.code == code && error.message.contains(words), "\(error)", sourceLocation: place)
        return error
    }
}

extension SimulatedWorld {
    /// All that the store holds of cases, for comparisons.
    func contents() throws -> [String] {
        let outbox = try store.outbox(of: nil, limit: .max)
        return try store.cases(after: nil, workflow: nil, limit: .max).map { "\($0)" } + outbox.map { "\($0)" }
    }

    /// The subjects that one person got, in order.
    func subjects(to person: String) -> [String] { plugins.letters.filter { $0.to == person }.map(\.subject.plain) }
}

extension String {
    /// With common spaces where French has others.
    var plain: String { replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ") }
}
