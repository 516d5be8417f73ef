import NIOCore

/// Lets a listening socket rest after a peer could not be accepted: while the process has no descriptor left, accepting
/// fails again at once for as long as somebody waits.
///
/// NIO's own `AcceptBackoffHandler` holds back the next wish to read, and does not see that the one that failed stands.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let length = TimeAmount.milliseconds(100)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let channel = context.channel
        // Both fail only on a channel that is closed.
        channel.setOption(.autoRead, value: false).whenSuccess {
            channel.eventLoop.scheduleTask(in: Self.length) { _ = channel.setOption(.autoRead, value: true) }
        }
        context.fireErrorCaught(error)
    }
}
