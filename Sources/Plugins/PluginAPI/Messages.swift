/// What the host tells a plugin first.
public struct InitializeParameters: Codable, Equatable, Sendable {
    /// The protocol's version the host speaks.
    public var `protocol`: Int
    /// The plugin's name.
    public var plugin: String
    /// The settings the manifest declares, defaults filled in; one that is optional and not given is absent.
    public var settings: [String: JSONValue]
    /// The settings declared as secrets.
    public var secrets: [String: Secret]
    /// A folder that is the plugin's own, where it may keep files: an absolute path.
    public var folder: String

    /// Makes the parameters.
    public init(
        protocol: Int = PluginManifest.currentProtocol, plugin: String, settings: [String: JSONValue],
        secrets: [String: Secret], folder: String
    ) {
        self.protocol = `protocol`
        self.plugin = plugin
        self.settings = settings
        self.secrets = secrets
        self.folder = folder
    }
}

/// What a plugin answers to `initialize`. If it cannot work with its settings it answers with an error instead.
public struct InitializeResult: Codable, Equatable, Sendable {
    /// The protocol's version the plugin speaks.
    public var `protocol`: Int
    /// The actions it can perform: at least those of its manifest.
    public var actions: [String]

    /// Makes the answer.
    public init(protocol: Int = PluginManifest.currentProtocol, actions: [String]) {
        self.protocol = `protocol`
        self.actions = actions
    }
}

/// An action to perform.
public struct ExecuteParameters: Codable, Equatable, Sendable {
    /// What the effect is: the same key twice is the same effect, asked for again.
    public var key: String
    /// The action's name.
    public var action: String
    /// The fields the manifest declares.
    public var input: JSONValue

    /// Makes the parameters.
    public init(key: String, action: String, input: JSONValue) {
        self.key = key
        self.action = action
        self.input = input
    }
}

/// What came of an action.
public struct ExecuteResult: Codable, Equatable, Sendable {
    /// The ways an action ends.
    public enum Outcome: String, Codable, Sendable {
        /// It is done, for good.
        case delivered
        /// It is not done, and may succeed later.
        case failedTemporarily = "failed-temporarily"
        /// It is not done, and asking again would change nothing.
        case failedPermanently = "failed-permanently"
        /// Nothing can be done for anybody now: what the plugin itself needs does not work. Other actions wait too.
        case unavailable
    }

    /// How it ended.
    public var outcome: Outcome
    /// For people: a receipt, or what went wrong and what to do.
    public var detail: String

    /// Makes the answer.
    public init(_ outcome: Outcome, _ detail: String) {
        self.outcome = outcome
        self.detail = detail
    }

    /// The action is done; `detail` is its receipt.
    public static func delivered(_ detail: String) -> ExecuteResult { ExecuteResult(.delivered, detail) }
    /// The action is not done and may succeed later; `detail` says what went wrong.
    public static func failedTemporarily(_ detail: String) -> ExecuteResult {
        ExecuteResult(.failedTemporarily, detail)
    }
    /// No action can be done now, whomever it is for; `detail` says what does not work.
    public static func unavailable(_ detail: String) -> ExecuteResult { ExecuteResult(.unavailable, detail) }
    /// The action cannot be done; `detail` says why and what to change.
    public static func failedPermanently(_ detail: String) -> ExecuteResult {
        ExecuteResult(.failedPermanently, detail)
    }
}

/// The action that nobody waits for any more.
public struct CancelParameters: Codable, Equatable, Sendable {
    /// The id of its `action/execute`.
    public var id: MessageID

    /// Makes the parameters.
    public init(id: MessageID) { self.id = id }
}

/// Something that happened, as the plugin reports it.
public struct EmitParameters: Codable, Equatable, Sendable {
    /// The event's name, one the manifest declares.
    public var event: String
    /// What the occurrence is: the same key twice is the same occurrence, told again.
    public var key: String
    /// What the event carries.
    public var data: JSONValue

    /// Makes the parameters.
    public init(event: String, key: String, data: JSONValue) {
        self.event = event
        self.key = key
        self.data = data
    }
}

/// The host's word that it keeps an event; a plugin that gets an error instead may emit the event again.
public struct EmitResult: Codable, Equatable, Sendable {
    /// Always true.
    public var accepted = true

    /// Makes the answer.
    public init() {}
}

/// No parameters, as of `shutdown`.
public struct NoParameters: Codable, Equatable, Sendable {
    /// Makes none.
    public init() {}
}

/// A text that no description, log or error shows.
public struct Secret: Hashable, Sendable, Codable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself, for the one place that needs it.
    public var revealed: String

    /// Makes a secret.
    public init(_ revealed: String) { self.revealed = revealed }

    /// Reads a text.
    public init(from decoder: any Decoder) throws {
        revealed = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the text itself: to the plugin, through a pipe that nobody else reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(revealed)
    }

    /// Always `<secret>`.
    public var description: String { "<secret>" }
    /// Always `<secret>`.
    public var debugDescription: String { "<secret>" }
    /// Shows nothing of the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
