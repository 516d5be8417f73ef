import CivilTime
import WorkflowModel

extension Comparison {
    /// Where obligations that come back stand: in the stretches that the lives were followed to, and in those in which
    /// it happened more often in one of them.
    static func cadences(_ before: [ChildPlace], _ after: [ChildPlace]) -> [Move] {
        let known = Dictionary(before.flatMap(lives).map { ($0.element, $0) }) { first, _ in first }
        let found = after.flatMap(lives)
        let names = Set(found.map(\.element))
        return before.flatMap(lives).filter { !names.contains($0.element) }.flatMap { moves($0, nil) }
            + found.flatMap { moves(known[$0.element], $0) }
    }

    private static func lives(_ place: ChildPlace) -> [CadenceLife] {
        place.workflow.cadences.indices.map { CadenceLife(place: place, index: $0) }
    }

    private static func moves(_ old: CadenceLife?, _ new: CadenceLife?) -> [Move] {
        guard let told = new ?? old else { return [] }
        func move(_ words: (CadenceLife) -> String?) -> Move {
            Move(
                element: told.element, title: told.title, before: old.flatMap(words), after: new.flatMap(words),
                clause: told.cadence.clause)
        }
        let days = Set((old?.held ?? []) + (new?.held ?? [])).sorted().filter { day in
            old?.held.count { $0 == day } != new?.held.count { $0 == day }
        }
        var moves = [move(\.standing)]
        for day in days where ![old, new].contains(where: { $0?.status?.period.days.contains(day) ?? false }) {
            let stretch = move { $0.words(on: day) }
            if !moves.contains(stretch) { moves.append(stretch) }
        }
        return moves.filter { $0.before != $0.after }
    }
}

/// An obligation that comes back, in one life.
private struct CadenceLife {
    let place: ChildPlace
    let index: Int

    private var workflow: Workflow { place.workflow }
    var cadence: Cadence { workflow.cadences[index] }
    var held: [CivilDate] { place.current.cadences[index] }
    var element: String { place.path.name(cadence.name) }
    var title: String { place.title.map { "\($0) — \(cadence.title)" } ?? cadence.title }
    var status: CadenceStatus? { workflow.status(ofCadence: index, in: place.current) }

    /// How it stands at the end of the life, and by when it has to happen next.
    var standing: String {
        let words = workflow.words(ofCadence: index, in: place.current)
        let next = workflow.openStatus(ofCadence: index, in: place.current, at: place.current.position.instant)
        guard let next, next != status else { return words }
        let last = next.period.days.upperBound.words(in: workflow.language)
        return words + (workflow.language == .french ? ", puis au plus tard le \(last)" : ", then by \(last)")
    }

    func words(on day: CivilDate) -> String? {
        workflow.status(ofCadence: index, on: day, in: place.current).map(workflow.words(of:))
    }
}
