/**
 * The far side of hop-ws and hop-tcp, as a process of its own: says at which address it listens, and serves until it is ended.
 * Started with what it shall be: a Troupe node, or a raw ws server.
 */
import { join } from 'node:path'
import { createSystem } from '@troupe/core'
import type { Listener } from '@troupe/core/transport'
import { netListener } from '@troupe/examples/net-transport'
import { wsListener } from '@troupe/transport-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { Far } from './far-actors.ts'
import { BENCH_SECRET, FAR_FOLDER, type FarKind, readCertificate } from './far-process.ts'
import { createRawServant, type RawReply, type RawRequest } from './raw-protocol.ts'

// Safe: far-process.ts starts this file with one of its kinds.
const kind = process.argv[2] as FarKind
process.on('disconnect', () => process.exit(0))
process.send?.(kind === 'ws' || kind === 'ws batched' ? await serveRaw(kind === 'ws batched') : await serveTroupe())

async function serveTroupe(): Promise<string> {
  const system = createSystem({ name: 'far' })
  const { address } = await system.listen(listenerOf(kind))
  return address
}

function listenerOf(troupe: FarKind): Listener {
  const policy = { secret: BENCH_SECRET, offer: [Far] }
  if (troupe === 'troupe tcp') return netListener('tcp://127.0.0.1:0', policy)
  if (troupe === 'troupe unix') return netListener(`unix:${join(FAR_FOLDER, 'far.sock')}`, policy)
  return wsListener({ ...policy, port: 0, ...(troupe === 'troupe tls' ? { tls: readCertificate() } : {}) })
}

async function serveRaw(isBatched: boolean): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, maxPayload: 64 * 1_048_576 })
  server.on('connection', (socket) => (isBatched ? serveBatches(socket) : serveMessages(socket)))
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`
}

/** One request, or its bytes, a frame. */
function serveMessages(socket: WebSocket): void {
  const serve = createRawServant((reply) => socket.send(JSON.stringify(reply)))
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) serve({ kind: 'take-bytes', bytes: data })
    else serve(JSON.parse(data.toString()) as RawRequest) // safe: hop-ws sends nothing else
  })
}

/** What one turn of the event loop produced, a frame. */
function serveBatches(socket: WebSocket): void {
  let replies: RawReply[] = []
  const serve = createRawServant((reply) => void replies.push(reply))
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) serve({ kind: 'take-bytes', bytes: data })
    else for (const request of JSON.parse(data.toString()) as RawRequest[]) serve(request)
    if (replies.length === 0) return
    socket.send(JSON.stringify(replies))
    replies = []
  })
}
