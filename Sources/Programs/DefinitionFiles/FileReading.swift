import Glibc

/// Why a file could not be read.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable, for programs: `file-not-found`, `file-unreadable`, `file-is-folder`, `file-too-large`.
    package var code: String
    /// The file, as it was named.
    package var path: String
    /// What is wrong, without the file's name.
    package var reason: String

    package var description: String { "\(path): \(reason)" }
}

/// Reads a whole file.
///
/// - Parameter limit: The most bytes it may have.
/// - Throws: ``FileError`` for a file that is not there, may not be read, is a folder or is too large.
package func readFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError(errno, path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    let chunk = 64 << 10
    while bytes.count <= limit {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: chunk))
        let count = bytes.withUnsafeMutableBytes { buffer in
            read(descriptor, buffer.baseAddress.map { $0 + start }, chunk)
        }
        bytes.removeLast(chunk - max(0, count))
        if count == 0 { return bytes }
        if count < 0, errno != EINTR { throw systemError(errno, path) }
    }
    throw FileError(
        code: "file-too-large", path: path, reason: "the file has more than the \(limit) bytes allowed")
}

private func systemError(_ number: Int32, _ path: String) -> FileError {
    switch number {
    case ENOENT, ENOTDIR: FileError(code: "file-not-found", path: path, reason: "there is no such file")
    case EISDIR: FileError(code: "file-is-folder", path: path, reason: "this is a folder; name the files in it")
    default:
        FileError(
            code: "file-unreadable", path: path,
            reason: "the file cannot be read: \(String(cString: strerror(number)))")
    }
}

/// The names in a folder, sorted; empty for a folder that cannot be read.
package func fileNames(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
            String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
