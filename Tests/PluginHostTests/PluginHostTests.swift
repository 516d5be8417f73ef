import Dispatch
import FoundationEssentials
import Glibc
import PluginAPI
import PluginHost
import Testing
import WorkflowEngine

/// The host against real processes that behave and misbehave.
@Suite(.timeLimit(.minutes(2)))
struct PluginHostTests {
    @Test("what a plugin answers reaches the caller")
    func answers() async throws {
        try await withHost { plugin in
            #expect(await plugin.call("deliver", key: "clé 1") == .delivered(detail: "reçu clé 1"))
            #expect(await plugin.call("fail-temporarily") == .failedTemporarily(reason: "the bridge is up"))
            #expect(await plugin.call("fail-permanently") == .failedPermanently(reason: "there is no bridge"))
            let refused = "plugin 'scripted' refused the call: not like this"
            #expect(await plugin.call("refuse") == .failedPermanently(reason: refused))
        }
    }

    @Test("a call that cannot be made is refused before a process is started")
    func impossibleCalls() async throws {
        try await withHost { plugin in
            let none = "there is no plugin 'telex'; installed are scripted"
            #expect(await plugin.call("deliver", plugin: "telex") == .pluginFailed(reason: none, wasTried: false))
            let noAction = "plugin 'scripted' has no action 'fly'; it has do, once"
            #expect(await plugin.call("deliver", action: "fly") == .failedPermanently(reason: noAction))
            let bad = await withCheckedContinuation { continuation in
                let call = ActionCall(key: "k", plugin: "scripted", action: "do", input: Array(#"{"hwo":"x"}"#.utf8))
                plugin.host.execute(call) { continuation.resume(returning: $0) }
            }
            let reason = "the input of 'scripted.do' does not fit: there is no field 'hwo'; the fields are how"
            #expect(bad == .failedPermanently(reason: reason))
            #expect(plugin.host.status().map(\.phase) == ["resting"])
        }
    }

    @Test("a plugin that hangs costs its call the time-out, is cancelled, killed, and started anew")
    func hangs() async throws {
        try await withHost { plugin in
            async let outcome = plugin.call("hang")
            await plugin.log.line(with: "hanging")
            plugin.timer.advance(by: .seconds(30))
            let reason = "plugin 'scripted' lost 'do': it did not answer within 30 s"
            #expect(await outcome == .pluginFailed(reason: reason, wasTried: true))
            plugin.timer.advance(by: .seconds(2))
            await plugin.log.line(with: "it went on after 'cancel'")
            async let next = plugin.call("deliver")
            plugin.timer.advance(by: .seconds(1))
            #expect(await next == .delivered(detail: "reçu k"))
        }
    }

    @Test("a plugin that obeys 'cancel' goes on with its other calls")
    func obeysCancel() async throws {
        try await withHost { plugin in
            async let late = plugin.call("hold", key: "a")
            await plugin.log.line(with: "holding a")
            plugin.timer.advance(by: .seconds(20))
            async let early = plugin.call("hold", key: "b")
            await plugin.log.line(with: "holding b")
            plugin.timer.advance(by: .seconds(10))
            guard case .pluginFailed = await late else { return _ = Issue.record("a should be late") }
            await plugin.log.line(with: "'do' was answered too late, ignoring")
            #expect(await plugin.call("release") == .delivered(detail: "all released"))
            #expect(await early == .delivered(detail: "released"))
            #expect(plugin.host.status()[0].failures == 0)
        }
    }

    @Test("an answer lost for an action that must not be repeated is a permanent failure that says so")
    func losesUnrepeatable() async throws {
        try await withHost { plugin in
            async let outcome = plugin.call("hang", action: "once")
            await plugin.log.line(with: "hanging")
            plugin.timer.advance(by: .seconds(5))
            let reason = """
                plugin 'scripted' lost 'once': it did not answer within 5 s; whether it was done is not known and \
                repeating it may do it twice: look, then decide
                """
            #expect(await outcome == .failedPermanently(reason: reason))
        }
    }

    @Test(
        "a process that ends or talks nonsense in the middle of a call fails that call with what it did",
        arguments: [
            (how: "die", did: "it ended with exit code 3; its last words: 'my heart'"),
            (how: "killed", did: "it was ended by signal 9"),
            (how: "bequeath", did: "it ended with exit code 4"),
            (how: "mute", did: "it was ended by signal 9"),
            (how: "garbage", did: "what it wrote is not a JSON-RPC 2.0 message: 'hello \u{FFFD}[31mworld'"),
            (how: "wrong-id", did: "it answered a call that was not made (999)"),
            (how: "endless", did: "it wrote a message longer than 1048576 bytes"),
        ])
    func misbehaves(how: String, did: String) async throws {
        try await withHost { plugin in
            let reason = "plugin 'scripted' lost 'do': \(did)"
            #expect(await plugin.call(how) == .pluginFailed(reason: reason, wasTried: true))
            // The rest over, the next call finds a new process.
            async let next = plugin.call("deliver")
            plugin.timer.advance(by: .seconds(1))
            #expect(await next == .delivered(detail: "reçu k"))
        }
    }

    @Test("a plugin that floods the host with messages is killed, though each of them could be refused")
    func floods() async throws {
        try await withHost { plugin in
            let reason = """
                plugin 'scripted' lost 'do': it went on sending what is refused, over 20 a second: event/emit takes \
                event, key and data
                """
            #expect(await plugin.call("flood") == .pluginFailed(reason: reason, wasTried: true))
        }
    }

    @Test("a plugin that waits for its answers may be as quick as it likes")
    func quick() async throws {
        var limits = PluginLimits()
        limits.refusalBurst = 10
        try await withHost(limits: limits) { plugin in
            for number in 1...50 {
                let outcome = await plugin.call("deliver", key: "\(number)")
                try #require(outcome == .delivered(detail: "reçu \(number)"))
            }
        }
        let settings: [String: JSONValue] = ["events": 100, "event": "message.bounced"]
        limits.eventsWaiting = 100  // the script does not wait, so the host lets it have them all
        try await withHost(start: "emit", settings: settings, event: "message.bounced", limits: limits) { plugin in
            await plugin.log.line(with: "accepted e99")
            #expect(plugin.events.events.count == 100)
        }
    }

    @Test("a plugin that floods standard error is killed: even dropping lines costs time")
    func floodsErrors() async throws {
        try await withHost { plugin in
            let outcome = await plugin.call("shout")
            guard case .pluginFailed(let reason, _) = outcome else { return _ = Issue.record("\(outcome)") }
            #expect(reason.contains("it wrote more than 1048576 bytes a second to standard error"))
        }
    }

    @Test("while many plugins flood, another is served")
    func floodsTogether() async throws {
        let others = (1...6).map { "flood\($0)" }
        try await withHost(others: others) { plugin in
            await withTaskGroup { group in
                for (number, name) in others.enumerated() {
                    group.addTask { _ = await plugin.call(number % 2 == 0 ? "endless" : "shout", plugin: name) }
                }
                for number in 1...20 {
                    #expect(await plugin.call("deliver", key: "\(number)") == .delivered(detail: "reçu \(number)"))
                }
            }
        }
    }

    @Test("an answer without a known outcome shows what was answered")
    func answersHalf() async throws {
        try await withHost { plugin in
            guard case .pluginFailed(let reason, _) = await plugin.call("half") else { return _ = Issue.record("no") }
            #expect(reason.contains("its answer to an action is not understood"))
            #expect(reason.contains("perhaps"))
        }
    }

    @Test("a second answer to one call ends the process and changes nothing for the caller")
    func answersTwice() async throws {
        try await withHost { plugin in
            #expect(await plugin.call("twice") == .delivered(detail: "once"))
            await plugin.log.line(with: "it answered a call that was not made (1)")
        }
    }

    @Test("a plugin that never answers 'initialize' is killed and its calls fail")
    func neverInitializes() async throws {
        try await withHost(start: "silent") { plugin in
            async let outcome = plugin.call("deliver")
            await plugin.log.line(with: "I say nothing")
            plugin.timer.advance(by: .seconds(10))
            guard case .pluginFailed(let reason, _) = await outcome else { return _ = Issue.record("not failed") }
            #expect(
                reason.hasPrefix(
                    "plugin 'scripted' failed: it did not answer 'initialize' within 10 s; next attempt in "))
        }
    }

    @Test(
        "a plugin that does not start fails its calls with the reason",
        arguments: [
            (start: "refuse", reason: "it does not start: the door is painted on"),
            (start: "future", reason: "it speaks protocol 99, its manifest says 1"),
            (start: "poor", reason: "its manifest promises actions it lacks: once"),
            (start: "die", reason: "it ended with exit code 3; its last words: 'I cannot live'"),
        ])
    func doesNotStart(start: String, reason: String) async throws {
        try await withHost(start: start) { plugin in
            guard case .pluginFailed(let text, _) = await plugin.call("deliver") else {
                return _ = Issue.record("no")
            }
            #expect(text.hasPrefix("plugin 'scripted' failed: \(reason); next attempt in "))
        }
    }

    @Test("a plugin whose program is missing says which file there should be")
    func noProgram() async throws {
        try await withHost { plugin in
            try FileManager.default.removeItem(atPath: plugin.folder + "/scripted")
            guard case .pluginFailed(let text, _) = await plugin.call("deliver") else {
                return _ = Issue.record("no")
            }
            #expect(text.contains("it could not be started: there is no executable file \(plugin.folder)/scripted"))
        }
    }

    @Test("a plugin that keeps failing is refused at once, then tried with one call, then trusted again")
    func circuit() async throws {
        try await withHost(start: "die") { plugin in
            for failure in 1...5 {
                guard case .pluginFailed = await plugin.call("deliver") else { return _ = Issue.record("no") }
                #expect(plugin.host.status()[0].failures == failure)
                if failure < 5 { plugin.timer.advance(by: .seconds(1 << (failure - 1))) }
            }
            guard case .pluginFailed(let reason, _) = await plugin.call("deliver") else {
                return _ = Issue.record("no")
            }
            #expect(
                reason.hasPrefix("plugin 'scripted' failed 5 times in a row, last because it ended with exit code 3"))
            #expect(plugin.host.status()[0].isRefusing)

            plugin.timer.advance(by: .seconds(16))
            guard case .pluginFailed = await plugin.call("deliver") else { return _ = Issue.record("no") }
            #expect(plugin.host.status()[0].failures == 6)

            plugin.timer.advance(by: .seconds(32))
            try plugin.nextStart("well")
            async let probe = plugin.call("hold", key: "probe")
            await plugin.log.line(with: "holding probe")
            guard case .pluginFailed(let other, _) = await plugin.call("deliver") else {
                return _ = Issue.record("no")
            }
            #expect(other.hasSuffix("it is being tried with one call"))
            plugin.timer.advance(by: .seconds(30))
            guard case .pluginFailed = await probe else { return _ = Issue.record("probe") }
            await plugin.log.line(with: "answered too late")
            #expect(await plugin.call("deliver") == .delivered(detail: "reçu k"))
            #expect(plugin.host.status()[0].failures == 0)
        }
    }

