import CivilTime
import WorkflowEngine

extension StoreConformance {
    static func marks(_ store: any Store) throws {
        try expect(try store.mark("a"), nil, "an unknown mark")
        try store.apply([.mark(name: "a", value: "1"), .mark(name: "b", value: "«\n"), .mark(name: "a", value: "")])
        try expect(try store.mark("a"), "", "a mark given twice")
        try expect(try store.mark("b"), "«\n", "another mark")
    }

    static func effects(_ store: any Store) throws {
        func keys(_ state: OutboxRow.State, of id: String? = nil, limit: Int = 9) throws -> [String] {
            try store.outbox(in: state, of: id, limit: limit).map(\.key)
        }
        var rows = (1...6).map { effect("k\($0)", of: $0 % 2 == 0 ? "a" : "b", owed: Int64($0)) }
        rows[0].address = nil
        let states: [OutboxRow.State] = [.dead, .held, .dead, .dropped, .held, .waiting]
        for place in rows.indices { rows[place].state = states[place] }
        try store.apply([change("a", outbox: rows)])
        try expect(try store.effect("k1"), rows[0], "an effect")
        try expect(try store.effect("k"), nil, "an unknown effect")
        try expect(try keys(.dead), ["k3", "k1"], "those dead")
        try expect(try keys(.held), ["k5", "k2"], "those held")
        try expect(try keys(.held, of: "a"), ["k2"], "those held of one case")
        try expect(try keys(.held, limit: 1), ["k5"], "one of those held")
        try expect(try keys(.dropped), ["k4"], "those dropped")
        try expect(try keys(.obsolete), [], "those obsolete")
        try expect(
            try store.counts(), StoreCounts(running: 1, over: 0, faults: 0, waiting: 1, dead: 2, held: 2), "the counts")
        func commit(_ key: String, _ address: String?) -> StoreChange {
            .delivery(
                DeliveryCommit(
                    key: key, address: address, state: .waiting, attempts: 0, nextAttempt: at(9), detail: ""))
        }
        try store.apply([commit("k1", "somebody@example.org"), commit("k2", nil)])
        try expect(try store.effect("k1")?.address, "somebody@example.org", "the address given")
        try expect(try store.effect("k2")?.address, rows[1].address, "the address left alone")
        try expect(try keys(.waiting), ["k6", "k2", "k1"], "those that wait then")
        try expect(try store.latestDelivery(), at(9), "the latest turn")
        try expect(try store.earliestDelivery(after: at(6)), at(9), "the turn after the next")
        try expect(try store.earliestDelivery(after: at(9)), nil, "the turn after the last")

        let told = OutboxRow.gatheredPrefix + "k9"
        let settled: [(key: String, detail: String)] = [("k1", "x"), ("k2", told)]
        try store.apply(
            settled.map { key, detail in
                .delivery(
                    DeliveryCommit(
                        key: key, state: .obsolete, attempts: 1, nextAttempt: at(9), detail: detail))
            })
        let anew = [("k1", "b"), ("k2", "a"), ("k3", "b")].map { effect($0, of: $1, owed: 12) }
        guard case .caseCommit(var commit) = change("a", outbox: anew) else { return }
        try store.apply([.caseCommit(commit)])
        try expect(try keys(.obsolete), ["k2", "k1"], "those obsolete, whatever is owed")
        commit.isOwedAnew = true
        try store.apply([.caseCommit(commit)])
        var again = anew[0]
        (again.attempts, again.detail) = (1, "late")
        try expect(
            try store.effect("k1"), again, "one that was obsolete and is owed anew, with what it has been through")
        try expect(try keys(.obsolete), ["k2"], "one that was told in another")
        try expect(try store.effect("k3")?.state, .dead, "one that was settled")
        try expect(try keys(.waiting), ["k1", "k6"], "those that wait once one is owed anew")
        try expect(try store.counts().waiting, 2, "the count of those that wait")
    }
}
