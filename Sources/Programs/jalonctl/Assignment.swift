import ArgumentParser

/// `NAME=VALUE` on the command line.
struct Assignment: ExpressibleByArgument, Equatable {
    var name: String
    var value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        name = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }

    /// What is assigned, by name.
    ///
    /// - Throws: A usage failure for a name that is given twice.
    static func byName(_ assignments: [Assignment], _ option: String) throws(Failure) -> [String: String] {
        var values: [String: String] = [:]
        for assignment in assignments {
            if values.updateValue(assignment.value, forKey: assignment.name) != nil {
                throw .usage("\(option) gives '\(assignment.name)' twice", hint: "give it once")
            }
        }
        return values
    }
}
