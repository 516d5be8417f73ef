import ArgumentParser
import ControlAPI
import ControlClient

extension SimulateCommand {
    /// What happens to a case that runs.
    func runCase() throws {
        guard set.isEmpty, party.isEmpty, rebase == nil, start == nil else {
            throw Failure.usage(
                "'\(file)' is no file, and a case has its start already",
                hint: "suppose parameters.set or parties.set in an events file")
        }
        let supposed = try events.map { try SupposedEventsReader.read(file: $0, asJSON: options.json) }
        let reply = try options.client.whatIf(
            WhatIfParameters(caseID: file, events: supposed?.events, until: until ?? supposed?.until))
        if options.json { return try printJSON(reply) }
        print(CaseFuture.text(reply, caseID: file, style: .ofOutput))
    }
}
