/**
 * `runMain`: runs a program on a system and turns how it ended into the exit code of its process.
 */
import type { Timer } from '../base/clock.ts'
import { systemClock } from '../base/clock.ts'
import { type Process, platformProcess } from '../base/platform.ts'
import { type ExitReason, NORMAL, exitCode, signalNumber } from '../model/exit-reason.ts'
import type { System } from '../model/system.ts'
import { checkFunction } from '../base/check.ts'
import { consoleLog } from './console-log.ts'

export interface RunMainOptions {
  /** Milliseconds that the program may take to return once the system is down after a signal. Default 2 000. */
  readonly grace?: number
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs `main` and then ends the process: with the system's end in phases (listeners, trees in reverse, workers, links) under
 * its one deadline, and with `exitCode` of the reason that `main` returned (a reason, or nothing for `normal`).
 * The first SIGINT or SIGTERM aborts `signal` and ends the system in the same way; the exit code is 128 + the signal's number
 * then. The second one ends the process at once. What `main` throws is printed, and the code is 1.
 *
 * @example
 * await runMain(createSystem({ name: 'shop' }), async ({ signal }) => { ... })
 */
export async function runMain(
  system: System,
  main: (context: { readonly signal: AbortSignal }) => Promise<ExitReason | void> | ExitReason | void,
  options: RunMainOptions = {},
): Promise<void> {
  checkFunction('runMain', main)
  const process = platformProcess()
  const abort = new AbortController()
  let caught: string | null = null
  const onSignal = (signal: string): void => {
    if (caught !== null) process?.exit(128 + signalNumber(signal))
    caught = signal
    abort.abort({ kind: 'signal', signal } satisfies ExitReason)
    void system.shutdown({ kind: 'shutdown', detail: signal })
  }
  for (const signal of SIGNALS) process?.on(signal, onSignal)
  try {
    const running = run(main, abort.signal, system.name, () => caught === null)
    const ended = system.terminated.then(() => bounded(running, options.grace ?? 2_000))
    const reason = (await Promise.race([running, ended])) ?? (await system.terminated)
    await system.shutdown(reason)
    await flushed(process)
    process?.exit(caught === null ? processCode(reason) : 128 + signalNumber(caught))
  } finally {
    for (const signal of SIGNALS) process?.off(signal, onSignal)
  }
}

/** The code that a process can end with: from 0 to 255, and 128 + n for what ended by signal n. */
function processCode(reason: ExitReason): number {
  const code = exitCode(reason)
  return code < 0 ? 128 - code : code
}

/** Never rejects. Null: the program failed after a signal, as asks of a system that ends do; the signal counts. */
async function run(
  main: Parameters<typeof runMain>[1],
  signal: AbortSignal,
  name: string,
  isAlone: () => boolean,
): Promise<ExitReason | null> {
  try {
    return (await main({ signal })) ?? NORMAL
  } catch (error) {
    if (!isAlone()) return null
    consoleLog(`troupe://${name}`).error('the program failed', error)
    return { kind: 'error', error: error instanceof Error ? error : new Error(String(error), { cause: error }) }
  }
}

/** The program's reason, or null when it takes longer than `ms` milliseconds. */
function bounded(running: Promise<ExitReason | null>, ms: number): Promise<ExitReason | null> {
  return new Promise((resolve) => {
    const timer: Timer = systemClock.start(ms, () => resolve(null))
    void running.then((reason) => {
      timer.cancel()
      resolve(reason)
    })
  })
}

/** What was printed has left the process: pipes on some platforms take it later. */
async function flushed(process: Process | null): Promise<void> {
  const { stdout } = process ?? {}
  if (stdout === undefined || stdout.writableLength === 0) return
  await new Promise<void>((resolve) => stdout.once('drain', resolve))
}
