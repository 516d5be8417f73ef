/// A value as people and programs write it, before it has a type: what JSON and YAML can say.
package enum PlainValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// The number's own digits, so that nothing is lost to binary floating point.
    case number(String)
    case text(String)
    case list([PlainValue])
    /// In the order written.
    case object([Member])

    /// A named value of an object.
    /// A named part of an object.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: PlainValue

        package init(name: String, value: PlainValue) {
            self.name = name
            self.value = value
        }
    }
}
