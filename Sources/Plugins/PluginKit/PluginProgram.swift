import Glibc
public import PluginAPI

/// A plugin written in Swift: an executable's whole main function.
///
/// ```swift
/// @main struct Hello {
///     static func main() {
///         PluginProgram(name: "hello") { context in
///             let greeting = context.text("greeting") ?? "Hello"
///             return ["greet": { request in .delivered("\(greeting), \(request.text("name") ?? "")") }]
///         }.run()
///     }
/// }
/// ```
public struct PluginProgram: Sendable {
    /// Performs one action; called on a thread of its own, as many at once as the manifest's `concurrency` says.
    /// An error thrown is a temporary failure with the error's words, unless it is a ``PluginRefusal``.
    public typealias Handler = @Sendable (ActionRequest) throws -> ExecuteResult
    /// Called once with the settings; returns the actions' handlers by name. Throw ``PluginRefusal`` if the plugin
    /// cannot work with its settings.
    public typealias Start = @Sendable (PluginContext) throws -> [String: Handler]

    private let name: String
    private let start: Start

    /// Makes the program.
    ///
    /// - Parameters:
    ///   - name: The manifest's name.
    ///   - start: Prepares the plugin; see ``Start``.
    public init(name: String, start: @escaping Start) {
        self.name = name
        self.start = start
    }

    /// Serves the host on standard input and output until it says `shutdown` or goes away, then exits.
    ///
    /// A repeated key is not performed again: the answer is that of the first time, while the process lives. What must
    /// survive the process is the plugin's own matter. Actions under way are finished first. Nothing else may be
    /// written to standard output; standard error goes to the service's log.
    public func run() -> Never {
        // The host may end while it is written to; the read loop sees it go.
        _ = signal(SIGPIPE, SIG_IGN)
        exit(serve(input: STDIN_FILENO, output: STDOUT_FILENO))
    }

    /// ``run()`` on any pair of descriptors; returns the exit code.
    package func serve(input: Int32, output: Int32) -> Int32 {
        Session(name: name, start: start, output: output).serve(input: input)
    }
}

/// The plugin cannot do what it is asked: with these settings, or with this input.
public struct PluginRefusal: Error, CustomStringConvertible, Sendable {
    /// Why, for people, and what to change.
    public var description: String

    /// Makes a refusal.
    public init(_ reason: String) { description = reason }
}

/// One action to perform.
public struct ActionRequest: Sendable {
    /// What the effect is: the same key is the same effect.
    public let key: String
    /// The input, as the manifest declares it; the host has checked that.
    public let input: JSONValue

    package init(key: String, input: JSONValue) {
        self.key = key
        self.input = input
    }

    /// The text of that name; nil where it is missing or no text.
    public func text(_ name: String) -> String? { input[name]?.text }

    /// The texts of that name; empty where they are missing.
    public func texts(_ name: String) -> [String] { input[name]?.list?.compactMap(\.text) ?? [] }
}

/// What a plugin is given to work with.
public struct PluginContext: Sendable {
    /// The settings, defaults filled in.
    public let settings: [String: JSONValue]
    /// The secrets.
    public let secrets: [String: Secret]
    /// A folder of the plugin's own, which exists: an absolute path, also the working directory.
    public let folder: String
    private let emitter: @Sendable (EmitParameters) throws -> Void

    init(_ parameters: InitializeParameters, emitter: @escaping @Sendable (EmitParameters) throws -> Void) {
        settings = parameters.settings
        secrets = parameters.secrets
        folder = parameters.folder
        self.emitter = emitter
    }

    /// The text of that setting; nil where it is not set.
    public func text(_ setting: String) -> String? { settings[setting]?.text }

    /// The whole number of that setting; nil where it is not set.
    public func integer(_ setting: String) -> Int64? { settings[setting]?.integer }

    /// Reports an event and waits until the host keeps it for good.
    ///
    /// Not to be called while ``PluginProgram/Start`` runs: the host listens only afterwards.
    ///
    /// - Throws: `RPCFailure` if the host refuses the event, with its reason; it may be emitted again, with the same
    ///   key. ``PluginRefusal`` if the host is gone.
    public func emit(_ event: EmitParameters) throws { try emitter(event) }
}
