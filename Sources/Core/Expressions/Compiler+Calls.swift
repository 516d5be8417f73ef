/// Calls of functions: which one is meant, and what it gives.
extension Compiler {
    mutating func call(_ name: String, _ target: Int?, _ arguments: [Int], _ node: Int) -> Part {
        if let target, let namespace = namespace(target) {
            // math.abs(x): no value before the point, but the function's own name.
            let qualified = qualified("\(namespace).\(name)")
            for candidate in qualified where exists(candidate, isMember: false) {
                return resolved(candidate, isMember: false, arguments, node)
            }
            if environment.isChecked, environment.functions.contains(where: { $0.name.hasPrefix("\(namespace).") }) {
                return unknown("\(namespace).\(name)", isMember: false, arguments, node)
            }
        }
        guard let target else {
            let candidates = qualified(name)
            let found = candidates.first { exists($0, isMember: false) } ?? name
            return resolved(found, isMember: false, arguments, node)
        }
        return resolved(name, isMember: true, [target] + arguments, node)
    }

    /// The dotted name before a call's point; nil for a value, a variable's or macro's included.
    private func namespace(_ target: Int) -> String? {
        guard let chain = chain(target), !locals.contains(where: { $0.name == chain.names[0].name }),
            environment.variables[chain.names[0].name] == nil
        else { return nil }
        return chain.names.map(\.name).joined(separator: ".")
    }

    private func exists(_ name: String, isMember: Bool) -> Bool {
        Library.names.contains(name) || environment.functions.contains { $0.name == name && $0.isMember == isMember }
    }

    private mutating func resolved(_ name: String, isMember: Bool, _ nodes: [Int], _ node: Int) -> Part {
        if !isMember, name == "math.greatest" || name == "math.least" { return extreme(name, nodes, node) }
        let hosts = environment.functions.filter {
            $0.name == name && $0.isMember == isMember && $0.parameters.count == nodes.count
        }
        let key = LibraryFunction.Key(name: name, isMember: isMember, count: nodes.count)
        let function = Library.functions[key]
        guard function != nil || !hosts.isEmpty else { return unknown(name, isMember: isMember, nodes, node) }
        var parts = nodes.map { compile($0) }
        if let function, hosts.isEmpty, let special = special(function, parts, nodes, node) { return special }
        var signatures = hosts.map { $0.parameters => $0.result }
        if hosts.isEmpty { signatures = function?.signatures ?? [] }
        let type = overload(signatures, &parts)
        if type == nil, environment.isChecked {
            let types = parts.map { "\(solver.final($0.type))" }
            let (before, inside) = isMember ? ("\(types[0]).", types.dropFirst()) : ("", types[...])
            let known = hosts.map { "\(name)(\($0.parameters.map { "\($0)" }.joined(separator: ", ")))" }
            let hint = hosts.isEmpty || isMember ? "" : "; there is \(known.joined(separator: " or "))"
            report("type-mismatch", "there is no \(before)\(name)(\(inside.joined(separator: ", ")))\(hint)", node)
        }
        let run = run(of: parts.map(\.node))
        guard let function, hosts.isEmpty else {
            hostFunctions.append(HostCall(name: name, candidates: hosts))
            let index = Int32(hostFunctions.count - 1)
            return emit(.hostCall, node, a: index, b: run.start, c: run.count, type: type ?? .dyn)
        }
        functions.append(function)
        let index = Int32(functions.count - 1)
        let part = emit(.call, node, a: index, b: run.start, c: run.count, type: type ?? .dyn)
        var result = folded(part, children: parts, node)
        checkLiteral(function, parts, result, nodes)
        // An amount in the source has a known currency and basis.
        if case .money(let amount)? = constantValue(result) {
            result.type = .money(currency: amount.currency, basis: amount.basis)
        }
        return result
    }

    /// The result's type of the overload that takes the parts; `dyn` when several with different results may. Integers
    /// become decimals where the only overload wants them.
    private mutating func overload(_ signatures: [LibraryFunction.Signature], _ parts: inout [Part]) -> ValueType? {
        var result: ValueType?
        var solved: TypeSolver?
        var isAmbiguous = false
        for signature in signatures {
            var attempt = solver
            let types = attempt.instance(of: signature.parameters + [signature.result])
            guard zip(parts, types).allSatisfy({ attempt.fit($0.type, to: $1) }) else { continue }
            let type = attempt.shallow(types[types.count - 1])
            if result != nil {
                isAmbiguous = true
                if result != type { result = .dyn }
            } else {
                (result, solved) = (type, attempt)
            }
        }
        if let result {
            if let solved, !isAmbiguous { solver = solved }
            if isAmbiguous, case .variable = result { return .dyn }
            return isAmbiguous
                ? solved.map {
                    var solver = $0; return solver.final(result)
                } : result
        }
        // Where doubles are taken, an integer is a mistake, as in the standard.
        guard !signatures.contains(where: { $0.parameters.contains(.double) }) else { return nil }
        for signature in signatures {
            let before = self
            let types = solver.instance(of: signature.parameters + [signature.result])
            let adapted = zip(parts, types).map { adapt($0, to: $1) }
            if adapted.allSatisfy({ $0 != nil }) {
                parts = adapted.compactMap(\.self)
                return types[types.count - 1]
            }
            self = before
        }
        return nil
    }

