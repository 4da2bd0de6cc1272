/**
 * Deadlines of asks, without a timer each. Asks of equal timeout expire in the order made, so each timeout has one list
 * and one timer, armed for the head. Adding and removing move a few pointers.
 */
import type { Clock, Timer } from '../base/clock.ts'

/** Something with a deadline; the list keeps its links in it. */
export abstract class Expiring {
  /** When its time is over. */
  deadline: number = Number.POSITIVE_INFINITY
  /** When it expires: its deadline, or a little later where it shares a list. Written by Deadlines only. */
  due: number = Number.POSITIVE_INFINITY
  /** Written by Deadlines only. */
  list: DeadlineList | null = null
  previous: Expiring | null = null
  following: Expiring | null = null

  /** Called once, when the deadline has passed; it is off the list by then. */
  abstract expire(): void
}

class DeadlineList {
  first: Expiring | null = null
  last: Expiring | null = null
  timer: Timer | null = null
  held = false
  readonly timeout: number

  constructor(timeout: number) {
    this.timeout = timeout
  }
}

export class Deadlines {
  readonly #clock: Clock
  readonly #lists = new Map<number, DeadlineList>()
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  /**
   * From now on `item` has `timeout` milliseconds, and expires then; where `within` is given, after that many, so that
   * items with any timeout below share a list. While it waits the program keeps running.
   */
  add(item: Expiring, timeout: number, within: number = timeout): void {
    if (this.#closed) return
    const list = this.#lists.get(within) ?? this.#open(within)
    const now = this.#clock.now()
    item.deadline = now + timeout
    item.due = now + within
    item.list = list
    item.previous = list.last
    if (list.last === null) list.first = item
    else list.last.following = item
    list.last = item
    if (list.timer === null) this.#arm(list, within)
    else if (!list.held) this.#hold(list, true)
  }

  /** Takes it off its list, if it is on one. */
  remove(item: Expiring): void {
    const { list, previous, following } = item
    if (list === null) return
    if (previous === null) list.first = following
    else previous.following = following
    if (following === null) list.last = previous
    else following.previous = previous
    item.list = null
    item.previous = null
    item.following = null
    if (list.first === null && list.held) this.#hold(list, false)
  }

  /** Cancels every timer and starts none any more: the system is down, and every target of its asks refuses at once. */
  close(): void {
    this.#closed = true
    for (const list of this.#lists.values()) list.timer?.cancel()
    this.#lists.clear()
  }

  #open(timeout: number): DeadlineList {
    const list = new DeadlineList(timeout)
    this.#lists.set(timeout, list)
    return list
  }

  #arm(list: DeadlineList, ms: number): void {
    list.held = true
    list.timer = this.#clock.start(ms, () => this.#fire(list), 'deadline')
  }

  /** An armed timer of an empty list stays, because the next ask is near, but it no longer keeps the program running. */
  #hold(list: DeadlineList, keepsAlive: boolean): void {
    list.held = keepsAlive
    list.timer?.hold(keepsAlive)
  }

  #fire(list: DeadlineList): void {
    list.timer = null
    list.held = false
    const now = this.#clock.now()
    while (list.first !== null && list.first.due <= now) {
      const due = list.first
      this.remove(due)
      due.expire()
    }
    if (list.first !== null) {
      if (list.timer === null) this.#arm(list, Math.max(list.first.due - now, 1))
    } else if (list.timer === null && this.#lists.get(list.timeout) === list) this.#lists.delete(list.timeout)
  }
}
