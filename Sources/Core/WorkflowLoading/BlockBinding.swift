import CivilTime
import Expressions
import WorkflowModel
import YAMLReader

extension Shape {
    static let computed = Shape(name: "a computed value", required: ["is"])
}

/// A parameter's value with a place in the definition's tables, and what it is given.
struct ValueBinding {
    var parameter: BlockParameter
    /// An index of the definition's values.
    var index: Int
}

/// A date that a block is given as a computation rather than by name.
struct DateBinding {
    /// An index of the definition's dates.
    var index: Int
    var node: YAMLNode
    /// Whose names it is written in.
    var reader: WorkflowLoader
    /// True for the name of a parameter, data item or value that is a date.
    var isValue = false
}

extension WorkflowLoader {
    /// Binds the parameters of the blocks used here, and of those used in them.
    func bindUses() {
        for use in uses {
            for parameter in use.header.parameters { use.inner.bind(parameter, of: use) }
            use.inner.bindUses()
        }
    }

    /// What a parameter is given, and whose names that is written in; `nil` where it is left out.
    private func given(_ parameter: BlockParameter, of use: BlockUse) -> (node: YAMLNode, reader: WorkflowLoader)? {
        if let node = use.bindings[parameter.name]?.node, !node.isNull { return (node, use.user) }
        return parameter.defaultNode.map { ($0, self) }
    }

    private func bind(_ parameter: BlockParameter, of use: BlockUse) {
        let given = given(parameter, of: use)
        switch parameter.kind {
        case .value(let type):
            scope.add(parameter.name, "a parameter", type, .value(values.count), at: parameter.span, report)
            valueBindings.append(ValueBinding(parameter: parameter, index: values.count))
            append(
                ComputedValue(
                    prefix + parameter.name, title: parameter.title, constant: .null, type: type, clause: clause))
        case .date:
            guard let index = date(named: parameter.name) else { return }
            scope.add(parameter.name, "a parameter", .date, .date(index), at: parameter.span, report)
        case .period where given == nil: namedPeriods[parameter.name] = Period(1, .days)
        case .period:
            guard let given, let text = given.reader.report.text(given.node, of: parameter.name) else { return }
            namedPeriods[parameter.name] = given.reader.period(text, at: given.node.span) ?? Period(1, .days)
            periodOrigins[parameter.name] = given.reader.ruleOrigin(ofPeriod: text)
        case .cadence: bindCadence(parameter, given)
        case .party:
            names.parties[parameter.name] = given.map { $0.reader.parties($0.node) } ?? (use.isAlone ? [0] : [])
        case .committee: bindCommittee(parameter, given)
        case .event: _ = event(named: parameter.name)
        case .data(let type): bindData(parameter, type, given)
        }
    }

    private func bindCadence(_ parameter: BlockParameter, _ given: (node: YAMLNode, reader: WorkflowLoader)?) {
        let rule = given.flatMap { given in
            given.reader.report.text(given.node, of: parameter.name).flatMap {
                given.reader.cadenceRule($0, basis: .contract, at: given.node)
            }
        }
        // What is wrong is reported; nothing else is to follow from it.
        namedCadences[parameter.name] = rule ?? .times(1, per: .months(12), .contract)
    }

    private func append(_ value: ComputedValue) {
        values.append(value)
        valueDepths.append(1)
    }

    // MARK: Dates and events

