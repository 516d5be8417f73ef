import CYAML

/// Builds the tree from libyaml's events and collects the problems on the way.
///
/// The open collections are a stack of its own and not calls, so depth is bounded by a number and not by the machine.
struct TreeBuilder {
    private let source: SourceText
    private let limits: YAMLLimits
    private var open: [OpenCollection] = []
    private var root: YAMLNode?
    private var documents = 0
    private var nodes = 0
    private var problems: [YAMLProblem] = []

    init(source: SourceText, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
    }

    /// Takes one event and answers whether reading should go on.
    mutating func take(_ outcome: ParserOutcome) -> Bool {
        switch outcome {
        case .failure(let error):
            problems.append(error.problem(in: source))
            return false
        case .event(let event):
            return take(event) && problems.count < limits.problems
        }
    }

    /// The tree as far as it was read, and the problems by place.
    mutating func finish() -> (YAMLNode?, [YAMLProblem]) {
        while let last = open.popLast() { place(last.node(endingAt: last.lastEnd)) }
        let sorted = problems.enumerated().sorted {
            ($0.element.span.start.offset, $0.offset) < ($1.element.span.start.offset, $1.offset)
        }
        return (root, sorted.map(\.element))
    }

    private mutating func take(_ event: yaml_event_t) -> Bool {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            guard documents > 1 else { return true }
            let message = "a second document starts here and a file holds one; move it to a file of its own"
            report("yaml-multiple-documents", message, source.spanOfLine(fromCharacter: event.start_mark.index))
            return false
        case YAML_ALIAS_EVENT:
            let span = span(of: event)
            report("yaml-alias", "aliases (*name) are not allowed here; write the value out", span)
            return add(YAMLNode(span: span, content: .scalar(YAMLScalar(text: "", isPlain: true))))
        case YAML_SCALAR_EVENT:
            return add(scalar(event))
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            refuseProperties(at: event, anchor: data.anchor != nil, tag: data.tag != nil)
            return begin(OpenCollection(start: span(of: event).start, isMapping: false))
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            refuseProperties(at: event, anchor: data.anchor != nil, tag: data.tag != nil)
            return begin(OpenCollection(start: span(of: event).start, isMapping: true))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            guard let last = open.popLast() else { preconditionFailure("libyaml closed what it never opened") }
            // Without a bracket of its own, libyaml ends a collection where the next thing starts; here the last value
            // ends it.
            let bracket = span(of: event)
            place(last.node(endingAt: bracket.start.offset < bracket.end.offset ? bracket.end : last.lastEnd))
            return true
        default:
            return true
        }
    }

    private mutating func scalar(_ event: yaml_event_t) -> YAMLNode {
        let data = event.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        // Whatever libyaml says, a tag or anchor is there if its sign is: it swallows the tag "!".
        let start = refuseProperties(at: event, anchor: true, tag: true)
        var span = span(of: event)
        if data.style == YAML_LITERAL_SCALAR_STYLE || data.style == YAML_FOLDED_SCALAR_STYLE {
            let end = source.trimmed(span.end.offset, notBelow: span.start.offset)
            span.end = source.mark(atOffset: end)
        }
        if start > span.start.offset { span.start = source.mark(atOffset: min(start, span.end.offset)) }
        return YAMLNode(
            span: span, content: .scalar(YAMLScalar(text: text, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)))
    }

    /// Counts a node in and answers whether there is room for it.
    private mutating func count(at mark: SourceMark) -> Bool {
        nodes += 1
        guard nodes > limits.nodes else { return true }
        let message = "the text holds more than \(limits.nodes) values; move parts of it to files of their own"
        report("yaml-too-large", message, SourceSpan(start: mark, end: mark))
        return false
    }

    private mutating func add(_ node: YAMLNode) -> Bool {
        guard count(at: node.span.start) else { return false }
        place(node)
        return true
    }

    private mutating func begin(_ collection: OpenCollection) -> Bool {
        guard count(at: collection.start) else { return false }
        guard open.count < limits.depth else {
            let message =
                "lists and mappings stand more than \(limits.depth) deep inside one another here; flatten them"
            report("yaml-too-deep", message, SourceSpan(start: collection.start, end: collection.start))
            return false
        }
        open.append(collection)
        return true
    }

    /// Puts a finished node where it belongs: a key, a value, an item or the document itself.
    private mutating func place(_ node: YAMLNode) {
        guard let top = open.indices.last else {
            root = node
            return
        }
        open[top].lastEnd = node.span.end
        guard open[top].isMapping else {
            open[top].items.append(node)
            return
        }
        guard let key = open[top].key else {
            open[top].key = node
            checkKey(node, at: top)
            return
        }
        if !open[top].dropsValue { open[top].entries.append(YAMLEntry(key: key, value: node)) }
        open[top].key = nil
        open[top].dropsValue = false
    }

    private mutating func checkKey(_ key: YAMLNode, at top: Int) {
        guard case .scalar(let scalar) = key.content else {
            report("yaml-key-not-text", "a key must be a single word or text, not a list or a mapping", key.span)
            return
        }
        guard !problems.contains(where: { $0.code == "yaml-alias" && $0.span == key.span }) else { return }
        guard !(scalar.isPlain && scalar.text.isEmpty) else {
            report("yaml-key-not-text", "there is no key before this colon; write one", key.span)
            return
        }
        if let first = open[top].firstKeys[scalar.text] {
            let message =
                "the key '\(shortened(scalar.text))' stands in this mapping already, at line \(first.start.line); "
            report("yaml-duplicate-key", message + "delete one of the two", key.span, related: first)
            open[top].dropsValue = true
        } else {
            open[top].firstKeys[scalar.text] = key.span
        }
    }

    /// Reports the anchor and the tag in front of a value.
    ///
    /// - Returns: The byte offset at which the value itself starts.
    @discardableResult
    private mutating func refuseProperties(at event: yaml_event_t, anchor: Bool, tag: Bool) -> Int {
        let start = span(of: event).start.offset
        guard anchor || tag else { return start }
        var rest = PropertyScanner(bytes: source.bytes, at: start)
        var seen: Set<UInt8> = []
        while let (sign, range) = rest.next(), seen.insert(sign).inserted {
            if sign == UInt8(ascii: "&"), anchor {
                report(
                    "yaml-anchor", "anchors (&name) are not allowed here; delete it and write values out",
                    source.span(range))
            } else if sign == UInt8(ascii: "!"), tag {
                report(
                    "yaml-tag", "tags (!type) are not allowed here; delete it, and quote the value if it is text",
                    source.span(range))
            }
        }
        return rest.at
    }

    private mutating func report(_ code: String, _ message: String, _ span: SourceSpan, related: SourceSpan? = nil) {
        problems.append(YAMLProblem(code: code, message: message, span: span, related: related))
    }

    private func span(of event: yaml_event_t) -> SourceSpan {
        SourceSpan(
            start: source.mark(atCharacter: event.start_mark.index), end: source.mark(atCharacter: event.end_mark.index)
        )
    }
}

