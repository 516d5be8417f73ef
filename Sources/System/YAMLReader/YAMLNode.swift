/// One value of a YAML text, with the place it was written at.
package struct YAMLNode: Hashable, Sendable {
    /// Where the value stands: quotes and brackets included, comments and blank lines after it not.
    ///
    /// A value left out (`key:` and nothing more) has an empty span just after the colon.
    package var span: SourceSpan
    /// What the value is.
    package var content: Content

    /// The three kinds of YAML value.
    package indirect enum Content: Hashable, Sendable {
        /// A single value: text, number, truth value, or nothing.
        case scalar(YAMLScalar)
        /// A list, in the order written.
        case sequence([YAMLNode])
        /// Keys and values in the order written, each key's text at most once.
        case mapping([YAMLEntry])
    }

    /// Makes a node from what it holds and where it was written.
    package init(span: SourceSpan, content: Content) {
        self.span = span
        self.content = content
    }
}

/// One key and its value in a mapping.
package struct YAMLEntry: Hashable, Sendable {
    /// The key: a scalar, unless a `yaml-key-not-text` or `yaml-alias` problem names its place.
    package var key: YAMLNode
    /// The value; a null scalar where none was written.
    package var value: YAMLNode

    /// Makes an entry.
    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}

/// A single value: its text as written, escapes and folding applied, and its meaning.
package struct YAMLScalar: Hashable, Sendable {
    /// The value's text, for a plain `0x10` still "0x10".
    package var text: String
    /// Whether it was written bare; quoted and block scalars are always text.
    package var isPlain: Bool
    /// What the text means by the core schema of YAML 1.2.
    package var resolved: Resolved

    /// What a scalar means by the core schema of YAML 1.2 (§10.3.2), which knows no `yes`, `on` or `12:30:45`.
    package enum Resolved: Hashable, Sendable {
        /// `null`, `~` or nothing at all.
        case null
        /// `true` or `false`, in lower case, upper case or capitalised.
        case bool(Bool)
        /// A whole number: decimal, `0o17` or `0x1F`.
        case integer(Int64)
        /// Any other number, as written, so that a decimal stays exact; also a whole number beyond 64 bits.
        case float(String)
        /// Everything else: the scalar's `text`.
        case string
    }

    /// Makes a scalar and resolves it.
    package init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
        self.resolved = isPlain ? Resolved(plain: text) : .string
    }
}