    // MARK: Functions with rules of their own

    private mutating func special(
        _ function: LibraryFunction, _ parts: [Part], _ nodes: [Int], _ node: Int
    ) -> Part? {
        switch function.name {
        case "size":
            switch solver.shallow(parts[0].type) {
            case .list, .map, .record, .string, .bytes, .dyn, .variable:
                return folded(emit(.size, node, a: parts[0].node, type: .int), children: parts, node)
            default: return nil
            }
        case "sum" where parts.count == 1: return sum(parts[0], node)
        case "dyn": return Part(node: parts[0].node, type: .dyn)
        case "matches":
            guard case .string(let source)? = constantValue(parts[1]), adapt(parts[0], to: .string) != nil else {
                return nil
            }
            do {
                patterns.append(try RegularExpression(source))
            } catch {
                guard environment.isChecked else { return nil }
                report("invalid-literal", "this is no pattern: \(error.message)", nodes[1])
                return nil
            }
            let index = Int32(patterns.count - 1)
            return folded(emit(.matches, node, a: parts[0].node, b: index, type: .bool), children: [parts[0]], node)
        case "sort":
            if case .list(let element) = solver.shallow(parts[0].type) { checkOrder(element, node) }
            return nil
        case "includingVAT", "excludingVAT", "shares", "math.abs", "prorata":
            return moneyFunction(function, parts, node)
        case "flatten":
            guard case .list(let element) = solver.shallow(parts[0].type), case .list = solver.shallow(element),
                parts.count == 1
            else { return nil }
            return emitCall(function, parts, type: element, node)
        default: return nil
        }
    }

    private mutating func emitCall(_ function: LibraryFunction, _ parts: [Part], type: ValueType, _ node: Int) -> Part {
        functions.append(function)
        let index = Int32(functions.count - 1)
        let run = run(of: parts.map(\.node))
        return folded(emit(.call, node, a: index, b: run.start, c: run.count, type: type), children: parts, node)
    }

    /// The sum of a list; of an empty one, the zero of its elements' type.
    private mutating func sum(_ list: Part, _ node: Int) -> Part? {
        let type = solver.shallow(list.type)
        let element: ValueType
        switch type {
        case .list(let inner): element = solver.shallow(inner)
        case .dyn, .variable: element = .dyn
        default: return nil
        }
        guard OperatorTypes.isSummable(element) else {
            guard environment.isChecked else { return nil }
            report("type-mismatch", "there is no sum of \(solver.final(type))", node)
            return nil
        }
        let zero = constant(OperatorTypes.zero(of: element))
        var result = element
        if case .variable = element { result = .dyn }
        return emit(.sum, node, a: list.node, b: zero, type: result)
    }

    /// Functions of amounts whose result keeps what is known of the currency and the basis.
    private mutating func moneyFunction(_ function: LibraryFunction, _ parts: [Part], _ node: Int) -> Part? {
        guard case .money(let currency, let basis) = solver.shallow(parts[0].type), parts.count == function.key.count
        else {
            return nil
        }
        var parts = parts
        switch function.name {
        case "includingVAT", "excludingVAT":
            guard let rate = adapt(parts[1], to: .decimal) else { return nil }
            parts[1] = rate
            let isIncluding = function.name == "includingVAT"
            if basis == (isIncluding ? .inclVAT : .exclVAT), environment.isChecked {
                report("money-mismatch", "the amount already \(isIncluding ? "includes" : "excludes") VAT", node)
            }
            return emitCall(
                function, parts, type: .money(currency: currency, basis: isIncluding ? .inclVAT : .exclVAT), node)
        case "shares":
            guard overload(function.signatures, &parts) != nil else { return nil }
            return emitCall(function, parts, type: .list(.money(currency: currency, basis: basis)), node)
        case "prorata":
            guard overload(function.signatures, &parts) != nil else { return nil }
            return emitCall(function, parts, type: .money(currency: currency, basis: basis), node)
        case "math.abs": return emitCall(function, parts, type: .money(currency: currency, basis: basis), node)
        default: return nil
        }
    }

