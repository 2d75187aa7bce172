// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOHTTP1

/// How long a request may take to arrive. The answer may take as long as it needs.
package struct Patience: Sendable, Hashable {
    /// From its first byte to the end of its headers.
    package var header = TimeAmount.seconds(ServerLimits.headerSeconds)
    /// From the end of its headers to the end of its body.
    package var body = TimeAmount.seconds(ServerLimits.arrivalSeconds)

    package init() {}
}

/// Ends requests that arrive too slowly, whatever the pace of their bytes: each byte on its own would
/// come in time, and hold a connection for hours. Answers 408 where no answer has begun, and closes the
/// connection.
///
/// It stands behind the decoder of HTTP/1; `RequestFirstByte` before it tells when bytes come.
final class RequestClock: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State { case idle, header, body }

    private let patience: Patience
    private var state = State.idle
    private var alarm: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// Whether an answer has begun to the request that arrives.
    private var hasAnswered = false

    init(_ patience: Patience) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm?.cancel()
        self.context = nil
    }

    /// Bytes came, of whatever.
    func bytesCame() {
        guard state == .idle else { return }
        state = .header
        hasAnswered = false
        arm(patience.header)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            if state == .idle { hasAnswered = false }
            state = .body
            arm(patience.body)
        case .body: break
        case .end:
            state = .idle
            alarm?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { hasAnswered = true }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        context.fireChannelInactive()
    }

    private func arm(_ time: TimeAmount) {
        alarm?.cancel()
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: time) { bound.value.ring() }
    }

    private func ring() {
        guard let context, context.channel.isActive, state != .idle else { return }
        guard !hasAnswered else { return context.close(promise: nil) }
        let text =
            #"{"error":{"status":408,"message":"the request took too long to arrive"}}"# + "\n"
        let body = context.channel.allocator.buffer(string: text)
        let head = HTTPResponseHead(
            version: .http1_1, status: .requestTimeout,
            headers: [
                "content-type": "application/json", "content-length": "\(body.readableBytes)",
                "cache-control": "no-store", "connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        // Closed when it is said, or when that cannot be said either.
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}

/// Tells the clock that bytes came, before the decoder makes something of them.
final class RequestFirstByte: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let clock: RequestClock

    init(_ clock: RequestClock) { self.clock = clock }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.bytesCame()
        context.fireChannelRead(data)
    }
}

/// Puts the clock into a connection's pipeline, around the decoder, and is of no use afterwards.
final class RequestClockInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let patience: Patience

    init(_ patience: Patience) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(
                type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let clock = RequestClock(patience)
            try pipeline.addHandler(RequestFirstByte(clock), position: .before(decoder))
            try pipeline.addHandler(clock, position: .after(decoder))
        } catch {
            // A connection without its clock is none that we want.
            context.close(promise: nil)
        }
    }
}
