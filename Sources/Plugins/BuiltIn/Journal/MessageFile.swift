import Glibc
import PluginAPI
import PluginKit
import Synchronization

/// The file of messages: it only grows, each entry is on the disk before it counts, and a key is in it once.
final class MessageFile: Sendable {
    /// How much of a file's end is searched for keys, in bytes. Older messages are not asked for again.
    private static let searched = 16 << 20
    private static let readable: mode_t = 0o640

    private let path: String
    private let file: Int32
    private let keys: Mutex<Set<String>>

    /// Opens the file, made if need be, and reads the keys of the entries in it.
    ///
    /// - Throws: `PluginRefusal` if the file cannot be opened or read.
    init(path: String) throws {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, Self.readable)
        guard file >= 0 else { throw PluginRefusal("the file \(path) cannot be opened: \(Self.reason())") }
        keys = Mutex(try Self.keys(in: file, at: path))
        try Self.makeLasting(folderOf: path)
    }

    /// Appends a message unless its key is there already.
    func append(_ message: Message) throws -> ExecuteResult {
        try keys.withLock { keys in
            if keys.contains(message.key) { return .delivered("already in \(path)") }
            let size = lseek(file, 0, SEEK_END)
            var entry = Array(message.entry.utf8)
            // What a crash has cut short gets a line end, so that the new entry begins on a line of its own.
            if size > 0, try Self.lastByte(of: file, size: size) != UInt8(ascii: "\n") {
                entry.insert(UInt8(ascii: "\n"), at: 0)
            }
            let written = entry.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard written == entry.count, fsync(file) == 0 else {
                let reason = written >= 0 && written < entry.count ? "the disk is full" : Self.reason()
                // Half an entry must not stay: asked again, the message would be there one and a half times.
                _ = ftruncate(file, size)
                return .failedTemporarily("the message could not be written to \(path): \(reason)")
            }
            keys.insert(message.key)
            return .delivered("written to \(path)")
        }
    }

    private static func keys(in file: Int32, at path: String) throws -> Set<String> {
        let size = lseek(file, 0, SEEK_END)
        var tail = [UInt8](repeating: 0, count: min(max(size, 0), searched))
        var filled = 0
        while filled < tail.count {
            let offset = size - tail.count + filled
            let count = tail[filled...].withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, offset) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PluginRefusal("the file \(path) cannot be read: \(reason())") }
            filled += count
        }
        let prefix = Array(Message.keyPrefix.utf8)
        // A last line without its end was cut short by a crash: it does not count.
        let lines = tail.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        return Set(
            lines.lazy.filter { $0.starts(with: prefix) }
                .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) })
    }

    private static func lastByte(of file: Int32, size: off_t) throws -> UInt8 {
        var byte: UInt8 = 0
        guard pread(file, &byte, 1, size - 1) == 1 else { throw PluginRefusal("the file cannot be read: \(reason())") }
        return byte
    }

    /// Makes the file's name outlive a power cut, as `fsync` does for what is in it.
    private static func makeLasting(folderOf path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw PluginRefusal("the folder \(folder) cannot be written to: \(reason())")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
