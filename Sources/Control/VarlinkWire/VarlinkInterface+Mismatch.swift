/// The first place where a JSON value is not what an interface describes.
package struct VarlinkMismatch: Error, Equatable, Sendable, CustomStringConvertible {
    /// The member names on the way there: `people[2].name`; empty for the value itself.
    package var path: String
    /// What is wrong, for people.
    package var reason: String

    /// What is wrong, for people.
    package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

extension VarlinkInterface {
    /// Returns the first place where a JSON object is not made of these fields, or `nil` if it is.
    ///
    /// Members that are not described, or given twice, do not fit either: a misspelt optional parameter would
    /// otherwise be ignored without a word.
    package func mismatch(in json: [UInt8], fields: [Field]) -> VarlinkMismatch? {
        mismatch(in: json) { try check(&$0, fields: fields, path: "") }
    }

    /// Returns the first place where a JSON value is not of this type, or `nil` if it is.
    package func mismatch(in json: [UInt8], type: VarlinkType) -> VarlinkMismatch? {
        mismatch(in: json) { try check(&$0, type: type, path: "") }
    }

    private func mismatch(in json: [UInt8], check: (inout JSONReader) throws -> Void) -> VarlinkMismatch? {
        var reader = JSONReader(json)
        do {
            try check(&reader)
            try reader.finish()
            return nil
        } catch let mismatch as VarlinkMismatch {
            return mismatch
        } catch {
            return VarlinkMismatch(path: "", reason: "is not JSON: \(error)")
        }
    }

    private func check(_ reader: inout JSONReader, fields: [Field], path: String) throws {
        try expect(.object, &reader, "must be an object", path: path)
        try reader.openObject()
        var seen = Array(repeating: false, count: fields.count)
        while let key = try reader.nextKey() {
            let memberPath = path.isEmpty ? key : "\(path).\(key)"
            guard let index = fields.firstIndex(where: { $0.name == key }) else {
                throw VarlinkMismatch(path: memberPath, reason: "is not known")
            }
            if seen[index] { throw VarlinkMismatch(path: memberPath, reason: "is given twice") }
            seen[index] = true
            try check(&reader, type: fields[index].type, path: memberPath)
        }
        for (field, wasSeen) in zip(fields, seen) where !wasSeen {
            if case .optional = field.type { continue }
            let memberPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            throw VarlinkMismatch(path: memberPath, reason: "is missing")
        }
    }

    private func check(_ reader: inout JSONReader, type: VarlinkType, path: String) throws {
        switch type {
        case .bool:
            try expect(.boolean, &reader, "must be true or false", path: path)
            try reader.skipValue()
        case .int:
            try expect(.number, &reader, "must be a whole number", path: path)
            let text = try reader.readNumber()
            if Int64(text) == nil {
                throw VarlinkMismatch(path: path, reason: "must be a whole number of 64 bits")
            }
        case .float:
            try expect(.number, &reader, "must be a number", path: path)
            let text = try reader.readNumber()
            if Double(text)?.isFinite != true {
                throw VarlinkMismatch(path: path, reason: "is too large for a number")
            }
        case .string:
            try expect(.string, &reader, "must be a string", path: path)
            try reader.skipValue()
        case .object:
            try expect(.object, &reader, "must be an object", path: path)
            try reader.skipValue()
        case .any:
            if try reader.nextKind() == .null { throw VarlinkMismatch(path: path, reason: "must not be null") }
            try reader.skipValue()
        case .optional(let wrapped):
            if try reader.nextKind() == .null {
                try reader.skipValue()
            } else {
                try check(&reader, type: wrapped, path: path)
            }
        case .array(let element):
            try expect(.array, &reader, "must be an array", path: path)
            try reader.openArray()
            var index = 0
            while try reader.nextElement() {
                try check(&reader, type: element, path: "\(path)[\(index)]")
                index += 1
            }
        case .map(let value):
            try expect(.object, &reader, "must be an object", path: path)
            try reader.openObject()
            while let key = try reader.nextKey() {
                try check(&reader, type: value, path: "\(path)[\(key)]")
            }
        case .structure(let fields):
            try check(&reader, fields: fields, path: path)
        case .enumeration(let words):
            try expect(.string, &reader, Self.choice(of: words), path: path)
            let word = try reader.readString()
            if !words.contains(word) { throw VarlinkMismatch(path: path, reason: Self.choice(of: words)) }
        case .named(let name):
            guard let definition = self.type(named: name) else {
                preconditionFailure("interface \(self.name) uses type \(name) and does not define it")
            }
            try check(&reader, type: definition, path: path)
        }
    }

    private static func choice(of words: [String]) -> String {
        "must be one of: " + words.joined(separator: ", ")
    }

    private func expect(
        _ kind: JSONReader.Kind, _ reader: inout JSONReader, _ reason: @autoclosure () -> String, path: String
    ) throws {
        if try reader.nextKind() != kind { throw VarlinkMismatch(path: path, reason: reason()) }
    }
}
