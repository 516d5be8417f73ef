import Testing
import YAMLReader

@testable import WorkflowLoading

@Suite struct LanguageVersionTests {
    /// Versions 1 and 2 called states otherwise, and numbered clauses as text.
    private static let third = LanguageVersion(
        number: 3,
        rewrites: [
            1: { renamed("steps", "stages", $0) },
            2: { renamed("stages", "states", $0) },
        ])

    private static func renamed(_ old: String, _ new: String, _ node: YAMLNode) -> YAMLNode {
        guard case .mapping(var entries) = node.content else { return node }
        for index in entries.indices {
            guard case .scalar(let key) = entries[index].key.content, key.text == old else { continue }
            entries[index].key.content = .scalar(YAMLScalar(text: new, isPlain: key.isPlain))
        }
        return YAMLNode(span: node.span, content: .mapping(entries))
    }

    private func keys(_ node: YAMLNode) -> [String] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries.compactMap { entry in
            guard case .scalar(let key) = entry.key.content, case .scalar(let value) = entry.value.content else {
                return nil
            }
            return "\(key.text)=\(value.text)"
        }
    }

    @Test(
        "a file of an older version is rewritten step by step, others stay as they are",
        arguments: [
            ("jalon: 1\nsteps: a", ["jalon=3", "states=a"]), ("jalon: 2\nstages: a", ["jalon=3", "states=a"]),
            ("jalon: 2\nsteps: a", ["jalon=3", "steps=a"]), ("jalon: 3\nsteps: a", ["jalon=3", "steps=a"]),
            ("jalon: 4\nsteps: a", ["jalon=4", "steps=a"]), ("jalon: x\nsteps: a", ["jalon=x", "steps=a"]),
            ("steps: a", ["steps=a"]),
        ])
    func rewritten(text: String, expected: [String]) throws {
        let root = try #require(readYAML(text).0)
        #expect(keys(Self.third.rewritten(root)) == expected)
    }

    @Test("what is rewritten keeps its places in the text, which stays untouched")
    func places() throws {
        let text = "jalon: 1\nsteps: a\n"
        let root = try #require(readYAML(text).0)
        guard case .mapping(let old) = root.content, case .mapping(let new) = Self.third.rewritten(root).content else {
            Issue.record("no mapping")
            return
        }
        #expect(old.map(\.key.span) == new.map(\.key.span) && old.map(\.value.span) == new.map(\.value.span))
        // The node that was read is a value of its own.
        #expect(keys(root) == ["jalon=1", "steps=a"])
    }
}
