/**
 * What a hop to another machine costs, here to another process over loopback: against a raw ws server with one message each
 * frame, and with one batch each frame; TLS beside plaintext.
 */
import { createSystem, type Node, type System } from '@troupe/core'
import { wsConnector } from '@troupe/transport-ws'
import type { Question } from '../question.ts'
import { BENCH_SECRET, startFar } from './far-process.ts'
import { type Peer, traveler } from './hop.ts'
import { peerOn } from './troupe-peer.ts'
import { connectRaw } from './ws-peer.ts'

async function connectTroupe(isEncrypted: boolean): Promise<Peer> {
  const far = await startFar(isEncrypted ? 'troupe tls' : 'troupe')
  const system: System = createSystem({ name: 'bench' })
  // The certificate signs itself: the secret, bound to this connection, is what proves who is there.
  const tls = isEncrypted ? { tls: { rejectUnauthorized: false } } : {}
  const node: Node = await system.connect(wsConnector(far.address, { secret: BENCH_SECRET, ...tls }))
  const peer = await peerOn(system, node)
  return { ...peer, end: async () => (await peer.end(), await far.end()) }
}

const plain = () => connectTroupe(false)
const encrypted = () => connectTroupe(true)
const raw = () => connectRaw(false)
const batched = () => connectRaw(true)

export const hopWs: Question = {
  name: 'hop-ws',
  description: 'messages to another process over WebSockets on loopback',
  parts: [
    {
      name: 'one way',
      description: 'small messages over ws',
      measure: 'rate',
      unit: 'messages/s',
      work: 100_000,
      quickWork: 2_000,
      contenders: [
        traveler('troupe', 'one way', plain),
        traveler('troupe tls', 'one way', encrypted),
        traveler('ws', 'one way', raw, 0.5),
        traveler('ws batched', 'one way', batched),
      ],
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 5 }],
    },
    {
      name: '64 asks',
      description: '64 askers, each awaits its answer over ws',
      measure: 'rate',
      unit: 'asks/s',
      work: 32_000,
      quickWork: 1_280,
      contenders: [
        traveler('troupe', '64 asks', plain),
        traveler('troupe tls', '64 asks', encrypted),
        traveler('ws', '64 asks', raw),
        traveler('ws batched', '64 asks', batched),
      ],
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 2 }],
    },
    {
      name: 'round trip',
      description: 'median of round trips over ws, one at a time',
      measure: 'latency',
      unit: 'µs',
      work: 3_000,
      quickWork: 200,
      contenders: [
        traveler('troupe', 'round trip', plain),
        traveler('troupe tls', 'round trip', encrypted),
        traveler('ws', 'round trip', raw),
      ],
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 0.77 }],
    },
    {
      name: '1 MiB',
      description: 'payloads of 1 MiB over ws, filling them included',
      measure: 'rate',
      unit: 'MiB/s',
      work: 64,
      quickWork: 8,
      contenders: [traveler('troupe', '1 MiB', plain), traveler('troupe tls', '1 MiB', encrypted), traveler('ws', '1 MiB', raw)],
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 0.8 }],
    },
  ],
}