    @Test("a plugin that asks for more memory than it may have dies alone")
    func hogs() async throws {
        try await withHost(memory: 128 << 20) { plugin in
            guard case .pluginFailed(let reason, _) = await plugin.call("hog") else { return _ = Issue.record("no") }
            #expect(reason == "plugin 'scripted' lost 'do': it ended with exit code 1; its last words: 'MemoryError'")
        }
    }

    @Test("what a plugin started dies with it", arguments: ["family", "orphan"])
    func leavesFamily(how: String) async throws {
        try await withHost { plugin in
            #expect(mkdir(plugin.folder + "/state", 0o700) == 0 && mkdir(plugin.folder + "/state/scripted", 0o700) == 0)
            let pipe = plugin.folder + "/state/scripted/family"
            try #require(mkfifo(pipe, 0o600) == 0)
            // The end of the pipe comes when the last process that holds it is gone.
            async let isGone = readToEnd(pipe)
            async let outcome = plugin.call(how)
            if how == "family" {
                await plugin.log.line(with: "family founded")
                plugin.timer.advance(by: .seconds(30))
                plugin.timer.advance(by: .seconds(2))
            }
            guard case .pluginFailed = await outcome else { return _ = Issue.record("not failed") }
            #expect(await isGone)
        }
    }

    @Test("a plugin that chatters on standard error loses lines, not the service's log")
    func chatters() async throws {
        try await withHost { plugin in
            #expect(await plugin.call("chatter") == .delivered(detail: "said"))
            // Time stands still, so the rest is told when standard error ends.
            _ = await plugin.call("die")
            await plugin.log.line(with: "lines were too many and are not shown)")
            #expect(plugin.log.lines.count < 210)
        }
    }

