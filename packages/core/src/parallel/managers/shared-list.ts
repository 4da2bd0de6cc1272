/**
 * A shared list as programs hold it: a handle that can be sent anywhere and used by many at a time.
 */
import { type ActorRef, type AskOptions, serializable } from '../../index.ts'
import { checkIndex, checkOptionalIndex, copyAll } from './arguments.ts'
import {
  AskCaller,
  type BatchOptions,
  type BatchReplies,
  type Caller,
  type Operation,
  type Recorded,
  RecordingCaller,
} from './caller.ts'
import { type TaskOf, sendableTask } from './call-task.ts'
import { type Snapshot, type Versioned, copyValue } from './snapshots.ts'

/** What a batch on a list can do. */
export interface ListOperations<T> extends Recorded<
  SharedList<T>,
  'get' | 'set' | 'push' | 'pop' | 'shift' | 'unshift' | 'splice' | 'slice' | 'size' | 'clear' | 'compareAndSet'
> {
  update<Args extends readonly unknown[]>(index: number, task: TaskOf<T, Args>, ...args: Args): Operation<Snapshot<T>>
}

/**
 * A list that one actor owns and all may use, with the promises of {@link SharedDict}. Indexes count from the end when they
 * are negative; to set or update an item that is not there is a RangeError.
 */
export class SharedList<T> {
  readonly #caller: AskCaller
  readonly #at: Caller

  static {
    serializable(SharedList, {
      name: 'troupe.SharedList',
      toState: (list: SharedList<unknown>) => list.#caller.ref,
      fromState: (ref: ActorRef) => new SharedList<unknown>(new AskCaller(ref)),
    })
  }

  /** Lists come from `manager.list()`; programs do not construct them. */
  constructor(caller: AskCaller, at: Caller = caller) {
    this.#caller = caller
    this.#at = at
  }

  /** The owner: to watch it, to compare handles. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same list with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): SharedList<T> {
    return new SharedList(this.#caller.with(options))
  }

  /** A snapshot of the item; undefined beyond the ends. */
  get(index: number): Promise<Snapshot<T> | undefined> {
    return this.#at.read('get', () => [checkIndex('index', index)])
  }

  set(index: number, item: T): Promise<void> {
    return this.#at.ask('set', () => [checkIndex('index', index), copyValue(item, 'item')])
  }

  /** Adds at the end; resolves to the new size. */
  push(...items: readonly T[]): Promise<number> {
    return this.#at.ask('push', () => [copyAll(items, 'items')])
  }

  /** Takes the last item; undefined when there is none. */
  pop(): Promise<Snapshot<T> | undefined> {
    return this.#at.read('pop', none)
  }

  /** Takes the first item; undefined when there is none. */
  shift(): Promise<Snapshot<T> | undefined> {
    return this.#at.read('shift', none)
  }

  /** Adds before the first item; resolves to the new size. */
  unshift(...items: readonly T[]): Promise<number> {
    return this.#at.ask('unshift', () => [copyAll(items, 'items')])
  }

  /** As an array's: takes `count` items from `start` on, all when not said, and puts others there; resolves to those taken. */
  splice(start: number, count?: number, ...items: readonly T[]): Promise<readonly Snapshot<T>[]> {
    return this.#at.read('splice', () => [
      checkIndex('start', start),
      checkOptionalIndex('count', count) ?? null,
      copyAll(items, 'items'),
    ])
  }

  slice(from?: number, to?: number): Promise<readonly Snapshot<T>[]> {
    return this.#at.read('slice', () => [checkOptionalIndex('from', from), checkOptionalIndex('to', to)])
  }

  size(): Promise<number> {
    return this.#at.ask('size', none)
  }

  clear(): Promise<void> {
    return this.#at.ask('clear', none)
  }

  /** Runs the task where the list is, as `update` of a dict. */
  update<Args extends readonly unknown[]>(index: number, task: TaskOf<T, Args>, ...args: Args): Promise<Snapshot<T>> {
    return this.#at.read('update', () => [checkIndex('index', index), sendableTask(task), copyValue(args, 'args')])
  }

  /** Sets the item when it is `expected`, by content. True when it did. */
  compareAndSet(index: number, expected: Snapshot<T>, item: T): Promise<boolean> {
    return this.#at.ask('compareAndSet', () => [
      checkIndex('index', index),
      copyValue(expected, 'expected'),
      copyValue(item, 'item'),
    ])
  }

  /** All items at one moment. */
  snapshot(): Promise<Versioned<readonly Snapshot<T>[]>> {
    return this.#caller.read('snapshot', none)
  }

  /** Many operations in one message, as `batch` of a dict. */
  async batch<const Operations extends readonly Operation<unknown>[]>(
    build: (list: ListOperations<T>) => Operations,
    options: BatchOptions = {},
  ): Promise<BatchReplies<Operations>> {
    // Safe: over a caller that writes down, each method returns the operation that it made.
    const recorder = new SharedList<T>(this.#caller, new RecordingCaller()) as unknown as ListOperations<T>
    return await this.#caller.batch(build(recorder), options)
  }

  /** Ends the list, for everybody. Its calls reject ActorStoppedError from then on. */
  close(): Promise<void> {
    return this.#caller.ask('close', none)
  }
}

function none(): readonly unknown[] {
  return []
}
