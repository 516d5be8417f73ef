import Foundation

/// The files of the project, read plainly from disk, with paths relative to its top.
enum SourceTree {
    /// The folder of `Package.swift`, found from this very file.
    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// One file: its path from the top, its lines (none if it is not UTF-8 text) and, in Swift, what of them is code.
    struct File: Sendable {
        var path: String
        var lines: [Substring]
        var code: [String]

        init(path: String, text: String?) {
            self.path = path
            lines = text?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
            code = path.hasSuffix(".swift") ? codeLines(lines) : []
        }

        var isSwift: Bool { path.hasSuffix(".swift") && !path.contains("/Fixtures/") }
    }

    /// Every file of the project, sorted by path; build folders, git's own and ignored files left out.
    static let files: [File] = names(in: "").sorted().flatMap { entry -> [File] in
        isFolder(entry) ? files(under: entry) : [file(entry)]
    }

    /// The Swift files under a folder.
    static func swift(under folder: String) -> [File] { files.filter { $0.isSwift && $0.path.hasPrefix(folder + "/") } }

    /// What stands directly in a folder ("" for the top), without what git ignores.
    static func names(in folder: String) -> [String] {
        let path = folder.isEmpty ? top.path() : top.appending(path: folder).path()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { name in
            !name.hasPrefix(".build") && name != ".git" && name != "Package.resolved" && !name.hasSuffix(".swp")
                && name != "__pycache__" && name != ".swiftpm"
        }.sorted()
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: top.appending(path: path).path(), isDirectory: &isFolder)
            && isFolder.boolValue
    }

    private static func files(under folder: String) -> [File] {
        names(in: folder).flatMap { name -> [File] in
            let path = "\(folder)/\(name)"
            return isFolder(path) ? files(under: path) : [file(path)]
        }
    }

    private static func file(_ path: String) -> File {
        File(path: path, text: try? String(contentsOf: top.appending(path: path), encoding: .utf8))
    }
}

/// Leaves a Swift text's code alone and drops its comments and the insides of its strings, line by line.
///
/// Plain enough to be trusted: interpolations count as text, nested comments as one, and a raw string as any other.
func codeLines(_ lines: [Substring]) -> [String] {
    var inComment = false
    var inText = false
    return lines.map { line in
        var code: [UInt8] = []
        var rest = line.utf8[...]
        var inString = false
        while let byte = rest.first {
            var taken = 1
            if inComment {
                inComment = !rest.starts(with: "*/".utf8)
                taken = inComment ? 1 : 2
            } else if rest.starts(with: "\"\"\"".utf8) {
                inText.toggle()
                taken = 3
            } else if inText || inString, byte == UInt8(ascii: "\\") {
                taken = 2
            } else if inText {
                taken = 1
            } else if byte == UInt8(ascii: "\"") {
                inString.toggle()
                code.append(byte)
            } else if inString {
                taken = 1
            } else if rest.starts(with: "//".utf8) {
                break
            } else if rest.starts(with: "/*".utf8) {
                inComment = true
                taken = 2
            } else {
                code.append(byte)
            }
            rest = rest.dropFirst(taken)
        }
        return String(decoding: code, as: UTF8.self)
    }
}

/// The words of a line that stand before its first brace or parenthesis, attributes left out.
func leadingWords(_ line: String) -> [Substring] {
    line.prefix { $0 != "{" && $0 != "=" }.split { $0 == " " || $0 == "\t" }.filter { !$0.hasPrefix("@") }
}

/// The module a line imports, nil if it imports none.
func importedModule(_ line: String) -> String? {
    guard line.contains("import ") else { return nil }
    let words = leadingWords(line)
    let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private", "unsafe"]
    guard let word = words.firstIndex(where: { !levels.contains($0) }), words[word] == "import", word + 1 < words.count
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let path = kinds.contains(words[word + 1]) && word + 2 < words.count ? words[word + 2] : words[word + 1]
    return path.split(separator: ".").first.map(String.init)
}

/// Whether a line calls `banned`, which does not stand inside a longer name.
func mentions(_ line: String, _ banned: String) -> Bool {
    func isName(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    return line.ranges(of: banned).contains { range in
        let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : nil
        let after = range.upperBound < line.endIndex ? line[range.upperBound] : nil
        return !(isName(banned.first) && isName(before)) && !(isName(banned.last) && isName(after))
    }
}