    /// The date that a parameter of this block stands for. A name is that date; anything else becomes one of the
    /// block's own.
    func boundDate(_ name: String) -> Int? {
        guard let parameter = dateBindings.removeValue(forKey: name), let use else {
            if boundNow.contains(name) { tables.hasDateRing = true }
            return nil
        }
        boundNow.insert(name)
        defer { boundNow.remove(name) }
        let given = given(parameter, of: use)
        if let given, let text = given.node.text, text.isPlainName, text != Self.entry {
            if let index = given.reader.date(named: text) {
                given.reader.used.insert(.date(index))
                names.dates[name] = index
                return index
            }
            let word = expressionName(text)
            if given.reader.scope.references[word] != nil, given.reader.scope.environment.variables[word] == .date {
                ownDates.append(
                    DateBinding(index: dates.count, node: given.node, reader: given.reader, isValue: true))
            } else if tables.hasDateRing {
                given.reader.report.error(
                    "date-cycle", "by way of blocks the date depends on itself", at: given.node.span)
                tables.hasDateRing = false
            } else if !given.reader.isBroken(text) {
                given.reader.report.unknown("date", text, at: given.node.span, among: given.reader.dateNames)
            }
        } else if let given {
            ownDates.append(DateBinding(index: dates.count, node: given.node, reader: given.reader))
        }
        names.dates[name] = dates.count
        dates.append(
            NamedDate(
                name: prefix + name, title: parameter.title ?? prefix + name,
                source: .expression(CheckedExpression(constant: .null, type: .dyn)), replacedBy: nil, isStrict: false,
                roll: .nextWorkingDay, clause: clause))
        tables.datePlaces.append(.init(report: use.user.report, span: given?.node.span ?? use.span))
        return names.dates[name]
    }

    /// The event that a parameter of this block stands for; one that is left out is an event of the block's own.
    func boundEvent(_ name: String) -> String? {
        guard let parameter = eventBindings.removeValue(forKey: name), case .event(let wanted) = parameter.kind, let use
        else { return nil }
        func own() -> String {
            names.events[name] = prefix + name
            events.append(
                EventDeclaration(
                    name: prefix + name, title: parameter.title ?? prefix + name,
                    fields: wanted.map { Field(name: $0.name, type: $0.type, isOptional: false) }, clause: clause))
            return prefix + name
        }
        guard let given = given(parameter, of: use),
            let text = given.reader.report.text(given.node, of: name)
        else { return own() }
        guard let event = given.reader.event(named: text) else {
            if !given.reader.isBroken(text) {
                given.reader.report.unknown("event", text, at: given.node.span, among: given.reader.eventNames)
            }
            return own()
        }
        let carried = events.first { $0.name == event }?.fields ?? []
        for field in wanted {
            let found = carried.first { $0.name == field.name && !$0.isOptional }
            if found.map({ fits($0.type, field.type) }) ?? false || brokenEvents.contains(event) { continue }
            given.reader.report.error(
                "wrong-type",
                "event '\(text)' has to carry '\(field.name)', \(field.type.wordsForPeople), and "
                    + (found == nil ? "does not" : "carries \(found?.type.wordsForPeople ?? "")"), at: given.node.span)
        }
        names.events[name] = event
        given.reader.boundEvents.insert(event)
        return event
    }

    // MARK: Committees and data

    private func bindCommittee(_ parameter: BlockParameter, _ given: (node: YAMLNode, reader: WorkflowLoader)?) {
        var title = ""
        if let given, let text = given.reader.report.text(given.node, of: parameter.name) {
            guard let index = given.reader.names.committees[text] else {
                given.reader.report.unknown(
                    "committee", text, at: given.node.span, among: given.reader.names.committees.names)
                names.parties[parameter.name] = []
                addMissingFigures(of: parameter, title: title)
                missingFigures = []
                return
            }
            names.committees[parameter.name] = index
            names.parties[parameter.name] = [committees[index].party]
            given.reader.usedNames.insert(text)
            title = committees[index].title
            let words = expressionName(text) + "."
            for (word, reference) in given.reader.scope.references where word.hasPrefix(words) {
                let type = given.reader.scope.environment.variables[word] ?? .dyn
                scope.add(String(word.dropFirst(words.count)), of: parameter.name, type, reference)
            }
            for (key, period) in given.reader.namedPeriods where key.hasPrefix(text + ".") {
                namedPeriods[parameter.name + key.dropFirst(text.count)] = period
                periodOrigins[parameter.name + key.dropFirst(text.count)] = given.reader.periodOrigins[key]
            }
        } else if use?.isAlone == true {
            names.parties[parameter.name] = [0]
            names.committees[parameter.name] = committees.count
            committees.append(Committee(name: parameter.name, title: title, party: 0, clause: nil))
        } else {
            names.parties[parameter.name] = []
        }
        addMissingFigures(of: parameter, title: title)
    }

