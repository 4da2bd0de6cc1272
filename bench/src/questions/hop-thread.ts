/**
 * What a hop to a worker thread costs, against postMessage with one message each.
 */
import { Worker } from 'node:worker_threads'
import { thread } from '@troupe/transport-worker'
import type { Question } from '../question.ts'
import { type Peer, traveler } from './hop.ts'
import { createRawPeer } from './raw-peer.ts'
import type { RawReply, RawRequest } from './raw-protocol.ts'
import { connectTroupe } from './troupe-peer.ts'

type Payloads = 'copied' | 'transferred'

function connectRaw(payloads: Payloads): Promise<Peer> {
  const worker = new Worker(new URL('./raw-worker.js', import.meta.url))
  const transfer = (bytes: Uint8Array<ArrayBuffer>) => {
    worker.postMessage({ kind: 'take-bytes', bytes } satisfies RawRequest, [bytes.buffer])
  }
  const peer = createRawPeer({
    send: (request) => worker.postMessage(request),
    listen: (hear) => void worker.on('message', (reply) => hear(reply as RawReply)), // safe: raw-worker sends nothing else
    ...(payloads === 'transferred' ? { sendBytes: transfer } : {}),
    end: async () => void (await worker.terminate()),
  })
  return Promise.resolve(peer)
}

const connect = () => connectTroupe(thread({ name: 'far' }))
const raw = () => connectRaw('copied')

export const hopThread: Question = {
  name: 'hop-thread',
  description: 'messages to a worker thread',
  parts: [
    {
      name: 'one way',
      description: 'small messages to a thread',
      measure: 'rate',
      unit: 'messages/s',
      work: 200_000,
      quickWork: 5_000,
      contenders: [traveler('troupe', 'one way', connect), traveler('postMessage', 'one way', raw, 0.5)],
      targets: [{ kind: 'ratio', peer: 'postMessage', atLeast: 4 }],
    },
    {
      name: '64 asks',
      description: '64 askers, each awaits its answer from a thread',
      measure: 'rate',
      unit: 'asks/s',
      work: 64_000,
      quickWork: 1_280,
      contenders: [traveler('troupe', '64 asks', connect), traveler('postMessage', '64 asks', raw)],
    },
    {
      name: 'round trip',
      description: 'median of round trips to a thread, one at a time',
      measure: 'latency',
      unit: 'µs',
      work: 5_000,
      quickWork: 200,
      contenders: [traveler('troupe', 'round trip', connect), traveler('postMessage', 'round trip', raw)],
    },
    {
      name: '1 MiB',
      description: 'payloads of 1 MiB to a thread, filling them included',
      measure: 'rate',
      unit: 'MiB/s',
      work: 128,
      quickWork: 8,
      contenders: [
        traveler('troupe', '1 MiB', connect),
        traveler('postMessage', '1 MiB', raw),
        traveler('transfer', '1 MiB', () => connectRaw('transferred')),
      ],
    },
  ],
}
