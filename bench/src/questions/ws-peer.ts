/**
 * A raw ws client as a peer: with one message each frame, or with what one turn of the event loop sends.
 */
import { WebSocket } from 'ws'
import { startFar } from './far-process.ts'
import type { Peer } from './hop.ts'
import { createRawPeer } from './raw-peer.ts'
import type { RawReply, RawRequest } from './raw-protocol.ts'

export async function connectRaw(isBatched: boolean): Promise<Peer> {
  const far = await startFar(isBatched ? 'ws batched' : 'ws')
  const socket = new WebSocket(far.address, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let batch: RawRequest[] = []
  const flush = (): void => {
    socket.send(JSON.stringify(batch))
    batch = []
  }
  const collect = (request: RawRequest): void => {
    if (batch.push(request) === 1) queueMicrotask(flush)
    else if (batch.length === 1_024) flush()
  }
  return createRawPeer({
    send: isBatched ? collect : (request) => socket.send(JSON.stringify(request)),
    listen: (hear) =>
      void socket.on('message', (data: Buffer) => {
        const replies = JSON.parse(data.toString()) as RawReply | RawReply[] // safe: far-server sends nothing else
        if (Array.isArray(replies)) for (const reply of replies) hear(reply)
        else hear(replies)
      }),
    sendBytes: (bytes) => socket.send(bytes),
    async end() {
      socket.terminate()
      await far.end()
    },
  })
}
