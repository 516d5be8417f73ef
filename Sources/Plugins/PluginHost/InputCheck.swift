import PluginAPI

extension [String: FieldDeclaration] {
    /// What keeps a value from being an object of these fields; absent if nothing does.
    func mismatch(with value: JSONValue) -> String? {
        guard let object = value.object else { return "it is not an object of named fields" }
        for name in object.keys.sorted() where self[name] == nil {
            let known = keys.sorted().joined(separator: ", ")
            return "there is no field '\(name)'; the fields are \(known.isEmpty ? "none" : known)"
        }
        for (name, field) in sorted(by: { $0.key < $1.key }) {
            if let given = object[name] {
                if let problem = field.mismatch(with: given) { return "field '\(name)' \(problem)" }
            } else if field.isRequired {
                return "field '\(name)' is required and missing"
            }
        }
        return nil
    }
}
