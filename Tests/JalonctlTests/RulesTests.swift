import ArgumentParser
import CivilTime
import Foundation
import Testing
import WorkflowLoading

@testable import jalonctl

@Suite("Rule packs")
struct RulesTests {
    private static let library = RuleLibrary(
        folder: URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "workflows").path)

    @Test("the help of the subcommands reads as its files have it", arguments: ["show", "list"])
    func help(name: String) throws {
        let command = try #require(
            RulesCommand.configuration.subcommands.first { $0.configuration.commandName == name })
        try Fixture.expect(Jalonctl.helpMessage(for: command, columns: 100), is: "help-rules-\(name).txt")
    }

    @Test(
        "a pack is shown with its values, terms, sources and formulas, in both languages", arguments: Language.allCases)
    func screen(language: Language) throws {
        let book = try Self.library.book("ngo-terms-of-reference", on: CivilDate(iso: "2021-09-01"), in: language)
        let text = RulesReport(book, language).text(language, style: .plain)
        try Fixture.expect(text, is: "screen-rules-\(language.rawValue).txt")
    }

    @Test("a name that stands for several packs shows them, and for a day the one that holds then")
    func editions() throws {
        let any = RulesReport(try Self.library.book("fr-ccag-pi", on: nil), .english)
        #expect(any.editions == ["fr-ccag-pi-2009", "fr-ccag-pi-2021"])
        #expect(
            any.text(.english, style: .plain)
                == "General clauses for intellectual services\nby the consultation: fr-ccag-pi-2009, fr-ccag-pi-2021")
        let then = RulesReport(try Self.library.book("fr-ccag-pi", on: CivilDate(iso: "2021-09-30")), .english)
        #expect(then.pack.name == "fr-ccag-pi-2009")
        #expect(then.editions == nil)
    }

    @Test("without a day all values are shown that there have been, with the consultations that each held for")
    func terms() throws {
        let report = RulesReport(try Self.library.book("fr-ccp", on: nil), .english)
        let thresholds = report.values.filter { $0.name == "formal-threshold" }
        #expect(thresholds.count == 6)
        #expect(thresholds.first.map { [$0.from, $0.until] } == ["2016-01-01", "2017-12-31"])
    }

    @Test("an unknown pack, and a day that is none, are refused")
    func refusals() throws {
        #expect { try Self.library.book("fr-cp", on: nil) } throws: { error in
            let failure = error as? Failure
            return failure?.kind == .notFound && failure?.hint?.contains("fr-ccp") == true
        }
        #expect { try day("--on", "yesterday") } throws: { ($0 as? Failure)?.kind == .usage }
    }

    @Test(
        "eval refuses options that do not go together",
        arguments: [
            (["eval", "1", "--on", "2021-01-01"], "--on chooses among the values of --rules"),
            (["eval", "case", "1", "--rules", "fr-ccp"], "leave out --set, --type and --rules"),
            (["eval", "--lines", "--rules", "fr-ccp"], "leave out --rules"),
        ])
    func options(arguments: [String], message: String) {
        #expect { try Jalonctl.parseAsRoot(arguments) } throws: { Jalonctl.message(for: $0).contains(message) }
    }
}
