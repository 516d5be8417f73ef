import CYAML

/// Reads a YAML 1.2 text of one document, strictly, and says everything that is wrong with it.
///
/// Anchors, aliases, tags and repeated keys are refused; each is reported and reading goes on. A syntax error or a
/// limit ends reading; what stood before it is returned all the same. Text is resolved by the core schema of YAML 1.2.
///
/// - Parameters:
///   - text: The whole file.
///   - limits: Sizes beyond which reading stops with a problem.
/// - Returns: What could be read, nil if that was nothing (an empty text, one of comments only, or one that is not text
///   at all), and the problems in the order of their places. Without problems the node is the whole document.
package func readYAML(_ text: String, limits: YAMLLimits = .default) -> (YAMLNode?, [YAMLProblem]) {
    readYAML(utf8: Array(text.utf8), limits: limits)
}

/// Reads YAML from bytes as they came from a file; bytes that are not UTF-8 are one problem, `yaml-not-utf8`.
///
/// - Parameters:
///   - bytes: The whole file, with or without a byte order mark.
///   - limits: Sizes beyond which reading stops with a problem.
/// - Returns: As ``readYAML(_:limits:)``.
package func readYAML(utf8 bytes: [UInt8], limits: YAMLLimits = .default) -> (YAMLNode?, [YAMLProblem]) {
    let origin = SourceMark(line: 1, column: 1, offset: 0)
    guard bytes.count <= limits.bytes else {
        let message = """
            the text has \(bytes.count) bytes and \(limits.bytes) are allowed; \
            move parts of it to files of their own
            """
        return (
            nil, [YAMLProblem(code: "yaml-too-large", message: message, span: SourceSpan(start: origin, end: origin))]
        )
    }
    let source: SourceText
    do {
        source = try SourceText(bytes)
    } catch {
        return (nil, [notUTF8(bytes, at: error.offset)])
    }
    let unwelcome = source.unwelcomeCharacters(atMost: limits.problems)
    guard unwelcome.isEmpty else {
        return (nil, unwelcome.map { unwelcomeCharacter($0.value, at: source.span(ofCharacter: $0.index)) })
    }
    var builder = TreeBuilder(source: source, limits: limits)
    readEvents(of: source) { builder.take($0) }
    return builder.finish()
}

/// What libyaml says next.
enum ParserOutcome {
    case event(yaml_event_t)
    case failure(SyntaxError)
}

/// Calls `body` with each of libyaml's events, until it answers false or the text ends or breaks.
private func readEvents(of source: SourceText, _ body: (ParserOutcome) -> Bool) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("libyaml has no memory for a parser") }
    defer { yaml_parser_delete(parser) }
    source.bytes.withUnsafeBufferPointer { bytes in
        let text = UnsafeBufferPointer(rebasing: bytes[source.markLength...])
        // libyaml insists on an address even for no bytes at all.
        guard let start = text.baseAddress, !text.isEmpty else { return }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, start, text.count)
        var goOn = true
        while goOn {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else {
                _ = body(.failure(SyntaxError(parser.pointee)))
                return
            }
            goOn = body(.event(event)) && event.type != YAML_STREAM_END_EVENT
            yaml_event_delete(&event)
        }
    }
}

private func notUTF8(_ bytes: [UInt8], at offset: Int) -> YAMLProblem {
    // What stands before the offset is UTF-8, so its table exists.
    let before = (try? SourceText(Array(bytes[..<offset])))
    let mark = before.map { $0.mark(atCharacter: $0.count) } ?? SourceMark(line: 1, column: 1, offset: offset)
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    let hexadecimal = String(bytes[offset], radix: 16, uppercase: true)
    let message =
        isUTF16
        ? "the text is UTF-16; save it as UTF-8"
        : "the byte 0x\(hexadecimal) is not UTF-8 here, so the text may be Latin-1 or damaged; save it as UTF-8"
    return YAMLProblem(code: "yaml-not-utf8", message: message, span: SourceSpan(start: mark, end: mark))
}

private func unwelcomeCharacter(_ value: UInt32, at span: SourceSpan) -> YAMLProblem {
    let digits = String(value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let message =
        switch value {
        case 0x85, 0x2028, 0x2029:
            "the invisible line separator \(name) is not a line break in YAML 1.2; replace it by a line break or a space"
        case 0xFEFF:
            "the invisible byte order mark \(name) is allowed at the start of a file only; delete it"
        default:
            "the control character \(name) is not allowed in YAML; delete it"
        }
    return YAMLProblem(code: "yaml-syntax", message: message, span: span)
}
