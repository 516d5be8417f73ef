import Dispatch
import FoundationEssentials
import Glibc
import PluginAPI
import PluginKit
import Synchronization
import Testing

/// A plugin in Swift, spoken to through a pair of pipes.
@Suite(.timeLimit(.minutes(1)))
struct PluginKitTests {
    /// The host's end of a plugin that runs on a thread of its own.
    private final class Conversation {
        private let input: Int32
        private let output: Int32
        private var pending: [UInt8] = []
        private let ending = Ending()

        /// How the plugin ended, told from its thread.
        private final class Ending: Sendable {
            let isOver = DispatchSemaphore(value: 0)
            let exitCode = Mutex<Int32>(-1)
        }

        init(_ program: PluginProgram) {
            var toPlugin: [Int32] = [0, 0]
            var fromPlugin: [Int32] = [0, 0]
            precondition(pipe(&toPlugin) == 0 && pipe(&fromPlugin) == 0)
            (input, output) = (toPlugin[1], fromPlugin[0])
            let (pluginInput, pluginOutput) = (toPlugin[0], fromPlugin[1])
            DispatchQueue.global().async { [ending] in
                let code = program.serve(input: pluginInput, output: pluginOutput)
                ending.exitCode.withLock { $0 = code }
                close(pluginInput)
                close(pluginOutput)
                ending.isOver.signal()
            }
        }

        func send(_ line: String) {
            let bytes = Array((line + "\n").utf8)
            precondition(write(input, bytes, bytes.count) == bytes.count)
        }

        /// The next line, or nil at the end.
        func next() -> String? {
            while true {
                if let end = pending.firstIndex(of: 10) {
                    defer { pending.removeSubrange(...end) }
                    return String(decoding: pending[..<end], as: UTF8.self)
                }
                var chunk = [UInt8](repeating: 0, count: 4096)
                let count = read(output, &chunk, chunk.count)
                guard count > 0 else { return nil }
                pending += chunk[..<count]
            }
        }

        func ask(_ line: String) -> String? {
            send(line)
            return next()
        }

        /// Closes the plugin's input and returns its exit code.
        func end() -> Int32 {
            close(input)
            ending.isOver.wait()
            close(output)
            return ending.exitCode.withLock { $0 }
        }
    }

    private static let initialize = """
        {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocol":1,"plugin":"hello",\
        "settings":{"greeting":"Bonjour"},"secrets":{"word":"x"},"folder":"/f"}}
        """

    private func execute(_ id: Int, _ action: String, key: String, _ input: String) -> String {
        """
        {"jsonrpc":"2.0","id":\(id),"method":"action/execute","params":\
        {"key":"\(key)","action":"\(action)","input":\(input)}}
        """
    }

