/**
 * What was tried and what came of it, while links broke; and the promises of docs/SEMANTICS.md held against it. `problems` says
 * each break in a sentence. It knows nothing of systems and links: tests give it histories that are wrong, too.
 */
import { type ExitReason, describeExit, isTroupeError } from '@troupe/core'

/** One node's time of being connected to another one: `b>a#3`. What is sent while it is not, belongs to none. */
export type Life = string | null

/** What was called or watched over a link and ends once. */
export interface Open {
  readonly id: string
  readonly kind: 'ask' | 'stream' | 'watch'
  readonly life: Life
  /** How it ended, each time that it did. */
  readonly ends: End[]
  /** What a stream gave. */
  readonly values: unknown[]
}

export type End =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'reason'; readonly reason: ExitReason }

/** Thrown by actors on purpose. */
export const PLANNED = 'planned'

export class History {
  /** Numbers sent, and those that arrived, in order: by life and receiver, which is one order. */
  readonly #sent = new Map<string, number>()
  readonly #arrived = new Map<string, number[]>()
  readonly #opened = new Map<string, Open>()
  /** How often an actor took up what was asked. */
  readonly #applied = new Map<string, number>()
  /** Ends of actors that were watched. */
  readonly #ended = new Map<string, ExitReason['kind']>()
  readonly #problems: string[] = []

  /** The number to send next from here to there in this life. */
  send(life: Life, receiver: string): readonly [key: string, number: number] {
    const key = `${life ?? 'down'} to ${receiver}`
    const number = (this.#sent.get(key) ?? 0) + 1
    this.#sent.set(key, number)
    return [key, number]
  }

  arrive(key: string, number: number): void {
    const arrived = this.#arrived.get(key)
    if (arrived === undefined) this.#arrived.set(key, [number])
    else arrived.push(number)
  }

  open(kind: Open['kind'], id: string, life: Life): Open {
    const open: Open = { id, kind, life, ends: [], values: [] }
    this.#opened.set(id, open)
    return open
  }

  apply(id: string): void {
    this.#applied.set(id, (this.#applied.get(id) ?? 0) + 1)
  }

  /** An actor that is watched as `id` ends. */
  end(id: string, how: ExitReason['kind']): void {
    this.#ended.set(id, how)
  }

  /** What was done in all, to see that a run was one. */
  get counts(): { readonly arrived: number; readonly opened: number; readonly disconnected: number } {
    const opened = [...this.#opened.values()]
    const lost = opened.filter(({ ends }) => ends.some((end) => reasonOf(end)?.kind === 'disconnected'))
    const arrived = [...this.#arrived.values()].reduce((sum, { length }) => sum + length, 0)
    return { arrived, opened: opened.length, disconnected: lost.length }
  }

  /** A dead link ends all: to be called a moment after the life's end. */
  checkLife(life: string): void {
    for (const { id, kind, ends, life: own } of this.#opened.values())
      if (own === life && ends.length === 0) this.#problems.push(`the ${kind} ${id} is open after its link's end (${life})`)
  }

  /** All promises; to be called when everything has had its time. */
  problems(): readonly string[] {
    const problems = [...this.#problems]
    for (const [key, numbers] of this.#arrived) {
      if (key.startsWith('down')) problems.push(`${key}: ${numbers.join()} arrived though there was no link`)
      // While a link lasts nothing is lost, and what its end takes is the last.
      else if (numbers.some((number, index) => number !== index + 1)) problems.push(`${key}: arrived ${numbers.join()}`)
    }
    for (const open of this.#opened.values()) {
      if (open.ends.length !== 1) problems.push(`the ${open.kind} ${open.id} ended ${open.ends.length} times`)
      for (const end of open.ends) problems.push(...this.#problemsOf(open, end))
    }
    for (const [id, times] of this.#applied) if (times > 1) problems.push(`${id} was taken up ${times} times`)
    return problems
  }

  #problemsOf({ id, kind, values }: Open, end: End): readonly string[] {
    const problems: string[] = []
    const applied = this.#applied.get(id) ?? 0
    if (kind === 'stream' && values.some((value, index) => value !== index))
      problems.push(`the stream ${id} gave ${values.join()}`)
    const reason = reasonOf(end)
    if (end.kind === 'value') {
      if (applied === 0) problems.push(`the ${kind} ${id} was answered, but never taken up`)
      if (kind === 'ask' && end.value !== id) problems.push(`the ask ${id} was answered with ${String(end.value)}`)
      if (kind === 'stream' && end.value !== values.length) problems.push(`the stream ${id} ended after ${values.length} values`)
    } else if (reason === null) {
      const error = end.kind === 'thrown' ? end.error : null
      if (!(error instanceof RangeError && error.message === PLANNED)) problems.push(`the ${kind} ${id} got ${String(error)}`)
      else if (applied === 0) problems.push(`the ${kind} ${id} was refused, but never taken up`)
    } else if (!isLoss(reason)) {
      const ended = this.#ended.get(id)
      if (kind !== 'watch' || (reason.kind !== ended && !(reason.kind === 'not-found' && ended !== undefined)))
        problems.push(`the ${kind} ${id} ended by ${describeExit(reason)}; its actor ${ended ?? 'lives'}`)
    }
    return problems
  }
}

function reasonOf(end: End): ExitReason | null {
  if (end.kind === 'reason') return end.reason
  const { error } = end.kind === 'thrown' ? end : { error: null }
  return isTroupeError(error, 'TROUPE_ACTOR_STOPPED') && 'reason' in error ? (error.reason as ExitReason) : null // Safe: by its code.
}

/** The end that found a frame wrong says so; to the other one the link is lost. */
function isLoss(reason: ExitReason): boolean {
  return reason.kind === 'disconnected' || (reason.kind === 'error' && isTroupeError(reason.error, 'TROUPE_PROTOCOL'))
}
