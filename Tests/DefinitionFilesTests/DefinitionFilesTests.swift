import CivilTime
import DefinitionFiles
import Foundation
import Testing
import WorkflowLoading
import WorkflowModel

/// A folder that is gone after the test.
private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "jalon-files-\(UUID().uuidString.prefix(8))")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }
}

private let hasZones = FileManager.default.fileExists(atPath: "\(ZoneFiles.systemFolder)/Europe/Paris")

private let calendar = """
    jalon: 1
    calendar: test
    title: Test
    weekend: [saturday, sunday]
    holidays:
      - { name: Work, date: 05-01 }

    """

private func workflow(calendar: String) -> String {
    """
    jalon: 1
    workflow: test
    title: Test
    time-zone: UTC
    calendar: \(calendar)
    states: { only: {} }

    """
}

struct DefinitionFilesTests {
    @Test("zones come from the system's zone data", .enabled(if: hasZones, "this machine has no zone data"))
    func zones() throws {
        let zones = ZoneFiles(folder: ZoneFiles.systemFolder)
        let paris = try #require(zones.zone("Europe/Paris"))
        let summer = try #require(Timestamp(rfc3339: "2021-09-24T14:30:00Z"))
        #expect(paris.civil(at: summer).iso == "2021-09-24T16:30")
        #expect(zones.zone("America/Argentina/Buenos_Aires") != nil)
        #expect(zones.zone("Etc/GMT+5") != nil)
        #expect(zones.zone("Europe/Nowhere") == nil)
    }

    @Test(
        "what leads out of the zone folder, or is no zone, is none",
        arguments: [
            "", "/etc/passwd", "../secret", "a/../../secret", "a//b", ".", "..", "a/", "-x", "a b", "é", "a\0b",
        ])
    func traversal(name: String) throws {
        let folder = try Folder()
        // Every place such a name could lead to holds a zone, so that only the name can be what is refused.
        let utc = Array("TZif".utf8) + Array(repeating: 0, count: 32) + [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]
        let file = utc + Array("UTC\0".utf8)
        for place in ["zones/fine", "secret", "zones/a/b"] { try folder.write(file, to: place) }
        let zones = ZoneFiles(folder: folder.url.appending(path: "zones").path)
        #expect(zones.zone("fine") != nil)
        #expect(zones.zone(name) == nil)
    }

    @Test("the version of the zone data is what its text file says")
    func version() throws {
        let folder = try Folder()
        #expect(ZoneFiles(folder: folder.url.path).version == "unknown")
        try folder.write("# version 2025b\n# more\n".utf8, to: "tzdata.zi")
        #expect(ZoneFiles(folder: folder.url.path).version == "2025b")
    }

    @Test(
        "a calendar is found in the folder beside or above the workflow, then where it is installed",
        arguments: ["own/calendars/test.yaml", "calendars/test.yaml", "installed/test.yaml"])
    func calendars(place: String) throws {
        let folder = try Folder()
        let path = try folder.write(workflow(calendar: "test").utf8, to: "own/test.yaml")
        let installed = folder.url.appending(path: "installed").path
        func codes() -> [String] {
            DefinitionFiles(zones: ZoneFiles(folder: folder.url.path), calendarFolders: [installed])
                .workflow(at: path).diagnostics.map(\.code)
        }
        #expect(codes() == ["unknown-time-zone", "unknown-calendar"])
        try folder.write(calendar.utf8, to: place)
        #expect(codes() == ["unknown-time-zone"])
        let files = DefinitionFiles(zones: ZoneFiles(folder: folder.url.path), calendarFolders: [installed])
        let mayDay = try #require(CivilDate(iso: "2026-05-01"))
        let environment = files.environment(for: folder.url.appending(path: "own").path)
        #expect(environment.calendarNames == ["test"])
        #expect(environment.calendar("test")?.holiday(on: mayDay)?.name == "Work")
        #expect(environment.calendar("../test") == nil)
    }

