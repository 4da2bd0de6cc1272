/**
 * Bounded workers: six actors on two threads, and a semaphore that lets three of them work at a time. A permit belongs to whoever
 * acquired it: when a worker dies with one, it goes back, and nobody waits for ever.
 *
 *     node packages/examples/dist/parallel/semaphore.js
 */
import { createSystem, describeExit, runMain } from '@troupe/core'
import type { Node, System } from '@troupe/core'
import { createSemaphore, sharedValue } from '@troupe/core/parallel'
import { thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { Diver } from './tasks/diver.ts'

const HELP = `usage: semaphore [--divers N] [--air N]

N divers (default 6) on two threads, air for N of them at a time (default 3).`

/** Milliseconds that a dive takes. */
const DIVE = 20

async function main(system: System, divers: number, bottles: number): Promise<void> {
  const air = await createSemaphore(system, bottles, { name: 'air' })
  const under = sharedValue('int32', 0) // one number in memory that the threads share
  const boats: readonly [Node, Node] = [
    await system.start(thread({ name: 'north' })),
    await system.start(thread({ name: 'south' })),
  ]

  const crew = Array.from({ length: divers }, (_, index) =>
    system.spawn(Diver, [air, under], { on: boats[index % 2 === 0 ? 0 : 1] }),
  )
  const dives = await Promise.all(crew.map((diver) => diver.with({ timeout: Infinity }).ask('dive', DIVE)))
  console.log(`${dives.length} divers went down, at most ${Math.max(...dives.map(({ down }) => down))} at a time`)
  const tokens = dives.map(({ token }) => token).toSorted((a, b) => a - b)
  console.log(`their tokens rise: ${tokens.map((token) => `+${token - (tokens[0] ?? 0)}`).join(' ')}`)

  const lost = await system.start(thread({ name: 'lost' }))
  const unlucky = system.spawn(Diver, [air, under], { on: lost })
  await unlucky.ask('vanish').catch(() => undefined)
  console.log(`one boat was lost with air on board: ${describeExit(await lost.exited)}`)

  const all = await Promise.all(Array.from({ length: bottles }, () => air.acquire({ timeout: 5_000 })))
  console.log(
    `the air is back: ${all.length} of ${bottles} to be had, and then ${(await air.tryAcquire()) === null ? 'none' : 'more'}`,
  )
  for (const lease of all) await lease.release()
}

const options = commandLine(HELP, { divers: 6, air: 3 })
if (options !== null) {
  const system = createSystem({ name: 'semaphore' })
  await runMain(system, () => main(system, options.divers, options.air))
}
