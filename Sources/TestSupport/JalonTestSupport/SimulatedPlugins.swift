import Synchronization
package import WorkflowEngine
import WorkflowModel

/// The outside world as a plugin reaches it: what it was asked, what people got, and answers as a test wants them.
package final class SimulatedPlugins: PluginCaller {
    /// What becomes of a call.
    package enum Behaviour: Hashable, Sendable {
        case delivers
        /// Nobody gets anything; the same call may succeed later.
        case failsForNow
        /// Nobody gets anything, and never will.
        case refuses
        /// Somebody gets the message, and the answer never comes.
        case deliversInSilence
        /// Nothing happens at all.
        case hangs
        /// The plugin itself is of no use to anybody.
        case breaksDown
    }

    /// A message somebody got.
    package struct Letter: Hashable, Sendable {
        package var key: String
        package var to: String
        package var subject: String
        package var body: String
        /// The case whose thread it belongs to.
        package var thread: String?
    }

    private struct State {
        var behaviour: @Sendable (Letter) -> Behaviour = { _ in .delivers }
        var letters: [Letter] = []
        var calls: [Letter] = []
        var unanswered: [@Sendable (ActionOutcome) -> Void] = []
    }

    private let state = Mutex(State())

    /// Plugins that deliver everything.
    package init() {}

    /// What becomes of calls from now on.
    package func behave(_ behaviour: @escaping @Sendable (Letter) -> Behaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    /// What people got, in order.
    package var letters: [Letter] { state.withLock { $0.letters } }

    /// What was asked, in order.
    package var calls: [Letter] { state.withLock { $0.calls } }

    /// Answers all calls that were left without one.
    package func answerAll(_ outcome: ActionOutcome) {
        let unanswered = state.withLock { state in
            defer { state.unanswered = [] }
            return state.unanswered
        }
        for answer in unanswered { answer(outcome) }
    }

    /// As ``PluginCaller`` says.
    package func execute(_ call: ActionCall, completion: @escaping @Sendable (ActionOutcome) -> Void) {
        let letter = Letter(call)
        let behaviour = state.withLock { state in
            state.calls.append(letter)
            let behaviour = state.behaviour(letter)
            if [.delivers, .deliversInSilence].contains(behaviour) { state.letters.append(letter) }
            if [.hangs, .deliversInSilence].contains(behaviour) { state.unanswered.append(completion) }
            return behaviour
        }
        switch behaviour {
        case .delivers: completion(.delivered(detail: "received"))
        case .failsForNow: completion(.failedTemporarily(reason: "busy"))
        case .breaksDown: completion(.pluginFailed(reason: "it does not start", wasTried: false))
        case .refuses: completion(.failedPermanently(reason: "no such person"))
        case .deliversInSilence, .hangs: break
        }
    }
}

extension SimulatedPlugins.Letter {
    /// Reads a call as the mail plugin does.
    package init(_ call: ActionCall) {
        guard case .object(let members) = PlainValue(json: String(decoding: call.input, as: UTF8.self)) else {
            preconditionFailure("an action's input is an object")
        }
        func text(_ name: String) -> String? {
            guard case .text(let text) = members.first(where: { $0.name == name })?.value else { return nil }
            return text
        }
        guard case .list(let people) = members.first(where: { $0.name == "to" })?.value,
            case .text(let address) = people.first, people.count == 1, let subject = text("subject"),
            let body = text("body"), text("key") == call.key
        else { preconditionFailure("a message has one recipient, a subject, a body and its key") }
        self.init(key: call.key, to: address, subject: subject, body: body, thread: text("thread"))
    }
}
