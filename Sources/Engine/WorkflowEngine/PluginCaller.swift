/// One effect that a plugin is to perform.
package struct ActionCall: Sendable, Equatable {
    /// What the effect is, made of what it is about: the same key is the same effect, so that repeating is harmless.
    package var key: String
    /// The plugin's name.
    package var plugin: String
    /// The action's name.
    package var action: String
    /// The action's input: a JSON object in UTF-8.
    package var input: [UInt8]

    /// Makes a call.
    package init(key: String, plugin: String, action: String, input: [UInt8]) {
        self.key = key
        self.plugin = plugin
        self.action = action
        self.input = input
    }
}

/// What came of a call.
package enum ActionOutcome: Sendable, Equatable {
    /// The effect is performed; `detail` is the plugin's receipt.
    case delivered(detail: String)
    /// The effect is not performed and the same call may succeed later.
    case failedTemporarily(reason: String)
    /// The plugin itself failed, whomever the effect is for. `wasTried` is false where it never came to this one.
    case pluginFailed(reason: String, wasTried: Bool)
    /// The same call will not succeed, or must not be repeated without a person's word.
    case failedPermanently(reason: String)
}

/// Whoever performs effects for the engine.
package protocol PluginCaller: Sendable {
    /// Asks for an effect and returns at once.
    ///
    /// - Parameters:
    ///   - call: The effect.
    ///   - completion: Told exactly once what came of it, from any thread, perhaps before this returns.
    func execute(_ call: ActionCall, completion: @escaping @Sendable (ActionOutcome) -> Void)
}
