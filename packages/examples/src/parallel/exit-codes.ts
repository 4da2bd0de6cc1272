/**
 * How workers end, and how that is told: each has a reason, a value, and an exit code, the number that Python's `Process.exitcode` would
 * be. `terminate` asks first, and uses force after its grace, also on a thread in a busy loop; `kill` does not ask.
 *
 *     node packages/examples/dist/parallel/exit-codes.js
 */
import { createSystem, describeExit, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import type { WorkerNode } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { Clerk } from './tasks/clerk.ts'
import type { Deed } from './tasks/clerk.ts'

const HELP = `usage: exit-codes

Starts threads and child processes, ends each in another way, and prints their exit codes and reasons.`

/** By itself, or by what somebody does to it. */
const ENDS: readonly (readonly ['thread' | 'process', Deed | 'terminate' | 'kill' | 'terminate while busy'])[] = [
  ['process', 'finish'],
  ['process', 'exit with 3'],
  ['thread', 'exit with 3'],
  ['thread', 'throw'],
  ['process', 'be killed by SIGKILL'],
  ['process', 'be killed by SIGTERM'],
  ['thread', 'terminate'],
  ['thread', 'terminate while busy'],
  ['process', 'kill'],
]

async function end(worker: WorkerNode, system: System, how: (typeof ENDS)[number][1]): Promise<void> {
  const clerk = system.spawn(Clerk, ['clerk'], { on: worker })
  await clerk.ready
  if (how === 'terminate while busy') void clerk.tell('do', 'loop for ever')
  if (how === 'terminate' || how === 'terminate while busy') await worker.terminate({ grace: how === 'terminate' ? 5_000 : 50 })
  else if (how === 'kill') worker.kill()
  else await clerk.ask('do', how).catch(() => undefined) // it dies before it answers, or soon after
  await worker.join() // with a timeout: false when it has not ended by then
}

async function main(system: System): Promise<void> {
  for (const [kind, how] of ENDS) {
    const worker = await system.start(kind === 'thread' ? thread() : childProcess())
    const before = worker.exitCode
    await end(worker, system, how)
    const reason = describeExit(await worker.exited)
    console.log(
      `${kind.padEnd(7)} ${how.padEnd(22)} exit code ${String(before)}, then ${String(worker.exitCode).padStart(3)}  ${reason}`,
    )
  }
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'exit-codes' })
  await runMain(system, () => main(system))
}