    @Test("one plugin's trouble is not another's")
    func others() async throws {
        try await withHost(others: ["second"]) { plugin in
            async let hung = plugin.call("hang")
            await plugin.log.line(with: "hanging")
            #expect(await plugin.call("deliver", plugin: "second") == .delivered(detail: "reçu k"))
            plugin.timer.advance(by: .seconds(30))
            guard case .pluginFailed = await hung else { return _ = Issue.record("not failed") }
            #expect(await plugin.call("deliver", plugin: "second") == .delivered(detail: "reçu k"))
        }
    }

    @Test("a plugin that does not read is killed once too much is unread")
    func deaf() async throws {
        var limits = PluginLimits()
        limits.messagesUnread = 10
        limits.refusalBurst = 1_000_000
        try await withHost(limits: limits) { plugin in
            let outcome = await plugin.call("deaf")
            let reason = "plugin 'scripted' lost 'do': it does not read what it is sent"
            #expect(outcome == .pluginFailed(reason: reason, wasTried: true))
        }
    }

    @Test("a plugin sees a clean environment, its own folder and group, and its secret only in 'initialize'")
    func environment() async throws {
        try await withHost { plugin in
            let seen = #"""
                {"folder": true, "leader": true, "line": 0, "name": "scripted", "strangers": [], "token": "S\u00e9same 7"}
                """#
            #expect(await plugin.call("environment") == .delivered(detail: seen))
        }
    }

    @Test("events are handed on in order and acknowledged once they are kept")
    func events() async throws {
        let settings: [String: JSONValue] = ["events": 3, "event": "message.bounced"]
        try await withHost(start: "emit", settings: settings, event: "message.bounced") { plugin in
            await plugin.log.line(with: "accepted e2")
            let events = plugin.events.events
            #expect(events.map(\.key) == ["e0", "e1", "e2"])
            #expect(
                events.map { String(decoding: $0.data, as: UTF8.self) }
                    == [#"{"number":0}"#, #"{"number":1}"#, #"{"number":2}"#])
        }
    }

    @Test("an event that the manifest does not know is refused, and the plugin told why")
    func unknownEvent() async throws {
        let settings: [String: JSONValue] = ["events": 1, "event": "message.lost"]
        try await withHost(start: "emit", settings: settings, event: "message.bounced") { plugin in
            await plugin.log.line(with: "refused e0: the manifest has no event 'message.lost'")
            #expect(plugin.events.events == [])
        }
    }

    @Test("more events than may wait are refused until some are kept")
    func tooManyEvents() async throws {
        var limits = PluginLimits()
        limits.eventsWaiting = 2
        let settings: [String: JSONValue] = ["events": 3, "event": "message.bounced"]
        try await withHost(
            start: "emit", settings: settings, event: "message.bounced", keepsEvents: false, limits: limits
        ) { plugin in
            await plugin.log.line(with: "refused e2: 2 events are unacknowledged: wait for their answers, use new ids")
            plugin.events.open(refusing: "the disk is full")
            await plugin.log.line(with: "refused e0: the disk is full")
            await plugin.log.line(with: "refused e1: the disk is full")
        }
    }

    @Test("stopping lets a call finish, refuses new ones and ends the process")
    func stops() async throws {
        try await withHost { plugin in
            async let held = plugin.call("hold")
            await plugin.log.line(with: "holding k")
            plugin.host.stop()
            #expect(await held == .delivered(detail: "finished before the end"))
            let refused = "plugin 'scripted' is stopping with the service"
            #expect(await plugin.call("deliver") == .pluginFailed(reason: refused, wasTried: false))
            await plugin.log.line(with: "goodbye")
        }
    }

    @Test("a plugin that will not stop is killed when its time is over")
    func stubborn() async throws {
        try await withHost(start: "stubborn") { plugin in
            async let held = plugin.call("hold")
            await plugin.log.line(with: "holding k")
            plugin.host.stop()
            await plugin.log.line(with: "asked to stop")
            plugin.timer.advance(by: .seconds(5))
            let reason = "plugin 'scripted' lost 'do': it did not finish before the service stopped"
            #expect(await held == .pluginFailed(reason: reason, wasTried: true))
        }
    }

    @Test("the machine's own clock ends a call that takes too long")
    func monotonicTimer() async {
        let timer = MonotonicTimer()
        let start = timer.now
        let moment = start + .milliseconds(20)
        await withCheckedContinuation { continuation in timer.call(at: moment) { continuation.resume() } }
        #expect(timer.now >= moment)
    }
}

/// Reads a pipe until nobody can write to it any more, on a thread that may wait.
private func readToEnd(_ path: String) async -> Bool {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            let pipe = open(path, O_RDONLY)
            var bytes = [UInt8](repeating: 0, count: 512)
            while read(pipe, &bytes, bytes.count) > 0 {}
            close(pipe)
            continuation.resume(returning: true)
        }
    }
}
