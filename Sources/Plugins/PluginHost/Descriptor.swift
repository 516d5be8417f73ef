internal import CSpawn
import Glibc

/// One end of a pipe, closed when nobody has it any more.
final class Descriptor: Sendable {
    /// What became of an attempt to read or write.
    enum Transfer: Equatable {
        /// So many bytes went through.
        case done(Int)
        /// There is nothing to read, or no room to write, at present.
        case notNow
        /// The other end is closed.
        case over
    }

    let number: Int32

    fileprivate init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// From now on, to read or write does not keep the thread waiting.
    func neverWait() { _ = fcntl(number, F_SETFL, O_NONBLOCK) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        transfer { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        transfer { Glibc.write(number, bytes.baseAddress, bytes.count) }
    }

    private func transfer(_ attempt: () -> Int) -> Transfer {
        while true {
            let count = attempt()
            if count > 0 { return .done(count) }
            guard count < 0 else { return .over }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .notNow
            default: return .over
            }
        }
    }
}

/// A pipe whose ends no other program inherits.
struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    /// - Throws: ``SystemRefusal`` if the process has no descriptor left.
    init() throws(SystemRefusal) {
        var ends: [Int32] = [-1, -1]
        try SystemRefusal.check(pipe2(&ends, O_CLOEXEC) == 0 ? 0 : errno, "no pipe to it can be made")
        reading = Descriptor(ends[0])
        writing = Descriptor(ends[1])
    }
}
