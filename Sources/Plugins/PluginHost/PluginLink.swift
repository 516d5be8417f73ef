import Synchronization

/// The host's end of a process: what it is to read, and what is wished of it. Any thread may use it.
final class PluginLink: Sendable {
    /// What is wished of the process, or has become of it.
    struct Wishes {
        /// It is to be killed with its group.
        var mustDie = false
        /// It is to be asked to end.
        var mustLeave = false
        /// It has ended.
        var isOver = false
    }

    private struct State {
        var lines: [[UInt8]] = []
        var isClosed = false
        var wishes = Wishes()
        var bell: Descriptor?
    }

    let generation: Int
    private let longest: Int
    private let state = Mutex(State())

    /// - Parameter longest: How many lines may wait to be written.
    init(generation: Int, longest: Int) {
        self.generation = generation
        self.longest = longest
    }

    // MARK: From the host

    /// Has a line written; false, with nothing done, where too many wait.
    func send(_ line: [UInt8]) -> Bool {
        change { state in
            guard state.lines.count < longest else { return false }
            state.lines.append(line)
            return true
        }
    }

    /// Ends the process's input once all lines are written.
    func closeInput() { change { $0.isClosed = true } }

    func kill() { change { $0.wishes.mustDie = true } }

    func leave() { change { $0.wishes.mustLeave = true } }

    // MARK: From the threads of the process

    func ended() { change { $0.wishes.isOver = true } }

    /// From now on rings a bell, the writing end of a pipe, whenever something changes; absent, no more.
    func ring(_ bell: Descriptor?) { change { $0.bell = bell } }

    /// What there is to do. That it must die is said once.
    func takeWishes() -> Wishes {
        state.withLock { state in
            defer { state.wishes.mustDie = false }
            return state.wishes
        }
    }

    /// The next line to write, if there is one, and whether others may follow.
    func nextLine() -> (line: [UInt8]?, isClosed: Bool) {
        state.withLock { state in
            state.lines.isEmpty ? (nil, state.isClosed) : (state.lines.removeFirst(), false)
        }
    }

    private func change<Answer: Sendable>(_ change: (inout State) -> Answer) -> Answer {
        state.withLock { state in
            let answer = change(&state)
            // A pipe that is full has been rung enough.
            withUnsafeBytes(of: UInt8(1)) { _ = state.bell?.write($0) }
            return answer
        }
    }
}
