import YAMLReader

/// The versions of the language that this program reads: its own, and those before it by rewriting.
///
/// A definition that cases are pinned to keeps its text for ever; what is rewritten is what was read of it.
struct LanguageVersion: Sendable {
    /// Turns a file of one version into one of the next. Spans stay those of the text, so that mistakes are shown there.
    typealias Rewrite = @Sendable (YAMLNode) -> YAMLNode

    /// What this program reads; version 1 has none before it.
    static let current = LanguageVersion(number: 1, rewrites: [:])

    var number: Int64
    /// By the version they rewrite.
    var rewrites: [Int64: Rewrite]

    /// A file as this version writes it, `jalon:` included; one that no rewrites lead from stays as it is.
    func rewritten(_ root: YAMLNode) -> YAMLNode {
        var root = root
        while let version = Self.version(of: root), version < number, let rewrite = rewrites[version] {
            root = Self.setting(version + 1, in: rewrite(root))
        }
        return root
    }

    private static func version(of root: YAMLNode) -> Int64? {
        guard case .mapping(let entries) = root.content,
            case .scalar(let scalar) = entries.first(where: isVersion)?.value.content,
            case .integer(let version) = scalar.resolved
        else { return nil }
        return version
    }

    private static func setting(_ version: Int64, in root: YAMLNode) -> YAMLNode {
        guard case .mapping(var entries) = root.content else { return root }
        for index in entries.indices where isVersion(entries[index]) {
            entries[index].value.content = .scalar(YAMLScalar(text: "\(version)", isPlain: true))
        }
        return YAMLNode(span: root.span, content: .mapping(entries))
    }

    private static func isVersion(_ entry: YAMLEntry) -> Bool {
        if case .scalar(let key) = entry.key.content { key.text == "jalon" } else { false }
    }
}

extension MappingReader {
    /// Reports a version of the language that this program does not read.
    func checkVersion() {
        let known = LanguageVersion.current.number
        guard let version = integer("jalon"), let node = self["jalon"], Int64(version) != known else { return }
        report.error(
            "unsupported-version", "this program reads version \(known) of the language, and the file says \(version)",
            at: node.span)
    }
}
