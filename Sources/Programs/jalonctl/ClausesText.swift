import CivilTime
import DefinitionFiles
import Findings
import WorkflowModel

/// The lines of a contract's document with the elements of the workflow that they became.
struct ClausesText {
    let workflow: Workflow
    let document: ContractDocument?

    /// A line with something to tell.
    struct Line: Encodable {
        struct Element: Encodable {
            var kind: String
            var name: String
            var title: String
        }

        var line: Int
        /// Absent where the document is not at hand.
        var text: String?
        /// Empty for a line that may oblige somebody and became nothing.
        var elements: [Element]
    }

    /// Those with elements, and those without that are worth a look, in the document's order.
    var lines: [Line] {
        let byLine = Dictionary(grouping: citations(in: workflow), by: \.clause.line)
        let bare = (document?.lines ?? []).indices.map { $0 + 1 }.filter { number in
            byLine[number] == nil && document?.line(number).map(mayOblige) == true
        }
        return (byLine.keys + bare).sorted().map { number in
            Line(
                line: number, text: document?.line(number),
                elements: (byLine[number] ?? []).map { .init(kind: $0.kind, name: $0.name, title: $0.title) })
        }
    }

    func text(style: Style) -> String {
        let isFrench = workflow.language == .french
        let shown = lines
        var output = [style.bold(safe(workflow.document ?? workflow.name)) + "  " + safe(workflow.title)]
        for line in shown {
            let number = String(line.line).leftPadded(to: 5)
            let mark = line.elements.isEmpty ? style.yellow("?") : " "
            let quote = line.text.map { paragraph(safe($0), indent: 9, most: 3, style) } ?? []
            output += ["", "\(mark)\(number)   " + (quote.first.map { $0.dropFirst(9) } ?? "")] + quote.dropFirst()
            let rows = line.elements.map { [$0.kind, $0.name, $0.title == $0.name ? "" : $0.title] }
            output += table(rows, indent: 11, style: style).map(style.cyan)
        }
        let bare = shown.count { $0.elements.isEmpty }
        let covered = shown.count - bare
        output.append("")
        output.append(
            isFrench
                ? "\(covered) lignes reprises dans le déroulement" : "\(covered) lines are in the workflow")
        if bare > 0 {
            output[output.count - 1] +=
                isFrench ? ", \(bare) à relire, marquées « ? »" : ", \(bare) to look at, marked '?'"
        } else if document == nil {
            output[output.count - 1] +=
                isFrench
                ? " ; le document n'est pas à côté du fichier (--document)"
                : "; the document is not at hand (--document)"
        }
        return output.joined(separator: "\n")
    }

    /// Prints what became of the lines of a file's document.
    ///
    /// - Throws: ``Failure`` for a file with mistakes, and for a document that cannot be read.
    static func print(ofFile path: String, document: String?, json: Bool) throws {
        let file = DefinitionFiles(zones: .ofEnvironment()).workflow(at: path)
        guard let workflow = file.workflow else {
            throw Failure(
                .badFile, code: "bad-file", "'\(path)' is no workflow that can be read",
                hint: "see its mistakes with 'jalonctl check \(path)'")
        }
        let text = ClausesText(workflow: workflow, document: try read(document, of: workflow, at: path))
        if json { return try printJSON(["lines": text.lines]) }
        Swift.print(text.text(style: .ofOutput))
    }

    private static func read(_ document: String?, of workflow: Workflow, at path: String) throws -> ContractDocument? {
        guard let document else {
            return workflow.document.flatMap { ContractDocument(named: $0, besideWorkflowAt: path) }
        }
        do throws(FileError) {
            return try ContractDocument(at: document)
        } catch {
            throw Failure(.badFile, code: error.code, error.description)
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
