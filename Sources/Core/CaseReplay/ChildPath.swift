/// Which child of a case is meant: `order/BC-7`, or a child of a child, `lot/2/order/BC-7`. Empty for the case itself.
package struct ChildPath: Hashable, Sendable, CustomStringConvertible {
    /// One level down.
    package struct Step: Hashable, Sendable {
        /// The name of one of `Workflow.kinds`.
        package var kind: String
        package var key: String

        package init(kind: String, key: String) {
            self.kind = kind
            self.key = key
        }
    }

    package var steps: [Step]

    package init(steps: [Step] = []) { self.steps = steps }

    /// Reads `KIND/KEY/KIND/KEY…`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 0, !parts.contains("") else { return nil }
        steps = stride(from: 0, to: parts.count, by: 2).map { Step(kind: parts[$0], key: parts[$0 + 1]) }
    }

    /// Splits what a name of a child's begins with from the name: `order/BC-7/delivered`.
    ///
    /// - Returns: An empty path for a name without a slash; `nil` where what stands before the last one is no path.
    package static func split(_ name: String) -> (path: ChildPath, name: String)? {
        guard let slash = name.lastIndex(of: "/") else { return (ChildPath(), name) }
        return ChildPath(String(name[..<slash])).map { ($0, String(name[name.index(after: slash)...])) }
    }

    package var description: String { steps.map { "\($0.kind)/\($0.key)" }.joined(separator: "/") }

    /// True for the case itself.
    package var isEmpty: Bool { steps.isEmpty }

    /// A name of the child's as the case around it writes it.
    package func name(_ name: String) -> String { isEmpty ? name : "\(self)/\(name)" }

    /// Whether a text may be the key of a child: keys stand in paths and on command lines.
    static func isKey(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longestKey && !text.contains("/") && text.first != " " && text.last != " "
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// In bytes of UTF-8.
    static let longestKey = 100
}

/// A child of a case that something is about.
package struct ChildReference: Hashable, Sendable {
    package var path: ChildPath
    /// What people call it, from the top: `Lot 2 › Bon de commande BC-7`.
    package var title: String

    package init(path: ChildPath, title: String) {
        self.path = path
        self.title = title
    }

    /// The same, seen from the case around the child that `path` begins in.
    func within(_ step: ChildPath.Step, title: String) -> ChildReference {
        ChildReference(path: ChildPath(steps: [step] + path.steps), title: "\(title) › \(self.title)")
    }
}
