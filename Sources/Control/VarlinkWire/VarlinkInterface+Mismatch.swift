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
        mismatch(in: json) { try check(&$0, fields: fields) }
    }

    /// Returns the first place where a JSON value is not of this type, or `nil` if it is.
    package func mismatch(in json: [UInt8], type: VarlinkType) -> VarlinkMismatch? {
        mismatch(in: json) { try check(&$0, type: type) }
    }

    private func mismatch(in json: [UInt8], check: (inout JSONReader) throws -> Void) -> VarlinkMismatch? {
        var reader = JSONReader(json)
        do {
            try check(&reader)
            try reader.finish()
            return nil
        } catch var mismatch as VarlinkMismatch {
            if mismatch.path.hasPrefix(".") { mismatch.path.removeFirst() }
            return mismatch
        } catch {
            return VarlinkMismatch(path: "", reason: "is not JSON: \(error)")
        }
    }

    /// Checks a part; what is wrong in it is told with the step that leads there, which nobody else has to spell out.
    private func check(
        _ reader: inout JSONReader, type: VarlinkType, at step: @autoclosure () -> String
    ) throws {
        do {
            try check(&reader, type: type)
        } catch var mismatch as VarlinkMismatch {
            mismatch.path = step() + mismatch.path
            throw mismatch
        }
    }

    private func check(_ reader: inout JSONReader, fields: [Field]) throws {
        try expect(.object, &reader, "must be an object")
        try reader.openObject()
        var seen = Array(repeating: false, count: fields.count)
        while let key = try reader.nextKey() {
            guard let index = fields.firstIndex(where: { $0.name == key }) else {
                throw VarlinkMismatch(path: ".\(key)", reason: "is not known")
            }
            if seen[index] { throw VarlinkMismatch(path: ".\(key)", reason: "is given twice") }
            seen[index] = true
            try check(&reader, type: fields[index].type, at: ".\(key)")
        }
        for (field, wasSeen) in zip(fields, seen) where !wasSeen {
            if case .optional = field.type { continue }
            throw VarlinkMismatch(path: ".\(field.name)", reason: "is missing")
        }
    }

    private func check(_ reader: inout JSONReader, type: VarlinkType) throws {
        switch type {
        case .bool:
            try expect(.boolean, &reader, "must be true or false")
            try reader.skipValue()
        case .int:
            try expect(.number, &reader, "must be a whole number")
            let text = try reader.readNumber()
            if Int64(text) == nil { throw VarlinkMismatch(path: "", reason: "must be a whole number of 64 bits") }
        case .float:
            try expect(.number, &reader, "must be a number")
            let text = try reader.readNumber()
            if Double(text)?.isFinite != true {
                throw VarlinkMismatch(path: "", reason: "is too large for a number")
            }
        case .string:
            try expect(.string, &reader, "must be a string")
            try reader.skipValue()
        case .object:
            try expect(.object, &reader, "must be an object")
            try reader.skipValue()
        case .any:
            if try reader.nextKind() == .null { throw VarlinkMismatch(path: "", reason: "must not be null") }
            try reader.skipValue()
        case .optional(let wrapped):
            if try reader.nextKind() == .null {
                try reader.skipValue()
            } else {
                try check(&reader, type: wrapped)
            }
        case .array(let element):
            try expect(.array, &reader, "must be an array")
            try reader.openArray()
            var index = 0
            while try reader.nextElement() {
                try check(&reader, type: element, at: "[\(index)]")
                index += 1
            }
        case .map(let value):
            try expect(.object, &reader, "must be an object")
            try reader.openObject()
            while let key = try reader.nextKey() {
                try check(&reader, type: value, at: "[\(key)]")
            }
        case .structure(let fields):
            try check(&reader, fields: fields)
        case .enumeration(let words):
            try expect(.string, &reader, Self.choice(of: words))
            let word = try reader.readString()
            if !words.contains(word) { throw VarlinkMismatch(path: "", reason: Self.choice(of: words)) }
        case .named(let name):
            guard let definition = self.type(named: name) else {
                preconditionFailure("interface \(self.name) uses type \(name) and does not define it")
            }
            try check(&reader, type: definition)
        }
    }

    private static func choice(of words: [String]) -> String {
        "must be one of: " + words.joined(separator: ", ")
    }

    private func expect(
        _ kind: JSONReader.Kind, _ reader: inout JSONReader, _ reason: @autoclosure () -> String
    ) throws {
        if try reader.nextKind() != kind { throw VarlinkMismatch(path: "", reason: reason()) }
    }
}
