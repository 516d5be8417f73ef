/// The keys of `terms` and `settled`, mapping by mapping.
extension Shape {
    static let terms = Shape(
        name: "'terms'",
        optional: [
            "procedure", "offers", "channels", "period", "renewal", "ceilings", "price", "phases", "criteria",
            "minimum-marks", "penalty", "payment", "references", "counts", "obligations", "symbols", "vocabulary",
            "written",
        ])
    static let procedure = Shape(
        name: "'procedure'", required: ["clause"], optional: ["kind", "buyer", "framework", "during"])
    static let offers = Shape(name: "'offers'", required: ["clause"], optional: ["due", "site"])
    static let channel = Shape(
        name: "a channel", required: ["clause"], optional: ["email", "post", "platform", "hand"])
    static let contractPeriod = Shape(
        name: "'period'", required: ["clause"], optional: ["start", "end", "lasts", "counted", "within"])
    static let renewal = Shape(
        name: "'renewal'", required: ["clause"], optional: ["times", "each", "total", "mode", "notice"])
    static let ceiling = Shape(
        name: "a ceiling", required: ["clause"], optional: ["lot", "minimum", "maximum", "per", "estimated"])
    static let price = Shape(name: "'price'", required: ["form", "clause"], optional: ["currency", "basis"])
    static let phase = Shape(
        name: "a phase", required: ["name", "clause"], optional: ["delay", "from", "from-clause", "share", "content"])
    static let criterion = Shape(
        name: "a criterion", required: ["name", "clause"], optional: ["of", "weight", "rank", "items"])
    static let minimumMark = Shape(name: "a minimum mark", required: ["points", "clause"], optional: ["scale"])
    static let penalty = Shape(
        name: "'penalty'", required: ["clause"], optional: ["permille-per-day", "rules", "parameter"])
    static let paymentTerm = Shape(name: "'payment'", required: ["clause"], optional: ["within", "parameter"])
    static let reference = Shape(name: "a reference", required: ["to", "clause"], optional: ["missing"])
    static let count = Shape(
        name: "a count", required: ["of", "is", "clause"], optional: ["per", "counted", "called"])
    static let obligation = Shape(name: "an obligation", required: ["of", "during", "clause"])
    static let symbol = Shape(name: "a symbol", required: ["symbol", "means", "clause"])
    static let vocabulary = Shape(name: "a word", required: ["word", "of", "clause"])
    static let written = Shape(name: "a written date", required: ["date", "as", "clause"])
    static let settlement = Shape(name: "what is settled", required: ["finding", "choice", "reason", "by"])
}