    @Test("actions are performed with settings and input, and errors become outcomes")
    func performs() {
        struct Tired: Error, CustomStringConvertible { var description: String { "too tired" } }
        let plugin = Conversation(
            PluginProgram(name: "hello") { context in
                [
                    "greet": {
                        .delivered("\(context.text("greeting") ?? ""), \($0.texts("names").joined(separator: "+"))")
                    },
                    "tire": { _ in throw Tired() },
                    "refuse": { _ in throw PluginRefusal("never") },
                ]
            })
        #expect(
            plugin.ask(Self.initialize)
                == #"{"id":0,"jsonrpc":"2.0","result":{"actions":["greet","refuse","tire"],"protocol":1}}"#)
        #expect(
            plugin.ask(execute(1, "greet", key: "a", #"{"names":["Zoé","Ali"]}"#))
                == #"{"id":1,"jsonrpc":"2.0","result":{"detail":"Bonjour, Zoé+Ali","outcome":"delivered"}}"#)
        #expect(
            plugin.ask(execute(2, "tire", key: "b", "{}"))
                == #"{"id":2,"jsonrpc":"2.0","result":{"detail":"too tired","outcome":"failed-temporarily"}}"#)
        #expect(
            plugin.ask(execute(3, "refuse", key: "c", "{}"))
                == #"{"id":3,"jsonrpc":"2.0","result":{"detail":"never","outcome":"failed-permanently"}}"#)
        #expect(
            plugin.ask(execute(4, "fly", key: "d", "{}"))
                == #"{"error":{"code":-32601,"message":"there is no action 'fly'"},"id":4,"jsonrpc":"2.0"}"#)
        #expect(
            plugin.ask("nonsense")
                == #"{"error":{"code":-32700,"message":"this is not a JSON-RPC message"},"jsonrpc":"2.0"}"#)
        #expect(plugin.end() == 0)
    }

    @Test("a key is performed once, whether repeated during or after, and again if it failed")
    func repeats() {
        let performed = Mutex([String: Int]())
        let gate = DispatchSemaphore(value: 0)
        let plugin = Conversation(
            PluginProgram(name: "hello") { _ in
                [
                    "do": { request in
                        let count = performed.withLock { performed in
                            performed[request.key, default: 0] += 1
                            return performed[request.key] ?? 0
                        }
                        if request.key == "slow" { gate.wait() }
                        return request.key == "fails" && count == 1 ? .failedTemporarily("no") : .delivered("\(count)")
                    }
                ]
            })
        _ = plugin.ask(Self.initialize)
        plugin.send(execute(1, "do", key: "slow", "{}"))
        plugin.send(execute(2, "do", key: "slow", "{}"))
        // Answered only once both have been read, as messages are read in order.
        #expect(plugin.ask(execute(3, "do", key: "quick", "{}"))?.contains(#""detail":"1""#) == true)
        #expect(plugin.ask(execute(4, "do", key: "quick", "{}"))?.contains(#""detail":"1""#) == true)
        gate.signal()
        let answers = [plugin.next(), plugin.next()].compactMap(\.self)
        #expect(answers.map { $0.prefix(7) } == [#"{"id":1"#, #"{"id":2"#])
        #expect(plugin.ask(execute(5, "do", key: "fails", "{}"))?.contains("failed-temporarily") == true)
        #expect(plugin.ask(execute(6, "do", key: "fails", "{}"))?.contains(#""detail":"2""#) == true)
        #expect(performed.withLock { $0 } == ["slow": 1, "quick": 1, "fails": 2])
        #expect(plugin.end() == 0)
    }

    @Test(
        "a plugin that cannot work with its settings says so",
        arguments: [
            (#""plugin":"hello""#, #""plugin":"other""#, "this is plugin 'hello', not 'other'"),
            (#""protocol":1"#, #""protocol":2"#, "this plugin speaks protocol 1, not 2"),
            ("Bonjour", "Hallo", "Hallo is no greeting here"),
        ])
    func refusesSettings(from: String, to: String, says: String) {
        let plugin = Conversation(
            PluginProgram(name: "hello") { context in
                if context.text("greeting") == "Hallo" { throw PluginRefusal("Hallo is no greeting here") }
                return [:]
            })
        let answer = plugin.ask(Self.initialize.replacing(from, with: to))
        #expect(answer?.contains(says) == true && answer?.contains("-32000") == true, "\(answer ?? "")")
        #expect(plugin.end() == 0)
    }

    @Test("'shutdown' lets an action finish and takes nothing new")
    func shutdown() {
        let gate = DispatchSemaphore(value: 0)
        let plugin = Conversation(
            PluginProgram(name: "hello") { _ in
                [
                    "do": { _ in
                        gate.wait(); return .delivered("done")
                    }
                ]
            })
        _ = plugin.ask(Self.initialize)
        plugin.send(execute(1, "do", key: "a", "{}"))
        plugin.send(#"{"jsonrpc":"2.0","method":"shutdown"}"#)
        gate.signal()
        #expect(plugin.next()?.contains("done") == true)
        #expect(plugin.next() == nil)
        #expect(plugin.end() == 0)
    }

    @Test("an event waits for the host's word, good or bad")
    func events() {
        let plugin = Conversation(
            PluginProgram(name: "hello") { context in
                [
                    "tell": { request in
                        try context.emit(EmitParameters(event: "told", key: request.key, data: ["n": 1]))
                        return .delivered("told")
                    }
                ]
            })
        _ = plugin.ask(Self.initialize)
        let emitted =
            #"{"id":1,"jsonrpc":"2.0","method":"event/emit","params":{"data":{"n":1},"event":"told","key":"a"}}"#
        #expect(plugin.ask(execute(1, "tell", key: "a", "{}")) == emitted)
        #expect(plugin.ask(#"{"jsonrpc":"2.0","id":1,"result":{"accepted":true}}"#)?.contains("delivered") == true)
        _ = plugin.ask(execute(2, "tell", key: "b", "{}"))
        let refused = plugin.ask(#"{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"not now"}}"#)
        #expect(refused?.contains(#""detail":"not now","outcome":"failed-temporarily""#) == true)
        // An event nobody will answer any more does not keep the plugin alive.
        _ = plugin.ask(execute(3, "tell", key: "c", "{}"))
        #expect(plugin.end() == 0)
    }
}
