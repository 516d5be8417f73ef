package import WorkflowLoading

/// A workflow with the library files it uses as one text: what a case is pinned to.
///
/// The files stand one after the other as documents of one YAML stream, the workflow first. What separates them cannot
/// stand in a file itself, because a file of Jalon holds one document.
package struct DefinitionText: Hashable, Sendable {
    private static let separator = "--- # file: "

    /// The workflow's own text.
    package var workflow: String
    /// The texts of what it uses.
    package var library: [LibraryFile: String]

    package init(workflow: String, library: [LibraryFile: String]) {
        self.workflow = workflow
        self.library = library
    }

    /// The one text, the same for the same files in whatever order they were read.
    package var joined: String {
        var text = workflow
        for (file, content) in library.sorted(by: { $0.key < $1.key }) {
            if !text.hasSuffix("\n") { text += "\n" }
            text += "\(Self.separator)\(file.kind.rawValue)/\(file.name)\n\(content)"
        }
        return text
    }

    /// Takes a joined text apart again; each file may have got a final line break.
    package init(joined text: String) {
        workflow = ""
        library = [:]
        var current: LibraryFile?
        var content = ""
        func file(_ mark: Substring) -> LibraryFile? {
            let parts = mark.dropFirst(Self.separator.count).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let kind = LibraryFile.Kind(rawValue: String(parts[0])) else { return nil }
            return LibraryFile(kind, String(parts[1]))
        }
        func close() {
            if let current { library[current] = content } else { workflow = content }
            content = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(Self.separator), let next = file(line) {
                close()
                current = next
            } else {
                content += line
                content += "\n"
            }
        }
        // The split sees an empty line after the last line break, or there was none.
        content.removeLast()
        close()
    }
}
