/**
 * What it costs to pass values from one program to another through a queue, against Python's multiprocessing and raw messages.
 */
import { createSystem, type NodeDefinition, type Node } from '@troupe/core'
import { createQueue } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import type { Contender, Part, Question } from '../question.ts'
import { QueueSide } from './channel-actors.ts'
import { processSides, threadSides } from './channel-raw-peer.ts'
import { expectSum, pythonWith, rawOneWay } from './channel-sides.ts'

type Reading = 'loop' | 'get'

/** The queue lives here, the producer and the consumer in a worker each. */
function troupe(name: string, worker: () => NodeDefinition<Node>, inFlight: number, reading: Reading = 'loop'): Contender {
  return {
    name,
    async start(work) {
      const system = createSystem({ name: 'bench' })
      const nodes = await Promise.all([system.start(worker()), system.start(worker())])
      const [producer, consumer] = nodes.map((on) => system.spawn(QueueSide, [], { on }).with({ timeout: Infinity }))
      const queue = createQueue<number>(system)
      return {
        async run() {
          const sum = reading === 'loop' ? consumer?.ask('consume', queue, work) : consumer?.ask('get', queue, work, inFlight)
          await Promise.all([sum, producer?.ask('produce', queue, work, inFlight)])
          expectSum(await sum, work)
        },
        end: () => system.shutdown(),
      }
    },
  }
}

const TARGETS: Part['targets'] = ['python Queue', 'python SimpleQueue'].map((peer) => ({ kind: 'ratio', peer, atLeast: 5 }))

export const queue: Question = {
  name: 'queue',
  description: 'values from one program to another through a queue',
  parts: [
    {
      name: 'put and loop',
      description: '1,024 puts in flight, read by a loop',
      measure: 'rate',
      unit: 'values/s',
      work: 100_000,
      quickWork: 2_000,
      contenders: [
        troupe('troupe processes', childProcess, 1_024),
        troupe('troupe threads', thread, 1_024),
        pythonWith('Queue', 'queue', 'Queue', 0.4),
        pythonWith('SimpleQueue', 'queue', 'SimpleQueue', 0.4),
        rawOneWay('process.send', processSides, 0.4),
        rawOneWay('postMessage', threadSides),
      ],
      targets: TARGETS,
    },
    {
      name: '64 puts',
      description: '64 puts in flight, read by a loop',
      measure: 'rate',
      unit: 'values/s',
      work: 50_000,
      quickWork: 1_000,
      contenders: [
        troupe('troupe processes', childProcess, 64),
        troupe('troupe threads', thread, 64),
        pythonWith('Queue', 'queue', 'Queue', 0.8),
        pythonWith('SimpleQueue', 'queue', 'SimpleQueue', 0.8),
      ],
    },
    {
      name: '64 puts and gets',
      description: '64 puts in flight, and as many gets',
      measure: 'rate',
      unit: 'values/s',
      work: 50_000,
      quickWork: 1_000,
      contenders: [
        troupe('troupe processes', childProcess, 64, 'get'),
        troupe('troupe threads', thread, 64, 'get'),
        pythonWith('Queue', 'queue', 'Queue', 0.8),
        pythonWith('SimpleQueue', 'queue', 'SimpleQueue', 0.8),
      ],
    },
    {
      name: 'one at a time',
      description: 'each put awaited, each value by a get',
      measure: 'rate',
      unit: 'values/s',
      work: 5_000,
      quickWork: 200,
      contenders: [troupe('troupe processes', childProcess, 1, 'get'), troupe('troupe threads', thread, 1, 'get')],
    },
  ],
}
