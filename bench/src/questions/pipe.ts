/**
 * What it costs to pass values through a pipe, against Python's multiprocessing and raw messages.
 */
import { createSystem, type NodeDefinition, type Node, type RefOf, type System } from '@troupe/core'
import { createPipe, type PipeEnd } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import type { Contender, Question } from '../question.ts'
import { PipeSide } from './channel-actors.ts'
import { type RawSides, processSide, processSides, threadSides } from './channel-raw-peer.ts'
import { expectSum, pythonWith, rawOneWay } from './channel-sides.ts'

async function sideWith(
  system: System,
  worker: () => NodeDefinition<Node>,
  end: PipeEnd<number, number>,
): Promise<RefOf<typeof PipeSide>> {
  const side = system.spawn(PipeSide, [], { on: await system.start(worker()) })
  await side.ready
  await side.ask('own', end)
  return side
}

/** The pipe's actor lives here, its ends are in a worker each. */
function oneWay(name: string, worker: () => NodeDefinition<Node>): Contender {
  return {
    name,
    async start(work) {
      const system = createSystem({ name: 'bench' })
      const [left, right] = createPipe<number>(system)
      const [sender, receiver] = await Promise.all([sideWith(system, worker, left), sideWith(system, worker, right)])
      return {
        async run() {
          const sum = receiver.with({ timeout: Infinity }).ask('receive', work)
          await Promise.all([sum, sender.with({ timeout: Infinity }).ask('send', work)])
          expectSum(await sum, work)
        },
        end: () => system.shutdown(),
      }
    },
  }
}

/** The median of round trips to a worker, in microseconds. */
function roundTrips(name: string, worker: () => NodeDefinition<Node>): Contender {
  return {
    name,
    async start(work) {
      const system = createSystem({ name: 'bench' })
      const [near, far] = createPipe<number>(system)
      const side = await sideWith(system, worker, far)
      return {
        async run() {
          const answered = side.with({ timeout: Infinity }).ask('answer', work)
          const median = await medianOf(work, async (value) => {
            await near.send(value)
            return await near.receive()
          })
          await answered
          return median
        },
        end: () => system.shutdown(),
      }
    },
  }
}

/** A message each way over IPC. */
const rawRoundTrips: Contender = {
  name: 'process.send',
  async start(work) {
    let heard: (value: number) => void = () => undefined
    const side = await processSide((value) => heard(value))
    side.send({ kind: 'echo' })
    await side.report()
    const call = (value: number): Promise<number> =>
      new Promise((resolve) => {
        heard = resolve
        side.send({ kind: 'value', value })
      })
    return { run: () => medianOf(work, call), end: () => side.end() }
  },
}

async function medianOf(work: number, call: (value: number) => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let value = 0; value < work; value++) {
    const start = performance.now()
    const answer = await call(value)
    times.push((performance.now() - start) * 1_000)
    if (answer !== value + 1) throw new Error(`${value} was answered with ${answer}`)
  }
  return times.sort((one, other) => one - other)[times.length >> 1] ?? Number.NaN
}

const processes: () => Promise<RawSides> = processSides

export const pipe: Question = {
  name: 'pipe',
  description: 'values through a pipe',
  parts: [
    {
      name: 'one way',
      description: 'from one program to another',
      measure: 'rate',
      unit: 'values/s',
      work: 100_000,
      quickWork: 2_000,
      contenders: [
        oneWay('troupe processes', childProcess),
        oneWay('troupe threads', thread),
        pythonWith('Pipe', 'pipe', 'one way', 0.4),
        rawOneWay('process.send', processes, 0.4),
        rawOneWay('postMessage', threadSides),
      ],
      targets: [{ kind: 'ratio', peer: 'python Pipe', atLeast: 5 }],
    },
    {
      name: 'round trip',
      description: 'median of round trips to another program, one at a time',
      measure: 'latency',
      unit: 'µs',
      work: 5_000,
      quickWork: 200,
      contenders: [
        roundTrips('troupe processes', childProcess),
        roundTrips('troupe threads', thread),
        pythonWith('Pipe', 'pipe', 'round trip'),
        rawRoundTrips,
      ],
    },
  ],
}
