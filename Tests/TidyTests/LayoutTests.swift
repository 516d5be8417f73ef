import Testing

struct LayoutTests {
    @Test("the top level holds the package, the read-me, four folders and dot files")
    func top() {
        let allowed: Set<String> = ["Package.swift", "README.md", "Sources", "Tests", "workflows", "deploy"]
        let others = SourceTree.names(in: "").filter { !$0.hasPrefix(".") && !allowed.contains($0) }
        #expect(others.isEmpty, "move or delete these: \(others)")
    }

    @Test("every folder of Sources is a module with a row in Layout.swift, and holds files")
    func sources() {
        let known = Set(Layout.modules.map(\.folder))
        var unknown: [String] = []
        for layer in SourceTree.names(in: "Sources") {
            for name in SourceTree.names(in: "Sources/\(layer)") {
                let isBuiltIn = "\(layer)/\(name)" == "Plugins/BuiltIn"
                let folders =
                    isBuiltIn
                    ? SourceTree.names(in: "Sources/Plugins/BuiltIn").map { "Plugins/BuiltIn/\($0)" }
                    : ["\(layer)/\(name)"]
                unknown += folders.filter { !known.contains($0) }
            }
        }
        #expect(
            unknown.isEmpty, "\(unknown) have no row in Layout.swift: add one with what it may import, or move them")
        #expect(emptyFolders(under: "Sources").isEmpty)
    }

    @Test("every folder of Tests is named after a module, or is one of the tests of the whole")
    func tests() {
        let names = Layout.modules.flatMap { module in
            // JalonctlTests tests jalonctl, MailTests or MailPluginTests the built-in plugin Mail.
            let name = module.name.prefix(1).uppercased() + module.name.dropFirst()
            return module.folder.contains("/BuiltIn/") ? [name + "Tests", name + "PluginTests"] : [name + "Tests"]
        }
        let unknown = SourceTree.names(in: "Tests").filter { !Layout.wholeTests.contains($0) && !names.contains($0) }
        #expect(unknown.isEmpty, "\(unknown): name them <Module>Tests, or add them to Layout.wholeTests")
        #expect(emptyFolders(under: "Tests").isEmpty)
    }

    @Test("a module imports only what its row allows", arguments: Layout.modules)
    func imports(_ module: Layout.Module) {
        let ours = Set(Layout.modules.map(\.name)).union(Layout.modules.flatMap(\.uses))
        var mistakes: [String] = []
        for file in SourceTree.swift(under: "Sources/\(module.folder)") {
            for name in Set(file.code.compactMap(importedModule)).sorted() {
                if ours.contains(name) {
                    if !module.uses.contains(name) {
                        mistakes.append("\(file.path): \(module.name) must not use \(name)")
                    }
                } else if let homes = Layout.libraries[name] {
                    let isHome = homes.contains(module.name) || (homes.contains("*") && !module.isCore)
                    if !isHome {
                        mistakes.append("\(file.path): \(name) is for \(homes.sorted()) only (* is all but Core)")
                    }
                } else {
                    mistakes.append("\(file.path): no row of Layout.swift knows '\(name)'; add it with its home")
                }
            }
        }
        #expect(mistakes.isEmpty, "\(mistakes.joined(separator: "\n"))")
    }

    @Test("nothing has a name that says nothing")
    func names() {
        let empty = ["Utils", "Utilities", "Common", "Helpers", "Helper", "Manager", "Misc"]
        let vague = SourceTree.files.map(\.path).filter { path in
            path.split(separator: "/").contains { part in empty.contains { part == $0 || part == "\($0).swift" } }
        }
        #expect(vague.isEmpty, "say what these do: \(vague)")
    }

    private func emptyFolders(under folder: String) -> [String] {
        let inside = SourceTree.names(in: folder).map { "\(folder)/\($0)" }
        return inside.isEmpty ? [folder] : inside.filter(SourceTree.isFolder).flatMap(emptyFolders)
    }
}
