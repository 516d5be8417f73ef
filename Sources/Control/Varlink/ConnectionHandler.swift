import Glibc
import NIOCore
import VarlinkWire

/// One connection: cuts what arrives into calls, has them carried out one after another and writes the replies.
///
/// A connection's calls are carried out strictly in order, each after the last one's final reply. Replies so need no
/// sequence numbers, and a peer that sends calls ahead sees the effect of one in the next. While a call runs, further
/// ones wait as bytes, and beyond a bound they wait in the socket. Everything here happens on the event loop.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Asks a connection to finish its call, take no other and close.
    struct ShutdownEvent: Sendable {}

    private struct ActiveCall {
        var number: UInt64
        var wantsMore: Bool
        var isOneway: Bool
        var onCancel: (@Sendable (VarlinkCancellation) -> Void)?
        var whenRoom: (@Sendable () -> Void)?
    }

    private let router: Router
    private let limits: VarlinkLimits
    private let registry: ConnectionRegistry
    private let onViolation: @Sendable (PeerCredentials, VarlinkViolation) -> Void
    private let eventLoop: any EventLoop

    private var context: ChannelHandlerContext?
    private var peer = PeerCredentials(processID: 0, userID: 0, groupID: 0)
    private var framer: MessageFramer
    private var activeCall: ActiveCall?
    private var messageCount: UInt64 = 0
    /// Runs out when the rest of a call is late, or the last replies of a connection that is to be closed.
    private var stallTimer: Scheduled<Void>?
    private var messageCountOfStallTimer: UInt64 = 0

    private var isAdmitted = false
    private var isShuttingDown = false
    /// No further calls are taken.
    private var isDeaf = false
    /// The connection is closed as soon as the calls that are here are answered.
    private var isEnding = false
    private var isClosing = false
    private var isDisconnected = false
    private var isWorking = false
    private var needsFlush = false
    private var isReadHeld = false

    init(
        router: Router, limits: VarlinkLimits, registry: ConnectionRegistry, eventLoop: any EventLoop,
        onViolation: @escaping @Sendable (PeerCredentials, VarlinkViolation) -> Void
    ) {
        self.router = router
        self.limits = limits
        self.registry = registry
        self.eventLoop = eventLoop
        self.onViolation = onViolation
        self.framer = MessageFramer(maximumMessageBytes: limits.maximumMessageBytes)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let peer = Self.credentials(of: context) else {
            isDeaf = true
            context.close(promise: nil)
            return
        }
        self.peer = peer
        let admission = registry.admit(context.channel, of: peer.userID)
        isAdmitted = admission == .admitted
        if isAdmitted {
            context.fireChannelActive()
        } else {
            isDeaf = true
            if admission == .full { onViolation(peer, .tooManyConnections) }
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isDeaf { unwrapInboundIn(data).withUnsafeReadableBytes { framer.append($0) } }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        work()
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        if let whenRoom = activeCall?.whenRoom {
            activeCall?.whenRoom = nil
            eventLoop.execute(whenRoom)
        }
        work()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // The peer sends no more and may still read: answer what is here, then close.
            isEnding = true
            work()
        case is ShutdownEvent:
            isShuttingDown = true
            stopListening()
            cancel(.shutdown)
            work()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isDisconnected = true
        stallTimer?.cancel()
        if isAdmitted { registry.remove(context.channel, of: peer.userID) }
        if activeCall?.isOneway == false {
            cancel(.disconnected)
            activeCall = nil
        }
        work()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: Answers

    /// Writes a reply to a call, if it is still the one that is carried out.
    func send(_ message: ReplyMessage, of callNumber: UInt64, whenRoom: (@Sendable () -> Void)?) {
        guard let call = activeCall, call.number == callNumber else { return }
        var message = message
        if message.continues && !call.wantsMore {
            // The caller reads one reply; a second would be taken for the next call's.
            message = ReplyMessage(error: VarlinkError.expectedMore.name)
        }
        if message.continues && unsentBytes > limits.maximumUnsentBytes {
            isDeaf = true
            onViolation(peer, .streamUnread)
            context?.close(promise: nil)
            return
        }
        if !call.isOneway { write(message) }
        if !message.continues {
            activeCall = nil
        } else if let whenRoom {
            if context?.channel.isWritable == true {
                eventLoop.execute(whenRoom)
            } else {
                activeCall?.whenRoom = whenRoom
            }
        }
        work()
    }

    /// Keeps what is to be called when a call's answer is no longer wanted.
    func onCancel(of callNumber: UInt64, _ body: @escaping @Sendable (VarlinkCancellation) -> Void) {
        if let call = activeCall, call.number == callNumber {
            if call.isOneway { return }
            if isShuttingDown { body(.shutdown) } else { activeCall?.onCancel = body }
        } else if isDisconnected {
            body(.disconnected)
        }
    }

    private func cancel(_ cancellation: VarlinkCancellation) {
        guard let onCancel = activeCall?.onCancel else { return }
        activeCall?.onCancel = nil
        onCancel(cancellation)
    }

    private func write(_ message: ReplyMessage) {
        guard let context, !isDisconnected else { return }
        context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: message.encoded())), promise: nil)
        needsFlush = true
    }

    private var unsentBytes: Int {
        guard let context, !isDisconnected, !context.channel.isWritable else { return 0 }
        return (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    // MARK: Work

    /// Whether the next call may begin: nobody is served, and the peer has read most of what it was answered.
    private var mayBegin: Bool {
        activeCall == nil && !isDeaf && (isDisconnected || context?.channel.isWritable == true)
    }

    private var mayRead: Bool {
        framer.unreadBytes < limits.maximumWaitingBytes || mayBegin
    }

    /// Begins calls, sends replies, and does what the connection's state asks for when there is nothing left to begin.
    private func work() {
        if isWorking { return }
        isWorking = true
        var hasMore = true
        while hasMore {
            while mayBegin, let message = nextMessage() { begin(message) }
            hasMore = needsFlush
            needsFlush = false
            // Sending may make room for the next call to begin, so look again.
            if hasMore, !isDisconnected { context?.flush() }
        }
        isWorking = false
        settle()
    }

    private func nextMessage() -> [UInt8]? {
        do throws(MessageTooLarge) {
            return try framer.next()
        } catch {
            refuse(.messageTooLarge(error))
            return nil
        }
    }

    private func begin(_ bytes: [UInt8]) {
        messageCount += 1
        let message: CallMessage
        do throws(MessageError) {
            message = try CallMessage(parsing: bytes)
        } catch {
            switch error {
            case .notJSON: refuse(.malformedMessage(error))
            case .invalidMember(let name, let oneway): if !oneway { write(.init(.invalidParameter(name))) }
            }
            return
        }
        // Nobody is left to read an answer, but what was sent without wanting one is carried out.
        if isDisconnected && !message.oneway { return }
        do throws(VarlinkError) {
            let (handler, call) = try router.route(message, from: peer)
            activeCall = ActiveCall(number: messageCount, wantsMore: call.wantsMore, isOneway: call.isOneway)
            handler.call(
                call, reply: VarlinkResponder(eventLoop: eventLoop, connection: self, callNumber: messageCount))
        } catch {
            if !message.oneway { write(ReplyMessage(error)) }
        }
    }

    /// Looks after reading, time-outs and closing once no call can begin.
    private func settle() {
        guard !isDisconnected, let context else { return }
        if isEnding, activeCall == nil, isDeaf || context.channel.isWritable {
            closeWhenWritten(context)
            return
        }
        watchUnfinishedMessage()
        if isReadHeld, mayRead {
            isReadHeld = false
            context.read()
        }
    }

    /// Sets the timer when part of a call is here, and lets go of it when the call is complete.
    private func watchUnfinishedMessage() {
        guard mayBegin, framer.unreadBytes > 0 else {
            stallTimer?.cancel()
            stallTimer = nil
            return
        }
        if stallTimer != nil, messageCountOfStallTimer == messageCount { return }
        stallTimer?.cancel()
        messageCountOfStallTimer = messageCount
        stallTimer = scheduleStall { handler in
            handler.refuse(.messageUnfinished)
            handler.work()
        }
    }

    // MARK: Ending

    private func refuse(_ violation: VarlinkViolation) {
        onViolation(peer, violation)
        stopListening()
    }

    private func stopListening() {
        isDeaf = true
        isEnding = true
        framer.removeAll()
    }

    /// Closes the connection behind the last reply, or when the peer has not read it in time.
    private func closeWhenWritten(_ context: ChannelHandlerContext) {
        if isClosing { return }
        isClosing = true
        isDeaf = true
        stallTimer?.cancel()
        stallTimer = scheduleStall { $0.context?.close(promise: nil) }
        let written = eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    private func scheduleStall(_ body: @escaping (ConnectionHandler) -> Void) -> Scheduled<Void> {
        let (seconds, attoseconds) = limits.stallTimeout.components
        let amount = TimeAmount.seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)
        return eventLoop.assumeIsolated().scheduleTask(in: amount) { [weak self] in
            if let self { body(self) }
        }
    }

    private static func credentials(of context: ChannelHandlerContext) -> PeerCredentials? {
        // struct ucred, which Glibc's module leaves out: pid, uid, gid.
        var fields: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: fields))
        let status = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { getsockopt($0, SOL_SOCKET, SO_PEERCRED, &fields, &length) }
        guard status == 0 else { return nil }
        let groups = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { Self.supplementaryGroups(at: $0) }
        return PeerCredentials(
            processID: fields.pid, userID: fields.uid, groupID: fields.gid, groups: groups?.flatMap(\.self) ?? [])
    }

    /// The supplementary groups of whoever is at the other end; `nil` where the kernel does not tell (before 4.13).
    private static func supplementaryGroups(at descriptor: NIOBSDSocket.Handle) -> Set<UInt32>? {
        // SO_PEERGROUPS of asm-generic/socket.h, which Glibc's module leaves out.
        let option: Int32 = 59
        var groups = [UInt32](repeating: 0, count: 32)
        while true {
            let room = groups.count * MemoryLayout<UInt32>.stride
            var length = socklen_t(room)
            if getsockopt(descriptor, SOL_SOCKET, option, &groups, &length) == 0 {
                return Set(groups.prefix(Int(length) / MemoryLayout<UInt32>.stride))
            }
            // It says how much room there should be.
            guard errno == ERANGE, Int(length) > room else { return nil }
            groups = [UInt32](repeating: 0, count: Int(length) / MemoryLayout<UInt32>.stride)
        }
    }
}

extension ReplyMessage {
    fileprivate init(_ error: VarlinkError) {
        self.init(parameters: error.parameters, error: error.name)
    }
}
