/// One mistake in a YAML text, with its place: a value to show, never thrown.
package struct YAMLProblem: Hashable, Sendable {
    /// The kind of mistake, stable, for programs: "yaml-syntax", "yaml-anchor", "yaml-alias", "yaml-tag",
    /// "yaml-duplicate-key", "yaml-multiple-documents", "yaml-too-deep", "yaml-too-large", "yaml-not-utf8" or
    /// "yaml-key-not-text".
    package var code: String
    /// For people: what is wrong, why, and what to do; without file, line or code.
    package var message: String
    /// Where the mistake is.
    package var span: SourceSpan
    /// A second place that explains the first: a repeated key's first writing, the start of what was left open.
    package var related: SourceSpan?

    /// Makes a problem.
    package init(code: String, message: String, span: SourceSpan, related: SourceSpan? = nil) {
        self.code = code
        self.message = message
        self.span = span
        self.related = related
    }
}

/// What ``readYAML(_:limits:)-(String,_)`` accepts at most, so that hostile bytes cost milliseconds.
package struct YAMLLimits: Hashable, Sendable {
    /// The longest text, in UTF-8 bytes.
    package var bytes: Int
    /// How many sequences and mappings may stand inside one another.
    package var depth: Int
    /// How many values a text may hold, keys and collections included.
    package var nodes: Int
    /// After how many problems reading stops; never below 1.
    package var problems: Int

    /// One MiB, 64 levels, 100,000 values, 100 problems: far beyond any workflow written by hand.
    package static let `default` = YAMLLimits(bytes: 1 << 20, depth: 64, nodes: 100_000, problems: 100)

    /// Makes limits.
    package init(bytes: Int, depth: Int, nodes: Int, problems: Int) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.problems = problems
    }
}
