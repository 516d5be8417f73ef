import PluginAPI
import YAMLReader

/// What the administrator says in `jalond.yaml`.
///
/// | key | type | default | meaning |
/// |---|---|---|---|
/// | `messages` | name of a plugin | `journal` | delivers what people are told |
/// | `operators` | list of numbers | none | uids that may start cases and send events |
/// | `operator-groups` | list of numbers | the service's own group | gids whose members may |
/// | `others` | `viewer` or `nobody` | `nobody` | what everybody else on this machine may do; `viewer` opens the socket to them |
/// | `people` | path | `/etc/jalon/people.yaml`, where it is there | who holds which role and sits in which organ |
/// | `plugins` | settings by plugin | none | what each plugin's manifest asks for; a secret is `{ file: PATH }` or `{ credential: NAME }` |
struct Settings: Sendable {
    var messages = "journal"
    var operators: Set<UInt32> = []
    var operatorGroups: Set<UInt32> = []
    var othersMayLook = false
    var people: String?
    var plugins: [String: [String: PluginSetting]] = [:]

    /// One setting of a plugin.
    enum PluginSetting: Sendable {
        case plain(JSONValue)
        case file(String)
        case credential(String)
    }

    /// A mistake in the file, as one line.
    struct Problem: Error { var description: String }

    private static let keys = ["messages", "operators", "operator-groups", "others", "people", "plugins"]

    init() {}

    /// Reads the file's text.
    ///
    /// - Throws: ``Problem`` at the first mistake.
    init(_ text: String, file: String) throws(Problem) {
        let (root, problems) = readYAML(text)
        func problem(_ span: SourceSpan, _ message: String) -> Problem {
            Problem(description: "\(file):\(span.start.line):\(span.start.column): \(message)")
        }
        if let first = problems.first { throw problem(first.span, first.message) }
        guard let root else { return }
        guard case .mapping(let entries) = root.content else {
            throw problem(root.span, "settings are keys with values: \(Self.keys.joined(separator: ", "))")
        }
        for entry in entries {
            let value = entry.value
            switch entry.key.scalarText {
            case "messages":
                guard let name = value.scalarText else { throw problem(value.span, "'messages' is a plugin's name") }
                messages = name
            case "operators":
                guard let numbers = value.numbers else { throw problem(value.span, "'operators' is a list of uids") }
                operators = numbers
            case "operator-groups":
                guard let numbers = value.numbers else {
                    throw problem(value.span, "'operator-groups' is a list of gids")
                }
                operatorGroups = numbers
            case "others":
                guard let word = value.scalarText, ["viewer", "nobody"].contains(word) else {
                    throw problem(value.span, "'others' is viewer or nobody")
                }
                othersMayLook = word == "viewer"
            case "people":
                guard let path = value.scalarText else { throw problem(value.span, "'people' is the path of a file") }
                people = path
            case "plugins":
                plugins = try Self.plugins(value, problem)
            default:
                throw problem(
                    entry.key.span,
                    "there is no setting '\(entry.key.scalarText ?? "")'; there are "
                        + Self.keys.joined(separator: ", "))
            }
        }
    }

    private static func plugins(
        _ node: YAMLNode, _ problem: (SourceSpan, String) -> Problem
    ) throws(Problem) -> [String: [String: PluginSetting]] {
        guard case .mapping(let plugins) = node.content else {
            throw problem(node.span, "'plugins' holds the settings of each plugin under its name")
        }
        var result: [String: [String: PluginSetting]] = [:]
        for plugin in plugins {
            guard case .mapping(let settings) = plugin.value.content else {
                throw problem(plugin.value.span, "a plugin's settings are names with values")
            }
            for setting in settings {
                guard let value = setting.value.pluginSetting else {
                    throw problem(setting.value.span, "a setting is one value, { file: PATH } or { credential: NAME }")
                }
                result[plugin.key.scalarText ?? "", default: [:]][setting.key.scalarText ?? ""] = value
            }
        }
        return result
    }
}

extension YAMLNode {
    fileprivate var scalarText: String? {
        if case .scalar(let scalar) = content, scalar.resolved != .null { scalar.text } else { nil }
    }

    fileprivate var numbers: Set<UInt32>? {
        guard case .sequence(let items) = content else { return nil }
        let numbers = items.compactMap { $0.scalarText.flatMap { UInt32($0) } }
        return numbers.count == items.count ? Set(numbers) : nil
    }

    fileprivate var pluginSetting: Settings.PluginSetting? {
        switch content {
        case .scalar(let scalar):
            switch scalar.resolved {
            case .null: return nil
            case .bool(let flag): return .plain(.boolean(flag))
            case .integer(let number): return .plain(.integer(number))
            case .float, .string: return .plain(.text(scalar.text))
            }
        case .mapping(let entries):
            guard entries.count == 1, let value = entries[0].value.scalarText else { return nil }
            switch entries[0].key.scalarText {
            case "file": return .file(value)
            case "credential": return .credential(value)
            default: return nil
            }
        case .sequence: return nil
        }
    }
}
