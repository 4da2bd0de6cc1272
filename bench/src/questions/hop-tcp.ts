/**
 * What a hop costs over the transport of the examples, TCP and Unix sockets, against the same raw ws servers as in hop-ws.
 */
import { createSystem, type System } from '@troupe/core'
import { netConnector } from '@troupe/examples/net-transport'
import type { Contender, Question } from '../question.ts'
import { BENCH_SECRET, startFar } from './far-process.ts'
import { type Peer, type Traffic, traveler } from './hop.ts'
import { peerOn } from './troupe-peer.ts'
import { connectRaw } from './ws-peer.ts'

async function connectTroupe(kind: 'troupe tcp' | 'troupe unix'): Promise<Peer> {
  const far = await startFar(kind)
  const system: System = createSystem({ name: 'bench' })
  const node = await system.connect(netConnector(far.address, { secret: BENCH_SECRET }))
  const peer = await peerOn(system, node)
  return { ...peer, end: async () => (await peer.end(), await far.end()) }
}

function contenders(traffic: Traffic, rawShare = 1): Contender[] {
  return [
    traveler('troupe', traffic, () => connectTroupe('troupe tcp')),
    traveler('troupe unix', traffic, () => connectTroupe('troupe unix')),
    traveler('ws', traffic, () => connectRaw(false), rawShare),
    ...(traffic === 'one way' || traffic === '64 asks' ? [traveler('ws batched', traffic, () => connectRaw(true))] : []),
  ]
}

export const hopTcp: Question = {
  name: 'hop-tcp',
  description: 'messages to another process over TCP and Unix sockets, with the transport of the examples',
  parts: [
    {
      name: 'one way',
      description: 'small messages over TCP',
      measure: 'rate',
      unit: 'messages/s',
      work: 100_000,
      quickWork: 2_000,
      contenders: contenders('one way', 0.5),
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 5 }],
    },
    {
      name: '64 asks',
      description: '64 askers, each awaits its answer over TCP',
      measure: 'rate',
      unit: 'asks/s',
      work: 32_000,
      quickWork: 1_280,
      contenders: contenders('64 asks'),
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 2 }],
    },
    {
      name: 'round trip',
      description: 'median of round trips over TCP, one at a time',
      measure: 'latency',
      unit: 'µs',
      work: 3_000,
      quickWork: 200,
      contenders: contenders('round trip'),
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 0.77 }],
    },
    {
      name: '1 MiB',
      description: 'payloads of 1 MiB over TCP, filling them included',
      measure: 'rate',
      unit: 'MiB/s',
      work: 64,
      quickWork: 8,
      contenders: contenders('1 MiB'),
      targets: [{ kind: 'ratio', peer: 'ws', atLeast: 0.8 }],
    },
  ],
}