    /// What a block can ask of a committee and this one does not say; a block that does ask is told.
    private func addMissingFigures(of parameter: BlockParameter, title: String) {
        let figures: [(name: String, type: ValueType, value: Value)] = [
            ("seats", .int, .null), ("quorum", .int, .null), ("casting-vote", .bool, .null),
            ("majority", .string, .string(Committee.Majority.cast.rawValue)), ("title", .string, .string(title)),
        ]
        for (name, type, value) in figures
        where scope.references["\(expressionName(parameter.name)).\(expressionName(name))"] == nil {
            if value == .null { missingFigures.append((.value(values.count), parameter.name, name)) }
            scope.add(name, of: parameter.name, type, .value(values.count))
            append(
                ComputedValue(
                    "\(prefix)\(parameter.name).\(name)", title: nil, constant: value, type: type, clause: nil))
        }
        for name in ["notice", "second-notice", "minutes", "approval"]
        where namedPeriods["\(parameter.name).\(name)"] == nil {
            if use?.isAlone == true { namedPeriods["\(parameter.name).\(name)"] = Period(1, .days) }
            missingPeriods["\(parameter.name).\(name)"] = (parameter.name, name)
        }
    }

    /// Reports what blocks need of a committee that says nothing of it.
    func reportMissingFigures() {
        for case let (reference, parameter, name) in missingFigures where used.contains(reference) {
            reportMissing(name, of: parameter)
        }
    }

    func reportMissing(_ name: String, of parameter: String) {
        guard let use, let given = use.bindings[parameter] else { return }
        use.user.report.error(
            "missing-figure",
            "block '\(use.header.file.name)' needs '\(name)' of this committee; say it under 'committees'",
            at: given.node.span)
    }

    private func bindData(
        _ parameter: BlockParameter, _ type: ValueType, _ given: (node: YAMLNode, reader: WorkflowLoader)?
    ) {
        // What is missing or wrong is reported; so that nothing follows from it, the block gets an item of its own.
        let index = given.flatMap { dataItem(of: $0, type) } ?? data.count
        if index == data.count {
            data.append(
                DataItem(
                    name: prefix + parameter.name, title: nil, type: type, initialValue: emptyValue(of: type), key: nil,
                    clause: nil))
        }
        names.data[parameter.name] = index
        let known = type == .dyn ? data[index].type : type
        scope.add(parameter.name, "a parameter", known, .data(index), at: parameter.span, report)
    }

    /// The data item that a block is given, if there is one of the type it needs.
    private func dataItem(of given: (node: YAMLNode, reader: WorkflowLoader), _ type: ValueType) -> Int? {
        let reader = given.reader
        guard let text = reader.report.text(given.node, of: "with") else { return nil }
        guard let index = reader.names.data[text] else {
            reader.report.unknown("data item", text, at: given.node.span, among: reader.names.data.names)
            return nil
        }
        reader.used.insert(.data(index))
        if fits(data[index].type, type) { return index }
        reader.report.error(
            "wrong-type", "'\(text)' is \(data[index].type), and the block needs \(type)", at: given.node.span)
        return nil
    }

    /// Whether what is of a type can be used where another is expected.
    private func fits(_ type: ValueType, _ expected: ValueType) -> Bool {
        var environment = ExpressionEnvironment()
        environment.variables = ["given": type]
        return Expression.compile("given", in: environment, expecting: expected).0 != nil
    }

    // MARK: Values

    /// Takes up the values of the blocks used here, and all that expressions can name of these blocks.
    func declareValuesOfUses() {
        for use in uses {
            use.inner.declareValuesOfUses()
            use.inner.readValues(use.header.file.top["values"])
            for (word, reference) in use.inner.scope.references where !reference.isWordOfLanguage {
                scope.add(word, of: use.name, use.inner.scope.environment.variables[word] ?? .dyn, reference)
            }
        }
    }

    /// Computes what the parameters of the blocks used here stand for.
    func bindValuesOfUses() {
        for use in uses {
            for binding in use.inner.valueBindings { use.inner.bindValue(binding, of: use) }
            use.inner.bindValuesOfUses()
        }
    }

