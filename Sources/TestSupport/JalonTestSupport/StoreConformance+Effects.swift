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
    }
}
