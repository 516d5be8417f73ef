import Glibc

/// A system call on a timer or wake-up that failed, most likely for want of descriptors.
package struct TimerError: Error, Equatable, CustomStringConvertible {
    /// The system call, "timerfd_create".
    package var call: String
    /// The system's error number.
    package var number: Int32

    /// The call and the system's words for the number: "timerfd_create: Too many open files".
    package var description: String { "\(call): \(String(cString: strerror(number)))" }

    /// Passes on the answer of a system call, which is -1 on failure, with the number in `errno`.
    static func check(_ answer: Int32, _ call: String) throws(TimerError) -> Int32 {
        guard answer != -1 else { throw TimerError(call: call, number: errno) }
        return answer
    }
}
