/**
 * The harness's end of a contender's process: starts it, gives it orders one at a time, and ends it for certain.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer, Order, TimeKind } from './orders.ts'

/** Milliseconds that one order may take. */
const PATIENCE = 300_000
/** Milliseconds between asking a process to end and ending it. */
const GRACE = 3_000

export interface HostCommand {
  /** Path of the host module: ours, or another checkout's. */
  readonly module: string
  readonly question: string
  readonly part: string
  readonly contender: string
  readonly work: number
  readonly code: 'built' | 'source'
  readonly profiles: string | null
}

/** The host module that belongs to this file. */
export const ownHost: string = fileURLToPath(new URL('./host.js', import.meta.url))

export class HostProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | null = null
  #exit: string | null = null

  /** Call `ready` next. */
  constructor(command: HostCommand) {
    const { module, question, part, contender, work } = command
    // What a contender prints goes to stderr: stdout belongs to the answers.
    this.#child = fork(module, [question, part, contender, String(work)], {
      execArgv: flags(command),
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.#child.on('message', (answer) => this.#settled(answer as Answer)) // safe: only our host module is there
    this.#child.on('error', (error) => this.#settle?.reject(error))
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#exit = `its process ended with ${signal ?? `code ${code}`}`
        this.#settle?.reject(new Error(this.#exit))
        resolve()
      })
    })
  }

  /** Resolves when the contender is ready to run. */
  async ready(): Promise<void> {
    await this.#answer()
  }

  async warmUp(ms: number): Promise<void> {
    await this.#order({ kind: 'warm-up', ms })
  }

  async sample(ms: number, time: TimeKind): Promise<number> {
    const answer = await this.#order({ kind: 'sample', ms, time })
    if (answer.kind !== 'sample') throw new Error(`a sample was wanted, ${answer.kind} came`)
    return answer.value
  }

  /** In order when it can, by force when it must. Never rejects; ending twice is fine. */
  async end(): Promise<void> {
    if (this.#exit === null && this.#child.connected && this.#settle === null) {
      this.#child.send({ kind: 'end' } satisfies Order)
    } else this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE)
    await this.#ended
    clearTimeout(timer)
  }

  async #order(order: Order): Promise<Answer> {
    const answer = this.#answer()
    if (this.#exit === null) this.#child.send(order)
    return await answer
  }

  async #answer(): Promise<Answer> {
    if (this.#exit !== null) throw new Error(this.#exit)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#settle = { resolve, reject }
        timer = setTimeout(() => reject(new Error(`no answer for ${PATIENCE / 1_000} s`)), PATIENCE)
      })
    } finally {
      clearTimeout(timer)
      this.#settle = null
    }
  }

  #settled(answer: Answer): void {
    if (answer.kind === 'failed') this.#settle?.reject(new Error(answer.message))
    else this.#settle?.resolve(answer)
  }
}

function flags({ code, profiles, question, part, contender }: HostCommand): string[] {
  const found = ['--expose-gc']
  if (code === 'source') found.push('--conditions=troupe-src', '--import', import.meta.resolve('tsx'))
  if (profiles !== null) found.push('--cpu-prof', `--cpu-prof-dir=${join(profiles, question, part, contender)}`)
  return found
}
