import ControlAPI
import FoundationEssentials
import Testing
import VarlinkWire

struct InterfaceTests {
    private let interface: VarlinkInterface

    init() throws { interface = try VarlinkInterface(parsing: ControlInterface.description) }

    /// The types that stand for a method's parameters and its reply.
    private func types(of method: ControlMethod) -> (input: any Codable.Type, output: any Codable.Type) {
        switch method {
        case .status: (Nothing.self, StatusReply.self)
        case .workflows: (Nothing.self, WorkflowsReply.self)
        case .start: (StartParameters.self, SendReply.self)
        case .send: (SendParameters.self, SendReply.self)
        case .correct: (CorrectParameters.self, SendReply.self)
        case .sendMany: (SendManyParameters.self, SendManyReply.self)
        case .cases: (CasesParameters.self, CasesReply.self)
        case .show: (ShowParameters.self, CaseReply.self)
        case .events: (CaseParameters.self, EventsReply.self)
        case .evaluate: (EvaluateParameters.self, EvaluateReply.self)
        case .why: (WhyParameters.self, WhyReply.self)
        case .whyNot: (WhyNotParameters.self, WhyNotReply.self)
        case .agenda: (AgendaParameters.self, AgendaReply.self)
        case .whatIf: (WhatIfParameters.self, WhatIfReply.self)
        case .plan: (PlanParameters.self, PlanReply.self)
        case .apply: (ApplyParameters.self, PlanReply.self)
        case .replay: (ReplayParameters.self, ReplayReply.self)
        case .history: (CaseParameters.self, HistoryReply.self)
        case .proof: (CaseParameters.self, ProofReply.self)
        case .verify: (VerifyParameters.self, VerifyReply.self)
        case .backup: (BackupParameters.self, BackupReply.self)
        case .showMessage: (MessageParameters.self, MessageReply.self)
        case .decideMessages: (DecideParameters.self, DecideReply.self)
        case .outbox: (OutboxParameters.self, OutboxReply.self)
        case .reload: (Nothing.self, ReloadReply.self)
        case .watch: (WatchParameters.self, WatchReply.self)
        }
    }

    private struct Nothing: Codable {}

    @Test("the interface file and the program name the same methods")
    func methods() {
        #expect(interface.name == ControlInterface.name)
        #expect(interface.methods.map(\.name) == ControlMethod.allCases.map(\.rawValue))
        #expect(interface.methods.filter { $0.more == .required }.map(\.name) == ["Proof", "Watch"])
    }

    @Test("the interface file and the program name the same errors, each with code, message and hint")
    func errors() throws {
        #expect(interface.errors.map(\.name) == ControlError.Code.allCases.map(\.errorName))
        for code in ControlError.Code.allCases {
            let error = try #require(interface.error(named: code.errorName))
            for hint in [nil, "try again"] {
                let json = try VarlinkJSON.encode(ControlError(code, "no", hint: hint))
                #expect(interface.mismatch(in: json, fields: error.fields) == nil)
            }
            #expect(error.fields.map(\.name) == ["code", "message", "hint"])
        }
    }

    @Test("what fits the interface file is read and written back whole", arguments: ControlMethod.allCases)
    func interfaceToProgram(_ method: ControlMethod) throws {
        let (input, output) = types(of: method)
        let described = try #require(interface.method(named: method.rawValue))
        for seed in UInt64(0)..<200 {
            var maker = RandomJSON(seed: seed, interface)
            for (type, fields) in [(input, described.input), (output, described.output)] {
                let value = maker.object(of: fields)
                let written = try rewritten(value, through: type)
                #expect(written == value, "seed \(seed), \(method): \(type)")
                #expect(interface.mismatch(in: try VarlinkJSON.encode(value), fields: fields) == nil, "seed \(seed)")
            }
        }
    }

    /// A JSON value read as a type and written again. Absent members stay absent, so nothing is lost or made up.
    private func rewritten<Value: Codable>(_ value: JSONValue, through type: Value.Type) throws -> JSONValue {
        let read = try VarlinkJSON.decode(type, from: try VarlinkJSON.encode(value))
        return try VarlinkJSON.decode(JSONValue.self, from: try VarlinkJSON.encode(read))
    }

    @Test("every type, method and error of the interface file is explained")
    func documented() {
        #expect(!interface.documentation.isEmpty)
        for type in interface.types { #expect(!type.documentation.isEmpty, "\(type.name)") }
        for method in interface.methods { #expect(!method.documentation.isEmpty, "\(method.name)") }
        for error in interface.errors { #expect(!error.documentation.isEmpty, "\(error.name)") }
    }

    @Test("the interface file tells the limits that the program has")
    func limits() throws {
        let cases = try #require(interface.method(named: "Cases")?.input.last?.documentation)
        #expect(cases.contains("1 to \(ControlInterface.maximumRows), \(ControlInterface.defaultRows) where absent"))
        let sendMany = try #require(interface.method(named: "SendMany")?.documentation)
        #expect(sendMany.contains("at most \(ControlInterface.maximumEvents),"))
        let whatIf = try #require(interface.method(named: "WhatIf")?.input[1].documentation)
        #expect(whatIf.contains("At most \(ControlInterface.maximumSupposedEvents);"))
    }
}