/// A sequence or mapping whose end has not been read yet.
private struct OpenCollection {
    var start: SourceMark
    var isMapping: Bool
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    /// The key whose value comes next.
    var key: YAMLNode?
    /// Whether the key is a repeated one, so that its value is read but not kept.
    var dropsValue = false
    /// Where each key's text was first written.
    var firstKeys: [String: SourceSpan] = [:]
    /// Where the last key or value ended.
    var lastEnd: SourceMark

    init(start: SourceMark, isMapping: Bool) {
        self.start = start
        self.isMapping = isMapping
        lastEnd = start
    }

    func node(endingAt end: SourceMark) -> YAMLNode {
        YAMLNode(span: SourceSpan(start: start, end: end), content: isMapping ? .mapping(entries) : .sequence(items))
    }
}

/// Finds the anchor (`&name`) and the tag (`!type`) in front of a value.
private struct PropertyScanner {
    let bytes: [UInt8]
    /// Where the next property, or the value, starts.
    var at: Int

    /// Takes one property: its sign and its bytes.
    mutating func next() -> (sign: UInt8, range: Range<Int>)? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "&") || bytes[at] == UInt8(ascii: "!") else { return nil }
        let start = at
        let isVerbatim = bytes[start...].starts(with: "!<".utf8)
        let stops: [UInt8] = isVerbatim ? Array("> \t\r\n".utf8) : Array(" \t\r\n,[]{}".utf8)
        while at < bytes.count, !stops.contains(bytes[at]) { at += 1 }
        if isVerbatim, at < bytes.count, bytes[at] == UInt8(ascii: ">") { at += 1 }
        let end = at
        skipSpace()
        return (bytes[start], start..<end)
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            case UInt8(ascii: "#"): while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            default: return
            }
        }
    }
}

/// A key short enough for a message.
private func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(39) + "…" : text
}
