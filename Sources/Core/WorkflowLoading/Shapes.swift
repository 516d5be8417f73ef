/// The keys of the workflow language, mapping by mapping.
extension Shape {
    static let workflow = Shape(
        name: "a workflow",
        required: ["jalon", "workflow", "title", "time-zone", "states"],
        optional: [
            "document", "language", "calendar", "parameters", "parties", "committees", "events", "data", "values",
            "dates", "clocks", "cadences", "reminders", "initial", "blocks", "checks", "rules", "consultation", "terms",
            "settled", "cases",
        ])
    static let caseKind = Shape(
        name: "a kind of case", required: ["states"],
        optional: [
            "title", "clause", "parameters", "parties", "committees", "events", "data", "values", "dates", "clocks",
            "cadences", "reminders", "initial", "checks", "result", "cases",
        ])
    static let parameter = Shape(
        name: "a parameter",
        optional: [
            "type", "title", "currency", "basis", "list", "record", "default", "settles", "needed-in", "clause",
        ])
    static let party = Shape(name: "a party", required: ["title"], optional: ["address", "needed-in", "clause"])
    static let committee = Shape(
        name: "a committee", required: ["title"],
        optional: [
            "seats", "quorum", "majority", "casting-vote", "notice", "second-notice", "minutes", "approval", "address",
            "clause",
        ])
    static let event = Shape(name: "an event", optional: ["title", "fields", "clause"])
    static let field = Shape(
        name: "a field", optional: ["title", "type", "currency", "basis", "list", "record", "optional"])
    static let dataItem = Shape(
        name: "a data item",
        optional: ["type", "currency", "basis", "list", "record", "key", "initial", "title", "clause"])
    static let type = Shape(name: "a type", optional: ["type", "currency", "basis", "list", "record"])
    static let value = Shape(name: "a value", required: ["is"], optional: ["title", "clause"])
    static let date = Shape(
        name: "a date", optional: ["at", "is", "or", "kind", "strict", "roll", "clock", "title", "clause"])
    static let reminders = Shape(name: "'reminders'", optional: ["at", "to"] + ladderKeys)
    static let remindersOfBlock = Shape(name: "'reminders'", optional: ["to"] + ladderKeys)
    static let ladder = Shape(name: "'remind'", required: ["of"], optional: ["to", "clause"] + ladderKeys)
    static let escalation = Shape(name: "'escalate'", required: ["after", "to"])
    static let state = Shape(
        name: "a state",
        optional: [
            "title", "clause", "type", "deep", "default", "initial", "states", "on", "at", "after", "always", "done",
            "entry", "exit", "remind",
        ])
    static let transition = Shape(
        name: "a transition",
        optional: ["to", "when", "keep", "set", "notify", "open", "tell", "do", "internal", "title", "clause"])
    static let initial = Shape(name: "'initial'", required: ["to"], optional: ["do"])
    static let action = Shape(
        name: "an action",
        optional: ["set", "keep", "raise", "send", "cancel", "if", "then", "else", "notify", "open", "tell"])
    static let open = Shape(
        name: "'open'", required: ["case", "key"], optional: ["title", "with", "parties", "clause"])
    static let tell = Shape(name: "'tell'", required: ["event"], optional: ["data"])
    static let send = Shape(name: "'send'", required: ["event"], optional: ["after", "id", "data"])
    static let notify = Shape(name: "'notify'", required: ["to", "subject"], optional: ["text", "clause"])

    private static let ladderKeys = ["before", "on-opening", "on-the-day", "after", "every", "escalate"]
}
