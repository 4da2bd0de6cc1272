/**
 * What a hop to a child process costs, against Node's own IPC with one message each.
 */
import { type ChildProcess, fork, type SerializationType } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { childProcess } from '@troupe/transport-worker'
import type { Question } from '../question.ts'
import { type Peer, traveler } from './hop.ts'
import { createRawPeer } from './raw-peer.ts'
import type { RawReply, RawRequest } from './raw-protocol.ts'
import { connectTroupe } from './troupe-peer.ts'

const WORKER = fileURLToPath(new URL('./raw-worker.js', import.meta.url))

async function connectRaw(serialization: SerializationType): Promise<Peer> {
  const child = fork(WORKER, [], { serialization, execArgv: [] })
  await once(child, 'spawn')
  // JSON has no bytes: a program that must send some writes them as base64.
  const asText = (bytes: Uint8Array) => {
    child.send({ kind: 'take-bytes', bytes: Buffer.from(bytes.buffer).toString('base64') } satisfies RawRequest)
  }
  return createRawPeer({
    send: (request) => void child.send(request),
    listen: (hear) => void child.on('message', (reply) => hear(reply as RawReply)), // safe: raw-worker sends nothing else
    ...(serialization === 'json' ? { sendBytes: asText } : {}),
    end: () => endOf(child),
  })
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}

const connect = () => connectTroupe(childProcess({ name: 'far' }))
const json = () => connectRaw('json')
const advanced = () => connectRaw('advanced')

export const hopProcess: Question = {
  name: 'hop-process',
  description: 'messages to a child process',
  parts: [
    {
      name: 'one way',
      description: 'small messages to a child process',
      measure: 'rate',
      unit: 'messages/s',
      work: 200_000,
      quickWork: 5_000,
      contenders: [traveler('troupe', 'one way', connect), traveler('IPC json', 'one way', json, 0.25)],
    },
    {
      name: '64 asks',
      description: '64 askers, each awaits its answer from a child process',
      measure: 'rate',
      unit: 'asks/s',
      work: 64_000,
      quickWork: 1_280,
      contenders: [traveler('troupe', '64 asks', connect), traveler('IPC json', '64 asks', json)],
    },
    {
      name: 'round trip',
      description: 'median of round trips to a child process, one at a time',
      measure: 'latency',
      unit: 'µs',
      work: 5_000,
      quickWork: 200,
      contenders: [traveler('troupe', 'round trip', connect), traveler('IPC json', 'round trip', json)],
    },
    {
      name: '1 MiB',
      description: 'payloads of 1 MiB to a child process, filling them included',
      measure: 'rate',
      unit: 'MiB/s',
      work: 128,
      quickWork: 8,
      contenders: [
        traveler('troupe', '1 MiB', connect),
        traveler('IPC json', '1 MiB', json, 0.25),
        traveler('IPC advanced', '1 MiB', advanced, 0.5),
      ],
    },
  ],
}
