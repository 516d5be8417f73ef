import Glibc
import WorkflowEngine

/// Held by whoever works in a state folder, so that no service starts while its store is being replaced.
final class StateLock {
    private let descriptor: Int32

    /// Takes the lock. A folder that cannot be opened is not locked: what it is needed for fails with better words.
    ///
    /// - Throws: ``StoreError`` `locked` where another program has it.
    init(folder: String) throws(StoreError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        close(descriptor)
        throw StoreError(
            .locked,
            "\(folder): another program works in this folder, a jalond or one that restores a backup; stop it first: "
                + "systemctl stop jalond")
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}
