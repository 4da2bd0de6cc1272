/**
 * The same ping-pong in one thread, over a worker thread and over a child process: only where the actor is spawned
 * differs. Prints how long an ask takes, one after the other and 64 at a time.
 */
import { createSystem } from '@troupe/core'
import type { Node, RefOf } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { commandLine } from './command-line.ts'
import { Pong } from './pong.ts'

const HELP = `usage: ask-across [--asks N]

Asks an actor N times (default 20000) in one thread, over a worker thread and over a child process, and prints how long that takes.`

const options = commandLine(HELP, { asks: 20_000 })
if (options === null) process.exit()
const ASKS = options.asks
const AT_A_TIME = 64

interface Numbers {
  readonly where: string
  /** Microseconds from an ask to its answer, one after the other. */
  readonly microseconds: number
  /** Asks per second with 64 under way. */
  readonly perSecond: number
}

async function playAt(where: string, pong: RefOf<typeof Pong>): Promise<Numbers> {
  await pong.ready
  await oneByOne(pong, ASKS / 10) // so that the first place does not pay for warming up
  const microseconds = ((await timed(() => oneByOne(pong, ASKS))) * 1_000) / ASKS
  const perSecond = ASKS / ((await timed(() => manyAtATime(pong, ASKS))) / 1_000)
  return { where, microseconds, perSecond }
}

async function oneByOne(pong: RefOf<typeof Pong>, asks: number): Promise<void> {
  for (let n = 0; n < asks; n++) await ping(pong, n)
}

async function manyAtATime(pong: RefOf<typeof Pong>, asks: number): Promise<void> {
  let next = 0
  const player = async (): Promise<void> => {
    while (next < asks) await ping(pong, next++)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, player))
}

async function ping(pong: RefOf<typeof Pong>, n: number): Promise<void> {
  const answer = await pong.ask('ping', n)
  if (answer !== n + 1) throw new Error(`the answer to ${n} was ${answer}`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

await using system = createSystem({ name: 'ask-across' })
const places: readonly (readonly [string, Node | null])[] = [
  ['in one thread', null],
  ['over a thread', await system.start(thread({ name: 'thread' }))],
  ['over a process', await system.start(childProcess({ name: 'process' }))],
]

console.log(`${ASKS.toLocaleString('en-US')} asks each; ${AT_A_TIME} at a time\n`)
for (const [where, node] of places) {
  const pong = node ? system.spawn(Pong, [], { on: node }) : system.spawn(Pong)
  const { microseconds, perSecond } = await playAt(where, pong)
  const rate = Math.round(perSecond).toLocaleString('en-US')
  console.log(`${where.padEnd(15)} ${microseconds.toFixed(1).padStart(7)} µs per ask, ${rate.padStart(9)} asks per second`)
  console.log(`${''.padEnd(15)} answered ${(await pong.ask('pings')).toLocaleString('en-US')} pings`)
}
