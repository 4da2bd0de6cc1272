/**
 * What a pool hands out: work, which is a call or a map, and the parts of it that workers get. Types only.
 */
import type { Clock } from '../../index.ts'
import type { CallOptions } from './call-options.ts'

/** Where a part went. */
export interface Handed {
  /** True when the worker is at it, as far as is known. */
  readonly isFirst: boolean
  /** Where a part begins among the items. */
  indexOf(part: Part): number
}

/** What can be handed out, in slices: a call, or the items of a map. */
export interface Work {
  readonly fn: number
  /** The task's name, for errors. */
  readonly name: string
  /** Lower numbers first. */
  readonly priority: number
  /** In the order of submission. */
  readonly seq: number
  /** The worker that it has to go to, by number; null: any. */
  readonly place: number | null
  /** Items that may be handed out now. */
  readonly left: number
  /** Of those, how many one slice can have. */
  readonly next: number
  /** Items that a slice shall have; null: by what they cost. */
  readonly chunkSize: number | null
  /** Milliseconds that one item may run; null: no limit. */
  readonly taskTimeout: number | null
  /** Calls may share a slice with other calls, items of a map with each other. 'none' after that went wrong. */
  readonly company: 'calls' | 'items' | 'none'
  /** Takes the next `count` items. */
  cut(count: number, slice: Handed): Part
  /** Whoever waits for it is told; then nobody does. */
  fail(error: unknown, notice?: 'quiet' | 'loud'): void
}

/** What a worker is told of a part. */
export type Order =
  | { readonly kind: 'call'; readonly args: readonly unknown[] }
  | {
      readonly kind: 'chunk'
      readonly items: readonly unknown[]
      readonly how: 'one' | 'spread'
      readonly onError: 'stop' | 'go-on'
      /** What the first item is called in errors. */
      readonly from: number
    }

/** The items of one piece of work in a slice. */
export interface Part {
  readonly fn: number
  readonly count: number
  /** Whether nobody waits for any of it any more. */
  readonly isOver: boolean
  readonly order: Order
  /** Whether somebody wants to know how far its tasks are. */
  readonly hearsProgress: boolean
  value(index: number, value: unknown): void
  failure(index: number, error: unknown): void
  /** It is through. `values` from `from` on are its values; what failed was told before. */
  done(values: readonly unknown[], from: number): void
  progress(value: unknown): void
  /** A worker has begun it, and died. Returns the work when it shall be tried again. */
  died(error: Error): Work | null
  /** Whoever waits for its work is told, and nobody is any more. */
  fail(error: unknown, notice?: 'quiet' | 'loud'): void
  /** Its worker was at it for too long. */
  ranTooLong(ms: number): void
  /** No worker has begun it: it waits again. Returns the work, null when nobody wants it any more. */
  putBack(): Work | null
  /** Something in its slice cannot be pickled: it is sent by itself. */
  sendAlone(): Work | null
}

/** What work needs of the pool that it is given to. */
export interface WorkHost {
  readonly clock: Clock
  /** How often work is tried again when nothing else is said. */
  readonly retries: number
  /** There is one more piece of work, which will be settled. Returns its number. */
  opened(): number
  /** Ends the work by its timeout or signal. Returns what stops that. */
  watchLimits(work: Limited, options: Pick<CallOptions, 'timeout' | 'signal'>): () => void
  /** Calls what the user gave; what it throws harms nobody. */
  callBack(callback: (value: unknown) => void, value: unknown): void
  /** A piece of work is settled. */
  settled(): void
  /** Nobody waits for an item of a slice any more; for any of it with -1. */
  abandon(slice: Handed, index: number, reason: unknown): void
}

/** Work that ends early. */
export interface Limited {
  expire(timeout: number): void
  giveUp(error: unknown, as: 'rejected' | 'cancelled', notice: 'quiet' | 'loud'): void
}
