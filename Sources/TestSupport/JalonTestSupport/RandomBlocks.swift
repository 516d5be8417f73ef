/// Blocks that do a little of everything a block can, for random workflows.
enum RandomBlocks {
    /// - Parameter name: What a name of the blocks' own is called.
    static func text(_ name: (String) -> String) -> String {
        let names = [
            "factor", "limit", "d0", "d1", "d2", "e0", "e2", "buyer", "rows", "wait", "x", "twice", "s0", "s1",
            "raised",
            "end",
        ]
        var text = sections
        for word in names { text = text.replacing("<\(word)>", with: name(word)) }
        return text
    }

    private static let sections = """
        blocks:
          small:
            title: "Small {{ <factor> }}"
            parameters:
              <factor>: { type: integer, default: 3 }
              <limit>: integer
              <d1>: date
              <e2>: event
              <buyer>: party
              <rows>: { type: data, list: { key: text, n: integer } }
              <wait>: { type: period, default: 3 days }
            outcomes:
              good:
              bad: { optional: true }
            events: { <e0>: { fields: { n: integer } } }
            data: { <x>: integer }
            dates: { <d0>: { at: <wait> after <e0> }, <d2>: { at: 2 days after entry } }
            values: { <twice>: "<x> * 2 + <limit> + <rows>.size()" }
            initial: <s0>
            states:
              <s0>:
                on:
                  <e0>: { to: <s1>, set: { <x>: <x> + event.n } }
                  <e2>: <s1>
                at:
                  <d1>: { when: <x> < 40, to: <s1>, set: { <x>: <x> + 9 } }
                  <d2>: { set: { <x>: <x> + <factor> } }
              <s1>:
                entry:
                  - notify: { to: <buyer>, subject: "{{ <x> }} {{ <twice> }}" }
                  - raise: <raised>
                on:
                  <raised>: { set: { <x>: <x> + 1 } }
                  <e2>: good
                at: { <d0>: good }
                after: { <wait>: bad }
          large:
            title: Large
            parameters:
              <e2>: event
              <buyer>: party
              <rows>: { type: data, list: { key: text, n: integer } }
            dates: { <d0>: 2021-03-07 }
            values: { <twice>: "<s0>.<twice> + <s1>.<twice>" }
            states:
              <s0>:
                use: small
                with: { <limit>: 1, <d1>: <d0>, <e2>: <e2>, <buyer>: <buyer>, <rows>: <rows> }
                outcomes: { good: <s1>, bad: <s1> }
              <s1>:
                use: small
                with:
                  <factor>: 4
                  <limit>: <s0>.<x> + 1
                  <d1>: 3 days after <s0>.<e0>
                  <e2>: <s0>.<e0>
                  <buyer>: <buyer>
                  <rows>: <rows>
                outcomes: { good: <end>, bad: <s0> }
              <end>: { type: final }

        """
}
