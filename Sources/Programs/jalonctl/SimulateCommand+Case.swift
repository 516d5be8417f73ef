import ArgumentParser
import ControlAPI
import ControlClient

extension SimulateCommand {
    /// What happens to a case that runs.
    func runCase() throws {
        guard set.isEmpty, party.isEmpty, rebase.isEmpty, start == nil else {
            throw Failure.usage(
                "'\(file)' is no file, and a case has its start already",
                hint: "suppose parameters.set or parties.set in an events file")
        }
        guard !messages else {
            throw Failure.usage(
                "--messages writes out those of a workflow file's simulation, and '\(file)' is no file",
                hint: "leave it out; jalonctl outbox list \(file) --messages has those of a case so far")
        }
        try checkTime(until, "--until")
        let supposed = try events.map { try SupposedEventsReader.read(file: $0, asJSON: options.json) }
        let reply = try options.client.whatIf(
            WhatIfParameters(caseID: file, events: supposed?.events, until: until ?? supposed?.until))
        if options.json { return try printJSON(reply) }
        print(CaseFuture.text(reply, caseID: file, style: .ofOutput))
    }
}
