import CivilTime
import Expressions
import StatechartKernel
package import WorkflowModel

/// A case as bytes: a cache of its replay, never its truth.
///
/// The bytes mean something only beside the workflow they were made with; any other bytes decode to `nil`, and the
/// case is replayed.
extension Case {
    /// Changes whenever the meaning of the bytes does, so that an older program's snapshots are left unread.
    private static let snapshotVersion: UInt8 = 8

    /// The case as bytes.
    package func snapshot() -> [UInt8] {
        [Self.snapshotVersion] + bytes
    }

    /// The same without the version; those of children stand in it as they were made.
    var bytes: [UInt8] {
        var bytes = ByteWriter()
        bytes.write(position)
        bytes.write(configuration.active) { $0.write(Int64($1.rawValue)) }
        bytes.write(configuration.history) { bytes, value in
            bytes.write(Int64(value.state.rawValue))
            bytes.write(value.remembered) { $0.write(Int64($1.rawValue)) }
        }
        bytes.write(entered) { $0.write($1) { $0.write($1) } }
        bytes.write(entrySerials) { $0.write(Int64($1)) }
        bytes.write(Int64(serial))
        bytes.write(parameters) { $0.write($1) { $0.write($1) } }
        bytes.write(data) { $0.write($1) }
        bytes.write(addresses) { $0.write($1) { $0.write($1) } }
        bytes.write(dates) { $0.write($1) { $0.write($1) } }
        bytes.write(Int64(shiftDays))
        bytes.write(eventAnchors) { $0.write($1) { $0.write($1) } }
        bytes.write(entryAnchors) { $0.write($1) { $0.write($1) } }
        bytes.write(clocks) { bytes, stops in
            bytes.write(stops) { bytes, stop in
                bytes.write(stop.since)
                bytes.write(stop.until) { $0.write($1) }
            }
        }
        bytes.write(cadences) { $0.write($1) { $0.write(Int64($1.dayNumber)) } }
        bytes.write(pending) { bytes, event in
            bytes.write(Int64(event.serial))
            bytes.write(event.position)
            bytes.write(event.name)
            bytes.write(event.payload)
            bytes.write(event.id) { $0.write($1) }
        }
        bytes.write(byte: isOver ? 1 : 0)
        bytes.write(fault) { $0.write($1) }
        bytes.write(bound) { $0.write($1) { $0.write($1) { $0.write($1) { $0.write($1) } } } }
        bytes.write(children) { bytes, children in
            bytes.write(children) { bytes, child in
                bytes.write(child.key)
                bytes.write(child.title)
                bytes.write(Int64(child.opening))
                bytes.write(child.bytes)
            }
        }
        return bytes.bytes
    }

    /// Reads a snapshot; `nil` unless it was made by this version of the program for a workflow of this shape.
    package init?(snapshot: [UInt8], of workflow: Workflow) {
        var bytes = ByteReader(snapshot)
        do {
            guard try bytes.byte() == Self.snapshotVersion else { return nil }
            try self.init(&bytes, of: workflow)
        } catch {
            return nil
        }
        guard bytes.isAtEnd else { return nil }
    }

    fileprivate init(_ bytes: inout ByteReader, of workflow: Workflow) throws {
        let position = try bytes.position()
        let states = workflow.chart.stateCount
        let active = try bytes.list { try $0.state(of: states) }
        let history = try bytes.list { bytes in
            let state = try bytes.state(of: states)
            return HistoryValue(state: state, remembered: try bytes.list { try $0.state(of: states) })
        }
        self.init(
            position: position, configuration: Configuration(active: active, history: history),
            entered: try bytes.list { try $0.optional { try $0.position() } },
            entrySerials: try bytes.list { Int(try $0.number()) }, serial: Int(try bytes.number()),
            parameters: try bytes.list { try $0.optional { try $0.value() } },
            data: try bytes.list { try $0.value() },
            addresses: try bytes.list { try $0.optional { try $0.text() } },
            dates: try bytes.list { try $0.optional { try $0.date() } },
            shiftDays: Int(try bytes.number()),
            eventAnchors: try bytes.list { try $0.optional { try $0.position() } },
            entryAnchors: try bytes.list { try $0.optional { try $0.position() } },
            clocks: try bytes.list { bytes in
                try bytes.list { ClockStop(since: try $0.position(), until: try $0.optional { try $0.position() }) }
            },
            cadences: try bytes.list { try $0.list { try $0.day() } },
            pending: try bytes.list { bytes in
                PendingEvent(
                    serial: Int(try bytes.number()), position: try bytes.position(), name: try bytes.text(),
                    payload: try bytes.value(), id: try bytes.optional { try $0.text() })
            },
            isOver: try bytes.flag(), fault: try bytes.optional { try $0.text() })
        bound = try bytes.list { try $0.optional { try $0.list { try $0.optional { try $0.value() } } } }
        let kinds = workflow.kinds
        var place = 0
        children = try bytes.list { bytes in
            guard place < kinds.count else { throw ByteReader.Malformed() }
            defer { place += 1 }
            return try bytes.list { try $0.child(of: kinds[place], openings: workflow.openings.count) }
        }
        // A case that broke down at its start never entered a state.
        let isNowhere = fault != nil && configuration.active.isEmpty
        guard isNowhere || workflow.chart.isLegal(configuration), entered.count == workflow.states.count,
            entrySerials.count == workflow.states.count, parameters.count == workflow.parameters.count,
            data.count == workflow.data.count,
            addresses.count == workflow.parties.count, dates.count == workflow.dates.count,
            eventAnchors.count == workflow.anchorEvents.count, entryAnchors.count == workflow.anchorStates.count,
            clocks.count == workflow.clocks.count, cadences.count == workflow.cadences.count,
            bound.count == workflow.openings.count, children.count == workflow.kinds.count
        else { throw ByteReader.Malformed() }
    }
}

