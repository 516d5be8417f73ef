/// What `plugin.yaml` says: everything the host must know of a plugin before it starts it.
public struct PluginManifest: Equatable, Sendable {
    /// The version of the protocol between host and plugin that this module describes.
    public static let currentProtocol = 1

    /// The plugin's name, which workflows and settings use: lower-case letters, digits and hyphens, a letter first.
    public var name: String
    /// The protocol's version the plugin speaks; only ``currentProtocol`` is spoken here.
    public var protocolVersion: Int
    /// One sentence for people: what the plugin does.
    public var summary: String
    /// The program's file name, inside the plugin's folder.
    public var executable: String
    /// What an administrator sets, by name.
    public var settings: [String: FieldDeclaration]
    /// What the plugin can be asked to do, by name.
    public var actions: [String: ActionDeclaration]
    /// What the plugin reports of its own accord, by name. A plugin with events is kept running.
    public var events: [String: EventDeclaration]
    /// The data a process of the plugin may hold, in bytes; absent, the host's default.
    public var memory: Int?
    /// How many actions the plugin can perform at once, from 1.
    public var concurrency: Int

    /// Makes a manifest; `executable` is the plugin's name unless given.
    public init(
        name: String, protocolVersion: Int = PluginManifest.currentProtocol, summary: String, executable: String? = nil,
        settings: [String: FieldDeclaration] = [:], actions: [String: ActionDeclaration] = [:],
        events: [String: EventDeclaration] = [:], memory: Int? = nil, concurrency: Int = 1
    ) {
        self.name = name
        self.protocolVersion = protocolVersion
        self.summary = summary
        self.executable = executable ?? name
        self.settings = settings
        self.actions = actions
        self.events = events
        self.memory = memory
        self.concurrency = concurrency
    }
}

/// One thing a plugin can be asked to do.
public struct ActionDeclaration: Equatable, Sendable {
    /// Whether asking twice with the same key does what asking once does. If not, an answer that was lost is never
    /// asked for again without a person's word.
    public var isRepeatable: Bool
    /// How long the action may take; absent, the host's default.
    public var timeout: Duration?
    /// What the action is given, by name.
    public var input: [String: FieldDeclaration]

    /// Makes an action.
    public init(isRepeatable: Bool, timeout: Duration? = nil, input: [String: FieldDeclaration] = [:]) {
        self.isRepeatable = isRepeatable
        self.timeout = timeout
        self.input = input
    }
}

/// One thing a plugin may report of its own accord.
public struct EventDeclaration: Equatable, Sendable {
    /// What the event carries, by name.
    public var data: [String: FieldDeclaration]

    /// Makes an event.
    public init(data: [String: FieldDeclaration] = [:]) { self.data = data }
}

/// One setting of a plugin, or one field of an action's input or an event's data.
public struct FieldDeclaration: Equatable, Sendable {
    /// The kinds of value.
    public enum Kind: String, CaseIterable, Sendable {
        /// Text.
        case text
        /// A whole number of 64 bits.
        case integer
        /// True or false.
        case boolean
        /// Text that is never shown nor logged. Settings only.
        case secret
        /// A mail address, such as `marches@mairie.example`.
        case address
        /// A moment as RFC 3339 writes it, such as `2021-09-24T16:30:00+01:00`.
        case instant
        /// Any JSON value.
        case any
    }

    /// The kind of value, or of each value where ``isList``.
    public var kind: Kind
    /// Whether the field holds a list of values.
    public var isList: Bool
    /// Whether the field must be given.
    public var isRequired: Bool
    /// The value of a setting that is not given; absent, there is none.
    public var defaultValue: JSONValue?
    /// The texts allowed; empty, any.
    public var choices: [String]

    /// Makes a field.
    public init(
        _ kind: Kind, isList: Bool = false, isRequired: Bool = true, defaultValue: JSONValue? = nil,
        choices: [String] = []
    ) {
        self.kind = kind
        self.isList = isList
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.choices = choices
    }
}
