/**
 * The results of several workers in one place. First in a dict that a manager owns and that a thread and a child process write to;
 * then without any dict: a task's result comes back to whoever asked for it, which is all that most programs need.
 *
 *     node packages/examples/dist/parallel/collect-results.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createManager, createPool } from '@troupe/core/parallel'
import { childProcess, thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { rootsInto, square, squaresInto } from './tasks/sums.ts'

const HELP = `usage: collect-results

Has a thread and a child process write to one dict, and prints what came together.`

async function main(system: System): Promise<void> {
  await using manager = await createManager(system)
  const results = await manager.dict<string, number>()

  await using pool = await createPool(system, { worker: [thread(), childProcess()], size: 2 })
  await Promise.all([pool.run(squaresInto, results, [1, 2, 3]), pool.run(rootsInto, results, [1, 4, 9])])
  for (const [key, value] of (await results.entries()).toSorted(([a], [b]) => a.localeCompare(b))) console.log(`${key}: ${value}`)

  // What is read is a snapshot. It cannot be changed by mistake, thinking that it changes the dict.
  const { value: snapshot, version } = await results.snapshot()
  await results.set('later', 0)
  console.log(`a snapshot has ${snapshot.size} entries, of version ${version}; the dict has ${await results.size()}`)

  // Nobody has to share anything for this.
  const [squares, nine] = await Promise.all([pool.map(square, [1, 2, 3]), pool.run(square, 3)])
  console.log(`returned: ${squares.join(' ')} and ${nine}`)
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'collect-results' })
  await runMain(system, () => main(system))
}