/// Writes little-endian numbers, counted lists and UTF-8 text.
private struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(byte: UInt8) { bytes.append(byte) }

    /// LEB128 of the zigzag form: small numbers take one byte.
    mutating func write(_ number: Int64) {
        var rest = UInt64(bitPattern: number << 1) ^ UInt64(bitPattern: number >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ instant: Timestamp) { write(instant.microseconds) }

    mutating func write(_ position: Position) {
        write(position.instant)
        write(byte: position.phase.rawValue)
    }

    /// Bytes that were made already.
    mutating func write(_ made: [UInt8]) {
        write(Int64(made.count))
        bytes += made
    }

    mutating func write(_ text: String) {
        write(Int64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func write<Element>(_ list: [Element], _ one: (inout ByteWriter, Element) -> Void) {
        write(Int64(list.count))
        for element in list { one(&self, element) }
    }

    mutating func write<Element>(_ element: Element?, _ one: (inout ByteWriter, Element) -> Void) {
        write(byte: element == nil ? 0 : 1)
        if let element { one(&self, element) }
    }

    mutating func write(_ date: ResolvedDate) {
        write(Int64(date.nominal.dayNumber))
        write(Int64(date.day.dayNumber))
        write(Int64(date.time?.secondsSinceMidnight ?? -1))
        write(date.limit)
        write(byte: date.isProvisional ? 1 : 0)
        write(date.window) { bytes, window in
            bytes.write(Int64(window.first.dayNumber))
            bytes.write(Int64(window.last.dayNumber))
            bytes.write(byte: window.isFuzzy ? 1 : 0)
        }
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: write(byte: 0)
        case .bool(let flag): write(byte: flag ? 2 : 1)
        case .int(let number):
            write(byte: 3)
            write(number)
        case .uint(let number):
            write(byte: 4)
            write(Int64(bitPattern: number))
        case .double(let number):
            write(byte: 5)
            write(Int64(bitPattern: number.bitPattern))
        case .string(let text):
            write(byte: 6)
            write(text)
        case .bytes(let bytes):
            write(byte: 7)
            write(bytes) { $0.write(byte: $1) }
        case .list(let values):
            write(byte: 8)
            write(values) { $0.write($1) }
        case .map(let map):
            write(byte: 9)
            write(map.entries) { bytes, entry in
                bytes.write(entry.key)
                bytes.write(entry.value)
            }
        case .timestamp(let instant):
            write(byte: 10)
            write(instant.secondsSinceEpoch)
            write(Int64(instant.nanoseconds))
        case .duration(let duration):
            write(byte: 11)
            write(duration.nanoseconds)
        case .decimal(let number):
            write(byte: 12)
            write(number.description)
        case .money(let money):
            write(byte: 13)
            write(money.minorUnits)
            write(money.currency)
            write(money.basis.rawValue)
        case .date(let day):
            write(byte: 14)
            write(Int64(day.dayNumber))
        case .optional(let wrapped):
            write(byte: 15)
            write(wrapped) { $0.write($1) }
        // Types are values of the language only; no case keeps one.
        case .type: write(byte: 0)
        }
    }
}

/// Reads what ``ByteWriter`` wrote; anything else is an error, never a crash.
private struct ByteReader {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func byte() throws -> UInt8 {
        guard place < bytes.count else { throw Malformed() }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() throws -> Int64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            result |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return Int64(bitPattern: result >> 1) ^ -Int64(bitPattern: result & 1) }
        }
        throw Malformed()
    }

    mutating func count() throws -> Int {
        let count = try number()
        guard count >= 0, count <= Int64(bytes.count - place) else { throw Malformed() }
        return Int(count)
    }

    mutating func instant() throws -> Timestamp {
        let microseconds = try number()
        let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
        guard range.contains(microseconds) else { throw Malformed() }
        return Timestamp(microseconds: microseconds)
    }

    mutating func position() throws -> Position {
        let instant = try instant()
        guard let phase = Position.Phase(rawValue: try byte()) else { throw Malformed() }
        return Position(instant, phase)
    }

    mutating func text() throws -> String {
        let length = try count()
        defer { place += length }
        guard let text = String(validating: bytes[place..<place + length], as: UTF8.self) else { throw Malformed() }
        return text
    }

    mutating func list<Element>(_ one: (inout ByteReader) throws -> Element) throws -> [Element] {
        let length = try count()
        var elements: [Element] = []
        elements.reserveCapacity(length)
        for _ in 0..<length { elements.append(try one(&self)) }
        return elements
    }

    mutating func optional<Element>(_ one: (inout ByteReader) throws -> Element) throws -> Element? {
        try flag() ? try one(&self) : nil
    }

    /// A child with its case, as deep as workflows may be.
    mutating func child(of kind: CaseKind, openings: Int) throws -> Child {
        let key = try text()
        let title = try text()
        let opening = try number()
        guard ChildPath.isKey(key), (0..<Int64(openings)).contains(opening) else { throw Malformed() }
        let length = try count()
        let start = place
        let current = try Case(&self, of: kind.workflow)
        guard place - start == length else { throw Malformed() }
        return Child(
            key: key, title: title, opening: Int(opening), current: current, of: kind,
            bytes: Array(bytes[start..<place]))
    }

    mutating func flag() throws -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw Malformed()
        }
    }

    /// A state of a chart of so many; no set of states is made of others.
    mutating func state(of count: Int) throws -> StateIndex {
        let number = try number()
        guard (0..<Int64(count)).contains(number) else { throw Malformed() }
        return StateIndex(rawValue: Int32(number))
    }

    mutating func day() throws -> CivilDate {
        let number = try number()
        let range = Int64(CivilDate.earliest.dayNumber)...Int64(CivilDate.latest.dayNumber)
        guard range.contains(number) else { throw Malformed() }
        return CivilDate(dayNumber: Int(number))
    }

    mutating func date() throws -> ResolvedDate {
        let nominal = try day()
        let day = try day()
        let seconds = try number()
        let time = seconds < 0 ? nil : TimeOfDay(secondsSinceMidnight: Int(truncatingIfNeeded: seconds))
        return ResolvedDate(
            nominal: nominal, day: day, time: time, limit: try position(), isProvisional: try flag(),
            window: try optional { try $0.window() })
    }

    private mutating func window() throws -> DateWindow {
        let (first, last) = (try day(), try day())
        guard first <= last else { throw Malformed() }
        return DateWindow(first, last, isFuzzy: try flag())
    }

    mutating func value() throws -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth < 200 else { throw Malformed() }
        switch try byte() {
        case 0: return .null
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return .int(try number())
        case 4: return .uint(UInt64(bitPattern: try number()))
        case 5: return .double(Double(bitPattern: UInt64(bitPattern: try number())))
        case 6: return .string(try text())
        case 7: return .bytes(try list { try $0.byte() })
        case 8: return .list(try list { try $0.value() })
        case 9: return .map(ValueMap(try list { (try $0.value(), try $0.value()) }))
        case 10:
            let seconds = try number()
            guard
                let instant = CELTimestamp(
                    secondsSinceEpoch: seconds, nanoseconds: Int32(truncatingIfNeeded: try number()))
            else { throw Malformed() }
            return .timestamp(instant)
        case 11: return .duration(CELDuration(nanoseconds: try number()))
        case 12:
            guard let decimal = Decimal(try text()) else { throw Malformed() }
            return .decimal(decimal)
        case 13:
            let units = try number()
            let currency = try text()
            guard let basis = TaxBasis(rawValue: try text()),
                let money = Money(minorUnits: units, currency: currency, basis: basis)
            else { throw Malformed() }
            return .money(money)
        case 14: return .date(try day())
        case 15: return .optional(try optional { try $0.value() })
        default: throw Malformed()
        }
    }
}
