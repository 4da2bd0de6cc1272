/**
 * One shared value as programs hold it. To its owner it is a dict with one place.
 */
import { type ActorRef, type AskOptions, serializable } from '../../index.ts'
import { AskCaller } from './caller.ts'
import { type TaskOf, sendableTask } from './call-task.ts'
import { type Snapshot, type Versioned, copyValue } from './snapshots.ts'

/** The key under which the owner has it. */
export const PLACE = 'value'

/** A value that one actor owns and all may use, with the promises of {@link SharedDict}. */
export class SharedValue<T> {
  readonly #caller: AskCaller

  static {
    serializable(SharedValue, {
      name: 'troupe.SharedValue',
      toState: (value: SharedValue<unknown>) => value.#caller.ref,
      fromState: (ref: ActorRef) => new SharedValue<unknown>(new AskCaller(ref)),
    })
  }

  /** Values come from `manager.value()`; programs do not construct them. */
  constructor(caller: AskCaller) {
    this.#caller = caller
  }

  /** The owner: to watch it, to compare handles. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same value with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): SharedValue<T> {
    return new SharedValue(this.#caller.with(options))
  }

  get(): Promise<Snapshot<T>> {
    return this.#caller.read('get', () => [PLACE])
  }

  set(value: T): Promise<void> {
    return this.#caller.ask('set', () => [PLACE, copyValue(value, 'value')])
  }

  /** Runs the task where the value is, as `update` of a dict. */
  update<Args extends readonly unknown[]>(task: TaskOf<T, Args>, ...args: Args): Promise<Snapshot<T>> {
    return this.#caller.read('update', () => [PLACE, sendableTask(task), copyValue(args, 'args')])
  }

  /** Sets the value when it is `expected`, by content. True when it did. */
  compareAndSet(expected: Snapshot<T>, value: T): Promise<boolean> {
    return this.#caller.ask('compareAndSet', () => [PLACE, copyValue(expected, 'expected'), copyValue(value, 'value')])
  }

  /** The value with its version. */
  async snapshot(): Promise<Versioned<Snapshot<T>>> {
    const { version, entries } = await this.#caller.read<{ version: number; entries: [string, Snapshot<T>][] }>(
      'snapshot',
      () => [],
    )
    // Safe: there is one place, and nothing takes it away.
    return { version, value: entries[0]?.[1] as Snapshot<T> }
  }

  /** Ends the value, for everybody. Its calls reject ActorStoppedError from then on. */
  close(): Promise<void> {
    return this.#caller.ask('close', () => [])
  }
}
