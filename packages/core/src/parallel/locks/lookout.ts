/**
 * Looks for circles over the locks of several owners, for those who wait at one of them. Owners know each other by a group, which
 * one joins when somebody first waits there. A wait that lasts is looked into after a moment, then ever less often; what is free at
 * once, or soon, costs no message, and neither does anything at an owner that is the only one.
 *
 * Each owner refuses its own waits only. It looks into all of them, so the one that closed a circle is found by its own owner.
 */
import { type ActorRef, DeadlockError, type Group, type Self } from '../../index.ts'
import type { LockOwnerProtocol } from './protocol.ts'
import type { WaitBook, WaitEntry } from './wait-book.ts'
import { findVictims } from './wait-chase.ts'
import type { Party } from './wait-graph.ts'
import { type WaitView, toWaitViews } from './wait-view.ts'

/** The group of those at whose locks somebody has waited. */
const GROUP = 'troupe.LockOwner'

/** Milliseconds that a wait lasts before it is looked into; between two looks of one owner at least, and for one wait at most. */
const FIRST_LOOK = 50
const LONGEST_GAP = 1_000

/** Milliseconds for each owner that is asked: about a hundred questions a second, however many owners there are. */
const PACE = 10

/** Milliseconds after which an owner that does not answer is taken to have nobody who waits. */
const ANSWER_WITHIN = 1_000

export class Lookout {
  readonly #self: Self
  readonly #book: WaitBook
  readonly #group: Group<LockOwnerProtocol>
  #timer: { readonly at: number; readonly cancel: () => void } | null = null
  /** On the clock: when the next look may be. */
  #notBefore = 0
  #isLooking = false
  #hasJoined = false

  constructor(self: Self, book: WaitBook) {
    this.#self = self
    this.#book = book
    this.#group = self.system.group(GROUP)
  }

  /** Somebody begins to wait. */
  began(entry: WaitEntry): void {
    this.#join()
    entry.gap = FIRST_LOOK
    entry.lookAt = this.#self.system.clock.now() + FIRST_LOOK
    this.#arm(entry.lookAt)
  }

  /** It may be time for a look. */
  look(): void {
    this.#timer?.cancel() // it may be somebody else who says so
    this.#timer = null
    if (this.#isLooking) return
    const now = this.#self.system.clock.now()
    const due = [...this.#book.entries].filter(({ lookAt }) => lookAt <= now)
    for (const entry of due) {
      entry.gap = Math.min(entry.gap * 2, LONGEST_GAP)
      entry.lookAt = now + entry.gap
    }
    const others = this.#group.members().filter((member) => !member.equals(this.#self.ref))
    this.#notBefore = now + Math.max(FIRST_LOOK, others.length * PACE)
    if (due.length === 0 || others.length === 0) this.#plan()
    else void this.#lookInto(due, others)
  }

  async #lookInto(due: readonly WaitEntry[], others: readonly ActorRef<LockOwnerProtocol>[]): Promise<void> {
    this.#isLooking = true
    // Those who wait for one lock wait for the same holders, and may be many.
    const holders = [...new Set(due.map(({ wait }) => wait.holders))].flatMap((read) => read())
    try {
      const ask = (parties: readonly Party[]): Promise<readonly WaitView[]> => this.#ask(parties, others)
      const victims = await findVictims(holders, ask, ({ party, id }) => this.#book.has(party, id))
      for (const { wait, cycle } of victims) this.#book.refuse(wait.party, wait.id, new DeadlockError(cycle))
    } catch (error) {
      this.#self.log.error('the search for those who wait for each other failed', error)
    }
    this.#isLooking = false
    this.#plan()
  }

  /** For what these wait, here and elsewhere. An owner that is gone, away or silent has nobody who waits. */
  async #ask(parties: readonly Party[], others: readonly ActorRef<LockOwnerProtocol>[]): Promise<readonly WaitView[]> {
    const asked = new Set(parties)
    const answers = others.map((other) =>
      other
        .with({ timeout: ANSWER_WITHIN })
        .ask('waitsOf', parties)
        .then(
          (answer) => toWaitViews(answer, asked),
          () => [],
        ),
    )
    return [...this.#book.viewsOf(parties), ...(await Promise.all(answers)).flat()]
  }

  /** The next look, while somebody waits. */
  #plan(): void {
    let first = Number.POSITIVE_INFINITY
    for (const { lookAt } of this.#book.entries) first = Math.min(first, lookAt)
    if (first < Number.POSITIVE_INFINITY) this.#arm(first)
  }

  #arm(wanted: number): void {
    if (this.#isLooking || this.#self.signal.aborted) return
    const at = Math.max(wanted, this.#notBefore)
    if (this.#timer !== null && this.#timer.at <= at) return
    this.#timer?.cancel()
    this.#timer = { at, cancel: this.#self.after(Math.max(1, at - this.#self.system.clock.now()), 'look') }
  }

  #join(): void {
    if (this.#hasJoined) return
    this.#hasJoined = true
    try {
      // Safe: it is the owner of locks that has this lookout.
      this.#group.join(this.#self.ref as ActorRef<LockOwnerProtocol>)
    } catch {
      // A system that is ending takes no members; whoever waits here is refused in a moment.
    }
  }
}
