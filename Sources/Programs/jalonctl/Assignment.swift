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

    /// What an option that may be given once assigns.
    ///
    /// - Throws: A usage failure where it is given more often.
    static func only(_ assignments: [Assignment], _ option: String) throws(Failure) -> Assignment? {
        if assignments.count > 1 {
            let list = assignments.map { "'\($0.name)=\($0.value)'" }.joined(separator: " and ")
            throw .usage("\(option) is given \(assignments.count) times, as \(list)", hint: "give it once")
        }
        return assignments.first
    }
}