    @Test("what is wrong with a calendar is told beside what is wrong with the workflow")
    func brokenCalendar() throws {
        let folder = try Folder()
        let path = try folder.write(workflow(calendar: "test").utf8, to: "test.yaml")
        try folder.write(calendar.replacing("saturday", with: "caturday").utf8, to: "calendars/test.yaml")
        let read = DefinitionFiles(zones: ZoneFiles(folder: folder.url.path)).workflow(at: path)
        let ofCalendar = read.diagnostics.filter { $0.file.hasSuffix("calendars/test.yaml") }
        #expect(ofCalendar.count == 1)
        #expect(ofCalendar.first.map { read.rendered($0).contains("weekend: [caturday, sunday]") } == true)
        #expect(!read.diagnostics.contains { $0.code == "unknown-calendar" })
        #expect(read.workflow == nil)
    }

    @Test("a file that cannot be read says why")
    func unreadable() throws {
        let folder = try Folder()
        let files = DefinitionFiles(zones: ZoneFiles(folder: folder.url.path))
        func code(_ path: String) -> [String] { files.workflow(at: path).diagnostics.map(\.code) }
        #expect(code(folder.url.appending(path: "none.yaml").path) == ["file-not-found"])
        #expect(code(folder.url.path) == ["file-is-folder"])
        let huge = try folder.write(repeatElement(UInt8(ascii: "#"), count: (1 << 20) + 1), to: "huge.yaml")
        #expect(code(huge) == ["file-too-large"])
        let latin = try folder.write(Array("title: ".utf8) + [0xE9, 0x0A], to: "latin.yaml")
        let read = files.workflow(at: latin)
        #expect(read.diagnostics.map(\.code) == ["yaml-not-utf8"])
        #expect(read.diagnostics.first.map { read.rendered($0).contains("latin.yaml:1:8: error:") } == true)
        #expect(code(try folder.write([], to: "empty.yaml")) == ["empty-file"])
    }

    @Test("a definition's text comes apart into the files it was joined from")
    func definitionText() {
        let library: [LibraryFile: String] = [
            LibraryFile(.rules, "ngo"): "jalon: 1\n# --- # file: no\n", LibraryFile(.block, "b-2"): "x: 1\n",
        ]
        for workflow in ["jalon: 1\n", "---\njalon: 1\n", "\n\n", ""] {
            let definition = DefinitionText(workflow: workflow, library: library)
            let whole = DefinitionText(joined: definition.joined)
            #expect(whole.library == library)
            #expect(whole.workflow == (workflow.isEmpty ? "\n" : workflow))
            #expect(DefinitionText(joined: workflow) == DefinitionText(workflow: workflow, library: [:]))
        }
    }

    @Test("library files are looked for in the workflow's folder, beside it and where they are installed")
    func libraryFiles() throws {
        let folder = try Folder()
        try folder.write("a".utf8, to: "flows/blocks/one.yaml")
        try folder.write("b".utf8, to: "blocks/one.yaml")
        try folder.write("c".utf8, to: "blocks/two.yaml")
        try folder.write("d".utf8, to: "installed/rules/three.yaml")
        let files = DefinitionFiles(
            zones: ZoneFiles(folder: folder.url.path), libraryFolders: ["\(folder.url.path)/installed"])
        let environment = files.environment(for: "\(folder.url.path)/flows")
        #expect(environment.library(LibraryFile(.block, "one"))?.text == "a")
        #expect(environment.library(LibraryFile(.block, "two"))?.text == "c")
        #expect(environment.library(LibraryFile(.rules, "three"))?.text == "d")
        #expect(environment.library(LibraryFile(.rules, "two")) == nil)
        #expect(environment.library(LibraryFile(.block, "../blocks/two")) == nil)
        #expect(environment.libraryNames(.block) == ["one", "two"])
    }

    @Test("a block's file is checked by itself, with the blocks it uses")
    func blocks() throws {
        let folder = try Folder()
        let path = try folder.write(
            """
            jalon: 1
            block: outer
            title: Outer
            states: { one: { use: inner } }
            """.utf8, to: "blocks/outer.yaml")
        let inner =
            "jalon: 1\nblock: inner\ntitle: Inner\nparameters: { a: integer }\nstates: { b: { on: { c: d } } }\n"
        let other = try folder.write(inner.utf8, to: "blocks/inner.yaml")
        let files = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder))
        let read = files.definition(at: path)
        #expect(!read.isSound)
        #expect(read.workflow == nil)
        #expect(read.diagnostics.map(\.code) == ["missing-parameter", "unknown-state"])
        #expect(read.rendered(read.diagnostics[1]).contains("states: { b: { on: { c: d } } }"))
        #expect(files.blockNames(from: folder.url.path) == ["inner", "outer"])
        #expect(files.pathOfBlock("inner", from: folder.url.path) == other)
        #expect(
            files.definition(at: try folder.write("".utf8, to: "empty.yaml")).diagnostics.map(\.code) == ["empty-file"])
    }
}

