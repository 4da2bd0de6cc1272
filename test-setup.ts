/**
 * Fails a test file that leaves something behind: what keeps the process alive, and the process's listeners, are the same
 * after its last test as before its first (docs/SEMANTICS.md: nothing leaks). Run by vitest before each test file.
 */
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterAll } from 'vitest'
import { held, surplus } from './scripts/held.ts'

/** What ends a moment after its owner was stopped gets this long, in milliseconds; less in the test of this file. */
const GRACE = Number(process.env['TROUPE_LEAK_GRACE'] ?? 2_000)
const EVENTS = ['exit', 'beforeExit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'message', 'disconnect'] as const

// Node opens these on first use, which is not the tests' doing.
void process.stdout
void process.stderr

// Node lists neither threads nor what was unreferenced, so both kinds of workers are noted when they start.
const threads = new Set<Worker>()
const children = new Set<ChildProcess>()
subscribe('worker_threads', (message) => threads.add((message as { worker: Worker }).worker))
subscribe('child_process', (message) => children.add((message as { process: ChildProcess }).process))

const before = counted()

afterAll(async () => {
  const deadline = performance.now() + GRACE
  let left = surplus(counted(), before)
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(2)
    left = surplus(counted(), before)
  }
  if (left.length > 0) throw new Error(`this file's tests left behind: ${left.join(', ')}`)
})

function counted(): Map<string, number> {
  const count = held()
  // Those of node:timers are in here only; vitest's own may be, and are over within the grace.
  count.set('timer of any kind', process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length)
  count.set('thread', [...threads].filter((thread) => thread.threadId !== -1).length)
  count.set('child process', [...children].filter((child) => child.exitCode === null && child.signalCode === null).length)
  for (const event of EVENTS) count.set(`listener for ${event}`, process.listenerCount(event))
  return count
}
