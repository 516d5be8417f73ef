import PluginAPI
import WorkflowEngine

extension PluginLifecycle {
    /// What is to be done.
    enum Effect: Equatable {
        /// Start a process; its inputs will carry this generation.
        case start(generation: Int)
        /// Write a line to the process.
        case send([UInt8])
        /// End the process's input.
        case closeInput
        /// Kill the process and all it started.
        case kill
        /// Tell a caller what came of the call.
        case complete(token: Int, ActionOutcome)
        /// Hand an event to the engine.
        case deliver(generation: Int, id: MessageID, EmitParameters)
        /// Tell the administrator.
        case log(String)
    }

    /// Where the process is.
    enum Phase: String, Equatable {
        /// There is none.
        case resting
        /// It has been started and has not answered `initialize`.
        case starting
        /// It performs actions.
        case ready
        /// It has ignored a `cancel`: what else it is doing may finish, then it is killed.
        case hung
        /// It has been asked to stop.
        case stopping
        /// It has been killed and is not gone yet.
        case ending
    }

    /// A call that waits for its turn.
    struct Waiting {
        var token: Int
        var key: String
        var action: String
        var input: JSONValue
        var deadline: Duration
    }

    /// A call the process has been given.
    struct Running {
        /// Absent once the caller has been told.
        var token: Int?
        var action: String
        /// When the caller, or the host if the caller was told, has waited long enough; absent once both have.
        var deadline: Duration?
    }
}