    private func bindValue(_ binding: ValueBinding, of use: BlockUse) {
        guard case .value(let type) = binding.parameter.kind, let given = given(binding.parameter, of: use) else {
            return
        }
        let expression: CheckedExpression?
        if case .mapping = given.node.content, type != .string || !given.reader.isLocalised(given.node) {
            expression = computed(given.node, type, given.reader)
        } else if type == .string {
            expression = constants[expressionName(binding.parameter.name)].map {
                CheckedExpression(constant: .string($0), type: .string)
            }
        } else {
            expression = constant(given.node, type, given.reader) ?? given.reader.expressionOrLiteral(given.node, type)
        }
        if let expression, !use.isAlone { values[binding.index].expression = expression }
    }

    /// Reads `{ is: EXPRESSION }`, or a record.
    private func computed(_ node: YAMLNode, _ type: ValueType, _ reader: WorkflowLoader) -> CheckedExpression? {
        if case .record = type, case .mapping(let entries) = node.content,
            !entries.contains(where: { $0.key.keyText == "is" })
        {
            return reader.literal(node, as: type).map { CheckedExpression(constant: $0, type: type) }
        }
        guard let mapping = MappingReader(node, .computed, reader.report), let source = mapping["is"] else {
            return nil
        }
        return reader.expression(source, expecting: type)
    }

    /// A value written as it is; `nil` for what is an expression.
    private func constant(_ node: YAMLNode, _ type: ValueType, _ reader: WorkflowLoader) -> CheckedExpression? {
        guard type != .dyn else { return nil }
        var plain = node.plainValue
        if type == .decimal, case .text(let text) = plain, text.hasSuffix("%") {
            plain = .text(text.dropLast().trimmed)
        }
        return (try? plain.typed(type, zone: zone)).map { CheckedExpression(constant: $0, type: type) }
    }

    private func expressionOrLiteral(_ node: YAMLNode, _ type: ValueType) -> CheckedExpression? {
        if case .sequence = node.content {
            return literal(node, as: type).map { CheckedExpression(constant: $0, type: type) }
        }
        return expression(node, expecting: type)
    }

    /// Reports values that rest on themselves by way of a block, and chains of them that are too long.
    func reportValueRings() {
        var depths: [Int?] = Array(repeating: nil, count: values.count)
        var path: [Int] = []
        func depth(of index: Int) -> Int {
            if let known = depths[index] { return known }
            if let start = path.firstIndex(of: index) {
                let ring = (path[start...] + [index]).map { values[$0].name }.joined(separator: " → ")
                reportRing(path[start...], "the value depends on itself: \(ring)", "value-cycle")
                return 0
            }
            guard path.count <= Self.deepestChain else {
                reportRing(path[...], "more than \(Self.deepestChain) values rest on one another here", "too-large")
                return 0
            }
            path.append(index)
            var deepest = 0
            for case .value(let other) in values[index].expression.variables {
                deepest = max(deepest, depth(of: other))
            }
            path.removeLast()
            depths[index] = deepest + 1
            return deepest + 1
        }
        for index in values.indices { _ = depth(of: index) }
    }

    /// Reports it where a block is given one of these values.
    private func reportRing(_ ring: ArraySlice<Int>, _ message: String, _ code: String) {
        for part in tables.parts {
            guard let use = part.use else { continue }
            for binding in part.valueBindings where ring.contains(binding.index) {
                guard let given = use.bindings[binding.parameter.name] else { continue }
                return use.user.report.error(code, message, at: given.node.span)
            }
        }
    }
}

extension VariableReference {
    /// Whether this is a word of the language and no name of a file.
    fileprivate var isWordOfLanguage: Bool {
        switch self {
        case .event, .now, .today, .active: true
        default: false
        }
    }
}

extension CheckedExpression {
    /// What is the same whenever it is looked at.
    init(constant value: Value, type: ValueType) {
        self.init(expression: Expression(constant: value, type: type, source: value.description), variables: [])
    }
}

extension ComputedValue {
    init(_ name: String, title: String?, constant: Value, type: ValueType, clause: Clause?) {
        self.init(
            name: name, title: title, expression: CheckedExpression(constant: constant, type: type), clause: clause)
    }
}

extension String {
    /// Whether this is one word that can be a name, rather than a computation.
    var isPlainName: Bool {
        !isEmpty && first?.isNumber == false && allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
}
