/**
 * Ends of messages that remember what came, and short ways to send.
 */
import type { ChainLink } from '../../src/model/ask-chain.ts'
import { ASK, Envelope, type ReplyPort, STREAM, type StreamPort, TELL } from '../../src/model/envelope.ts'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Child, ParentPort, Target, Watcher } from '../../src/model/target.ts'

/** Sends one way; returns what the target returned. */
export function deliverTell(
  target: Target,
  method: string,
  args: readonly unknown[] = [],
  sender: Target | null = null,
): void | Promise<void> {
  return target.deliver(new Envelope(TELL, method, args, sender, null, null))
}

export function tell(target: Target, method: string, args: readonly unknown[] = [], sender: Target | null = null): void {
  void deliverTell(target, method, args, sender)
}

export function ask(
  target: Target,
  method: string,
  args: readonly unknown[] = [],
  port: AskProbe = new AskProbe(),
  sender: Target | null = null,
): AskProbe {
  void target.deliver(new Envelope(ASK, method, args, sender, port, null))
  return port
}

export function stream(
  target: Target,
  method: string,
  args: readonly unknown[] = [],
  port: StreamProbe = new StreamProbe(),
): StreamProbe {
  void target.deliver(new Envelope(STREAM, method, args, null, port, null))
  return port
}

/** Where an ask's answer lands. */
export class AskProbe implements ReplyPort {
  readonly deadline: number
  readonly outcomes: { value?: unknown; error?: unknown }[] = []
  readonly links: readonly ChainLink[]
  settled = false
  #cancelled: ((reason: unknown) => void)[] = []

  constructor(deadline: number = Number.POSITIVE_INFINITY, links: readonly ChainLink[] = []) {
    this.deadline = deadline
    this.links = links
  }

  resolve(value: unknown): void {
    this.settled = true
    this.outcomes.push({ value })
  }

  reject(error: unknown): void {
    this.settled = true
    this.outcomes.push({ error })
  }

  onCancel(notify: (reason: unknown) => void): void {
    this.#cancelled.push(notify)
  }

  chain(): readonly ChainLink[] {
    return this.links
  }

  /** The asker gives up. */
  cancel(reason: unknown): void {
    this.settled = true
    for (const notify of this.#cancelled) notify(reason)
  }
}

/** Where a stream's values land. */
export class StreamProbe implements StreamPort {
  readonly values: unknown[] = []
  readonly ends: unknown[] = []
  closed = false
  demand: number
  #demanded: (() => void)[] = []
  #cancelled: ((reason: unknown) => void)[] = []

  constructor(demand: number = Number.POSITIVE_INFINITY) {
    this.demand = demand
  }

  next(value: unknown): void {
    this.demand--
    this.values.push(value)
  }

  complete(): void {
    this.closed = true
    this.ends.push('complete')
  }

  error(error: unknown): void {
    this.closed = true
    this.ends.push(error)
  }

  onDemand(notify: () => void): void {
    this.#demanded.push(notify)
  }

  onCancel(notify: (reason: unknown) => void): void {
    this.#cancelled.push(notify)
  }

  more(values: number): void {
    const was = this.demand
    this.demand += values
    if (was <= 0) for (const notify of this.#demanded) notify()
  }

  cancel(reason: unknown): void {
    this.closed = true
    for (const notify of this.#cancelled) notify(reason)
  }
}

/** Remembers how often and why. */
export class WatchProbe implements Watcher {
  readonly reasons: ExitReason[] = []

  ended(reason: ExitReason): void {
    this.reasons.push(reason)
  }
}

/** A parent that remembers. */
export class ParentProbe implements ParentPort {
  readonly target: Target | null
  readonly reports: string[] = []
  readonly reasons: ExitReason[] = []

  constructor(target: Target | null = null) {
    this.target = target
  }

  childReady(): void {
    this.reports.push('ready')
  }

  childEnded(_child: Child, reason: ExitReason): void {
    this.reports.push(`ended ${reason.kind}`)
    this.reasons.push(reason)
  }
}
