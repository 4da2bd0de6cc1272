/**
 * `runMain`: runs a program on a system and turns how it ended into the exit code of its process.
 */
import type { Timer } from '../base/clock.ts'
import { systemClock } from '../base/clock.ts'
import { type OutputStream, platformProcess } from '../base/platform.ts'
import { type ExitReason, NORMAL, exitCode, signalNumber } from '../model/exit-reason.ts'
import type { System } from '../model/system.ts'
import { checkFunction } from '../base/check.ts'
import { toError } from '../actor/handlers.ts'
import { isTroupeError } from '../errors/troupe-error.ts'
import { consoleLog } from './console-log.ts'

export interface RunMainOptions {
  /** Milliseconds that the program may take to return once the system is down after a signal. Default 2 000. */
  readonly grace?: number
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Longer than any program runs: about 285 years. */
const FOR_EVER = 9e12

/**
 * Runs `main` and then ends the process: with the system's end in phases (listeners, trees in reverse, links, workers) under
 * its one deadline, and with `exitCode` of the reason that `main` returned; when it returned nothing, of the system's. The
 * process stays until then, also while nothing but `main` waits. The first SIGINT or SIGTERM aborts `signal` and ends the system in the same way; the exit code is 128 + the signal's number
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
  const stay = systemClock.start(FOR_EVER, () => undefined)
  try {
    const running = run(main, abort.signal, system, () => caught === null)
    const ended = system.terminated.then(() => bounded(running, options.grace ?? 2_000))
    const result = await Promise.race([running, ended])
    await system.shutdown(result ?? NORMAL)
    const reason = result ?? (await system.terminated)
    await Promise.all([flushed(process?.stdout), flushed(process?.stderr)])
    process?.exit(caught === null ? processCode(reason) : 128 + signalNumber(caught))
  } finally {
    stay.cancel()
    for (const signal of SIGNALS) process?.off(signal, onSignal)
  }
}

/** The code that a process can end with: from 0 to 255, and 128 + n for what ended by signal n. */
function processCode(reason: ExitReason): number {
  const code = exitCode(reason)
  return code < 0 ? 128 - code : code
}

/** Never rejects. Null: it returned nothing, or it failed because the system ends, as asks do then; the system's reason counts. */
async function run(
  main: Parameters<typeof runMain>[1],
  signal: AbortSignal,
  system: System,
  isAlone: () => boolean,
): Promise<ExitReason | null> {
  try {
    return (await main({ signal })) ?? null
  } catch (error) {
    if (!isAlone() || (isOfEnd(error) && system.inspect().state !== 'running')) return null
    consoleLog(`troupe://${system.name}`).error('the program failed', error)
    return { kind: 'error', error: toError(error) }
  }
}

/** What calls of a system that ends are told. */
function isOfEnd(error: unknown): boolean {
  return isTroupeError(error, 'TROUPE_ACTOR_STOPPED') || isTroupeError(error, 'TROUPE_SYSTEM_DOWN')
}

/** The program's reason, or null when it takes longer than `ms` milliseconds. */
function bounded(running: Promise<ExitReason | null>, ms: number): Promise<ExitReason | null> {
  return new Promise((resolve) => {
    const timer: Timer = systemClock.start(ms, () => resolve(null), 'deadline')
    void running.then((reason) => {
      timer.cancel()
      resolve(reason)
    })
  })
}

/** What was printed has left the process: pipes on some platforms take it later. */
async function flushed(stream: OutputStream | undefined): Promise<void> {
  if (stream === undefined || stream.writableLength === 0) return
  // Whoever read it may be gone: then there is nothing to wait for.
  await new Promise<void>((resolve) => {
    stream.once('error', resolve)
    stream.write('', resolve)
  })
}
