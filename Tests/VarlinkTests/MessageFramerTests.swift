import SeededRandom
import Testing
import VarlinkWire

@Suite struct MessageFramerTests {
    private func append(_ bytes: some Collection<UInt8>, to framer: inout MessageFramer) {
        Array(bytes).withUnsafeBytes { framer.append($0) }
    }

    @Test("messages come out the same however the stream is cut", arguments: 0..<200 as Range<UInt64>)
    func isIndifferentToCuts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let messages: [[UInt8]] = (0..<Int.random(in: 0...30, using: &random)).map { _ in
            (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 1...255, using: &random) }
        }
        var stream = Array(messages.map { $0 + [0] }.joined())[...]
        var framer = MessageFramer()
        var received: [[UInt8]] = []
        while !stream.isEmpty {
            let count = Int.random(in: 0...min(stream.count, 150), using: &random)
            append(stream.prefix(count), to: &framer)
            stream = stream.dropFirst(count)
            // Sometimes several pieces arrive before anything is taken out.
            while Bool.random(using: &random), let message = try framer.next() { received.append(message) }
        }
        while let message = try framer.next() { received.append(message) }
        #expect(received == messages, "seed \(seed)")
        #expect(framer.unreadBytes == 0)
    }

    @Test("a message of the greatest length passes, a longer one does not, whole or not")
    func boundsLength() throws {
        var framer = MessageFramer(maximumMessageBytes: 10)
        append([UInt8](repeating: 1, count: 10), to: &framer)
        #expect(try framer.next() == nil)
        append([0], to: &framer)
        #expect(try framer.next()?.count == 10)
        append([UInt8](repeating: 1, count: 11), to: &framer)
        #expect(throws: MessageTooLarge.self) { try framer.next() }
        framer.removeAll()
        append([UInt8](repeating: 1, count: 11) + [0], to: &framer)
        #expect(throws: MessageTooLarge.self) { try framer.next() }
    }

    @Test("only what was not taken counts as unread")
    func countsUnreadBytes() throws {
        var framer = MessageFramer()
        append([1, 2, 0, 3], to: &framer)
        #expect(framer.unreadBytes == 4)
        #expect(try framer.next() == [1, 2])
        #expect(framer.unreadBytes == 1)
    }
}
