import Synchronization
import WorkflowLoading

/// The blocks and rule packs below some folders, `blocks/NAME.yaml` and `rules/NAME.yaml`, read as they are needed.
///
/// Each file is read once; make another value to see what has changed since.
final class LibraryFiles: Sendable {
    private static let ending = ".yaml"

    private let folders: [String]
    private let known = Mutex<[LibraryFile: TextFile]>([:])

    /// Reads from folders; of two files with one name, the first folder's counts.
    init(folders: [String]) { self.folders = folders }

    /// The names of what there is of a kind, sorted.
    func names(of kind: LibraryFile.Kind) -> [String] {
        let files = folders.flatMap { fileNames(in: "\($0)/\(kind.rawValue)") }.filter { $0.hasSuffix(Self.ending) }
        return Set(files).map { String($0.dropLast(Self.ending.count)) }.sorted()
    }

    /// A file as it was read; `nil` for one that is not there.
    func file(_ wanted: LibraryFile) -> TextFile? {
        guard wanted.name.isFileName else { return nil }
        return known.withLock { known in
            if let file = known[wanted] { return file }
            let name = wanted.name + Self.ending
            let places = folders.map { "\($0)/\(wanted.kind.rawValue)" }
            guard let place = places.first(where: { fileNames(in: $0).contains(name) }) else { return nil }
            let file = readText("\(place)/\(name)")
            known[wanted] = file
            return file
        }
    }
}

extension String {
    /// Whether this names a file in a folder and nothing beyond it.
    var isFileName: Bool {
        !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