struct RulePackFileTests {
    private static let pack = """
        jalon: 1
        rules: house
        title: House
        extends: base
        values: { delay: { type: period, is: 30 days, unverified: true } }

        """
    private static let base = """
        jalon: 1
        rules: base
        title: Base
        values: { rate: { type: percent, is: 2 %, unverified: true } }

        """
    private static let workflow = """
        jalon: 1
        workflow: test
        title: Test
        time-zone: UTC
        rules: house
        values: { delay: rules.delay.count, rate: rules.rate }
        states: { only: {} }

        """

    @Test("a running case keeps the packs of when it began, those they rest on too")
    func pinned() throws {
        let folder = try Folder()
        let utc = Array("TZif".utf8) + Array(repeating: 0, count: 32) + [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]
        try folder.write(utc + Array("UTC\0".utf8), to: "zones/UTC")
        func files() -> DefinitionFiles {
            DefinitionFiles(zones: ZoneFiles(folder: folder.url.appending(path: "zones").path), libraryFolders: [])
        }
        func values(_ workflow: Workflow?) -> [String]? {
            workflow?.values.filter { $0.name.hasPrefix("rules.") }.map { "\($0.name) \($0.expression.expression)" }
        }
        let path = try folder.write(Self.workflow.utf8, to: "test.yaml")
        try folder.write(Self.pack.utf8, to: "rules/house.yaml")
        try folder.write(Self.base.utf8, to: "rules/base.yaml")
        let first = files().workflow(at: path)
        #expect(first.isSound, "\(first.diagnostics.map(\.message))")
        let known = ["rules.delay \"30 days\"", "rules.delay.count 30", "rules.rate decimal(\"2\")"]
        #expect(values(first.workflow) == known)
        try folder.write(Self.pack.replacing("30 days", with: "45 days").utf8, to: "rules/house.yaml")
        try folder.write(Self.base.replacing("2 %", with: "3 %").utf8, to: "rules/base.yaml")
        let later = files().workflow(at: path)
        #expect(
            values(later.workflow) == ["rules.delay \"45 days\"", "rules.delay.count 45", "rules.rate decimal(\"3\")"])
        #expect(later.definition != first.definition)
        let pinned = files().workflow(pinned: first.definition, name: "test", folder: folder.url.path)
        #expect(values(pinned) == known)
    }

    @Test("a rule pack is checked as such, with what is wrong in the packs it rests on")
    func check() throws {
        let folder = try Folder()
        let path = try folder.write(Self.pack.utf8, to: "rules/house.yaml")
        try folder.write(Self.base.utf8, to: "rules/base.yaml")
        func checked() -> WorkflowFile {
            DefinitionFiles(zones: ZoneFiles(folder: folder.url.path), libraryFolders: []).definition(at: path)
        }
        #expect(checked().isSound)
        #expect(checked().rulePack?.name == "house")
        try folder.write(Self.base.replacing("2 %", with: "much").utf8, to: "rules/base.yaml")
        let broken = checked()
        #expect(!broken.isSound)
        #expect(broken.diagnostics.map { broken.rendered($0).contains("is: much") } == [true])
    }

    @Test(
        "a file of another kind is named, with what reads it",
        arguments: [
            ("calendars/france.yaml", "jalonctl calendar check"), ("law/thresholds.yaml", "thresholds of the law"),
        ])
    func otherKinds(path: String, words: String) {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "workflows/\(path)").path
        let read = DefinitionFiles(zones: ZoneFiles(folder: ZoneFiles.systemFolder)).definition(at: file)
        #expect(read.diagnostics.map(\.code) == ["other-kind"])
        #expect(read.diagnostics.first?.message.contains(words) == true)
        #expect(!read.isSound)
    }
}
