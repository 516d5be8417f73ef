internal import CSpawn
import Glibc

/// Something that the system did not do, most likely for want of descriptors, processes or memory.
struct SystemRefusal: Error, Equatable, CustomStringConvertible {
    /// What cannot be done: "no pipe to it can be made".
    var trouble: String
    /// The system's error number.
    var number: Int32

    /// The trouble and the system's words for the number.
    var description: String { "\(trouble): \(String(cString: strerror(number)))" }

    /// Throws where a call answers with an error number.
    static func check(_ number: Int32, _ trouble: @autoclosure () -> String) throws(SystemRefusal) {
        guard number == 0 else { throw SystemRefusal(trouble: trouble(), number: number) }
    }
}

/// Does work on a thread of its own, which ends with it.
///
/// - Throws: ``SystemRefusal`` if there is no thread to be had; then nothing is done.
func startThread(_ work: @escaping @Sendable () -> Void) throws(SystemRefusal) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let handedOver = Unmanaged.passRetained(ThreadWork(work))
    var thread = pthread_t()
    let number = pthread_create(
        &thread, &attributes,
        { work in
            if let work { Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().work() }
            return nil
        }, handedOver.toOpaque())
    if number != 0 { handedOver.release() }
    try SystemRefusal.check(number, "no thread for it can be had")
}

/// What a thread is to do, in a shape that C can hand over.
private final class ThreadWork: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