    /// `math.greatest` and `math.least`, of one list or of several values.
    private mutating func extreme(_ name: String, _ nodes: [Int], _ node: Int) -> Part {
        guard let function = Library.functions[LibraryFunction.Key(name: name, isMember: false, count: 1)],
            !nodes.isEmpty
        else {
            if environment.isChecked { report("type-mismatch", "\(name) needs at least one argument", node) }
            return emitFailure("\(name) needs at least one argument", kind: 1, node)
        }
        var parts = nodes.map { compile($0) }
        let mixed = unified(parts)
        if mixed.type != nil { parts = mixed.parts }
        var element = mixed.type ?? .dyn
        var argument = parts[0]
        if nodes.count == 1 {
            if case .list(let inner) = solver.shallow(argument.type) { element = inner }
        } else {
            let run = run(of: parts.map(\.node))
            argument = folded(
                emit(.list, node, a: run.start, b: run.count, type: .list(element)), children: parts, node)
        }
        let types = parts.count == 1 ? [element] : parts.map(\.type)
        for (place, type) in types.enumerated() where environment.isChecked {
            switch solver.shallow(type) {
            case .int, .uint, .double, .decimal, .money, .date, .timestamp, .duration, .dyn, .variable:
                if place > 0, !areOrdered(parts[0], parts[place]) {
                    let first = solver.final(parts[0].type)
                    report("type-mismatch", "\(name) does not take (\(first), \(solver.final(type)))", node)
                }
            default: report("type-mismatch", "\(name) does not take \(solver.final(type))", node)
            }
        }
        var result = solver.shallow(element)
        if case .variable = result { result = .dyn }
        return emitCall(function, [argument], type: result, node)
    }

    /// A diagnostic unless values of the type have an order.
    mutating func checkOrder(_ type: ValueType, _ node: Int) {
        guard environment.isChecked, !OperatorTypes.isOrdered(solver.shallow(type)) else { return }
        report("type-mismatch", "values of type \(solver.final(type)) have no order", node)
    }

    /// A conversion of a text in the source that can only fail is a mistake in the source.
    private mutating func checkLiteral(
        _ function: LibraryFunction, _ parts: [Part], _ result: Part, _ nodes: [Int]
    ) {
        guard environment.isChecked, parts.count == 1, case .string(let text)? = constantValue(parts[0]) else { return }
        let expected: String
        switch function.name {
        case "timestamp": expected = "an instant such as 2021-09-24T16:30:00+01:00"
        case "duration": expected = "a duration such as 1h30m"
        case "date": expected = "a day such as 2021-09-15"
        case "decimal": expected = "a number such as 0.70"
        case "money": expected = "an amount such as 1234.50 EUR"
        default: return
        }
        guard constantValue(result) == nil else { return }
        report("invalid-literal", "\(quoted(text)) is not \(expected)", nodes[0])
    }

    // MARK: Unknown functions

    private mutating func unknown(_ name: String, isMember: Bool, _ nodes: [Int], _ node: Int) -> Part {
        guard environment.isChecked else {
            return emitFailure("there is no function '\(name)' of \(nodes.count) arguments", kind: 1, node)
        }
        let names = Library.names.union(environment.functions.map(\.name)).union(Self.macroNames)
        let guess = closest(to: name, among: names.sorted())
        // The names in a misspelt macro are not mistakes of their own.
        if !Self.macroNames.contains(guess ?? "") { for argument in nodes { _ = compile(argument) } }
        let ofName = Library.functions.keys.filter { $0.name == name }
        let hosts = environment.functions.filter { $0.name == name }
        if !ofName.isEmpty || !hosts.isEmpty {
            let forms =
                ofName.map { form($0.name, isMember: $0.isMember, $0.count) }
                + hosts.map { form($0.name, isMember: $0.isMember, $0.parameters.count) }
            let known = Set(forms).sorted().joined(separator: " or ")
            report("unknown-function", "'\(name)' is called as \(known)", node)
        } else {
            report("unknown-function", "there is no function '\(name)'", node, guess: guess)
        }
        return emitFailure(name, kind: 1, node)
    }

    private static let macroNames: Set<String> = [
        "has", "all", "exists", "exists_one", "map", "filter", "transformList", "transformMap", "transformMapEntry",
        "sortBy",
    ]

    private func form(_ name: String, isMember: Bool, _ count: Int) -> String {
        let arguments = Array(repeating: "…", count: isMember ? count - 1 : count).joined(separator: ", ")
        return (isMember ? "x." : "") + "\(name)(\(arguments))"
    }
}
