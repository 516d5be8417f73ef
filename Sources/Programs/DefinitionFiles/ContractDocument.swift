import YAMLReader

/// The text of a contract document, for its lines to be shown beside what was made of them.
package struct ContractDocument: Sendable {
    /// The file, as it was found.
    package var path: String
    /// Its lines, the first one first.
    package var lines: [String]

    /// Looks for a workflow's document beside its file, and in the folder `documents` there.
    ///
    /// - Returns: `nil` where it is not there: documents need not be kept with workflows.
    package init?(named name: String, besideWorkflowAt path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        guard !name.contains("/") else { return nil }
        guard let found = [folder + name, "\(folder)documents/\(name)"].lazy.compactMap({ try? Self(at: $0) }).first
        else { return nil }
        self = found
    }

    /// Reads a document.
    ///
    /// - Throws: ``FileError`` for a file that cannot be read.
    package init(at path: String) throws(FileError) {
        let bytes = try readFile(path, limit: YAMLLimits.default.bytes)
        self.path = path
        lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
            .map(String.init)
    }

    /// A line by its number from 1, with one space between its words; `nil` for one that is not there or empty.
    package func line(_ number: Int) -> String? {
        guard lines.indices.contains(number - 1) else { return nil }
        let words = lines[number - 1].split(whereSeparator: \.isWhitespace)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
