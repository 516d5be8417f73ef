import NIOCore
import Synchronization

/// The connections that are open, counted in all and by user.
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var perUser: [UInt32: Int] = [:]
        var isClosed = false
    }

    private let limits: VarlinkLimits
    private let state = Mutex(State())

    init(limits: VarlinkLimits) {
        self.limits = limits
    }

    /// Whether a connection was taken in, and if not, why.
    enum Admission: Equatable {
        case admitted, full, closed
    }

    /// Takes in a connection if there is room for it.
    func admit(_ channel: any Channel, of user: UInt32) -> Admission {
        state.withLock { state in
            if state.isClosed { return .closed }
            let ofUser = state.perUser[user, default: 0]
            guard state.channels.count < limits.maximumConnections, ofUser < limits.maximumConnectionsPerUser else {
                return .full
            }
            state.channels[ObjectIdentifier(channel)] = channel
            state.perUser[user] = ofUser + 1
            return .admitted
        }
    }

    /// Forgets a connection that was admitted.
    func remove(_ channel: any Channel, of user: UInt32) {
        state.withLock { state in
            guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
            let left = state.perUser[user, default: 0] - 1
            state.perUser[user] = left > 0 ? left : nil
        }
    }

    /// Takes no more connections and returns those that are open.
    func close() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
    }

    /// The number of connections that are open.
    var count: Int { state.withLock { $0.channels.count } }
}
