import Glibc

/// A call of libsystemd that failed.
package struct SystemdError: Error, Equatable, CustomStringConvertible {
    /// The C function, "sd_notify".
    package var function: String
    /// The positive error number of the system.
    package var number: Int32

    /// The function and the system's words for the number: "sd_notify: Connection refused".
    package var description: String { "\(function): \(String(cString: strerror(number)))" }

    /// Passes on an answer of libsystemd, whose negative ones are error numbers.
    static func check(_ answer: Int32, _ function: String) throws(SystemdError) -> Int32 {
        guard answer >= 0 else { throw SystemdError(function: function, number: -answer) }
        return answer
    }
}
