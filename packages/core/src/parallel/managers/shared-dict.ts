/**
 * A shared dict as programs hold it: a handle that can be sent anywhere and used by many at a time.
 */
import { type ActorRef, type AskOptions, serializable } from '../../index.ts'
import { type Key, checkKey } from './arguments.ts'
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

/** What a batch on a dict can do. */
export interface DictOperations<K extends Key, V> extends Recorded<
  SharedDict<K, V>,
  'get' | 'set' | 'has' | 'delete' | 'size' | 'keys' | 'values' | 'entries' | 'clear' | 'compareAndSet'
> {
  update<Args extends readonly unknown[]>(key: K, task: TaskOf<V, Args>, ...args: Args): Operation<Snapshot<V>>
}

/**
 * A dict that one actor owns and all may use, by messages: each call is done whole, one after the other. Values are copied at
 * the call; what is read is a snapshot (frozen, or a copy), so that a change to it can never be mistaken for a change of the
 * dict. All calls reject ActorStoppedError at once when the owner is gone, and AskTimeoutError after 5 s unless said otherwise.
 */
export class SharedDict<K extends Key, V> {
  readonly #caller: AskCaller
  readonly #at: Caller

  static {
    serializable(SharedDict, {
      name: 'troupe.SharedDict',
      toState: (dict: SharedDict<Key, unknown>) => dict.#caller.ref,
      fromState: (ref: ActorRef) => new SharedDict<Key, unknown>(new AskCaller(ref)),
    })
  }

  /** Dicts come from `manager.dict()`; programs do not construct them. */
  constructor(caller: AskCaller, at: Caller = caller) {
    this.#caller = caller
    this.#at = at
  }

  /** The owner: to watch it, to compare handles. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same dict with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): SharedDict<K, V> {
    return new SharedDict(this.#caller.with(options))
  }

  /** A snapshot of the value; undefined when there is none. */
  get(key: K): Promise<Snapshot<V> | undefined> {
    return this.#at.read('get', () => [checkKey(key)])
  }

  set(key: K, value: V): Promise<void> {
    return this.#at.ask('set', () => [checkKey(key), copyValue(value, 'value')])
  }

  has(key: K): Promise<boolean> {
    return this.#at.ask('has', () => [checkKey(key)])
  }

  /** True when it was there. */
  delete(key: K): Promise<boolean> {
    return this.#at.ask('delete', () => [checkKey(key)])
  }

  size(): Promise<number> {
    return this.#at.ask('size', none)
  }

  /** In the order in which keys were first set, as all that follow. */
  keys(): Promise<readonly K[]> {
    return this.#at.read('keys', none)
  }

  values(): Promise<readonly Snapshot<V>[]> {
    return this.#at.read('values', none)
  }

  entries(): Promise<readonly (readonly [K, Snapshot<V>])[]> {
    return this.#at.read('entries', none)
  }

  clear(): Promise<void> {
    return this.#at.ask('clear', none)
  }

  /**
   * Runs the task where the dict is, with a snapshot of the value (undefined when there is none) and `args`; what it returns
   * is the new value, which the answer is a snapshot of. Nobody comes in between, also while an async task waits. When the
   * task throws, this rejects with its error, and nothing has changed.
   */
  update<Args extends readonly unknown[]>(key: K, task: TaskOf<V, Args>, ...args: Args): Promise<Snapshot<V>> {
    return this.#at.read('update', () => [checkKey(key), sendableTask(task), copyValue(args, 'args')])
  }

  /** Sets the value when it is `expected`, by content; undefined stands for none. True when it did. */
  compareAndSet(key: K, expected: Snapshot<V> | undefined, value: V): Promise<boolean> {
    return this.#at.ask('compareAndSet', () => [checkKey(key), copyValue(expected, 'expected'), copyValue(value, 'value')])
  }

  /** All entries at one moment. */
  async snapshot(): Promise<Versioned<ReadonlyMap<K, Snapshot<V>>>> {
    const { version, entries } = await this.#caller.read<{ version: number; entries: [K, Snapshot<V>][] }>('snapshot', none)
    return { version, value: new Map(entries) }
  }

  /**
   * Many operations in one message: done in order, nobody in between; resolves to their answers. The first one that fails
   * rejects BatchFailedError { index }: those before it are done. With `version`, that of a snapshot, it does nothing and
   * rejects VersionChangedError when the dict has changed since.
   *
   * @example
   * const [, total] = await scores.batch((dict) => [dict.set('a', 1), dict.size()])
   */
  async batch<const Operations extends readonly Operation<unknown>[]>(
    build: (dict: DictOperations<K, V>) => Operations,
    options: BatchOptions = {},
  ): Promise<BatchReplies<Operations>> {
    // Safe: over a caller that writes down, each method returns the operation that it made.
    const recorder = new SharedDict<K, V>(this.#caller, new RecordingCaller()) as unknown as DictOperations<K, V>
    return await this.#caller.batch(build(recorder), options)
  }

  /** Ends the dict, for everybody. Its calls reject ActorStoppedError from then on. */
  close(): Promise<void> {
    return this.#caller.ask('close', none)
  }
}

function none(): readonly unknown[] {
  return []
}
