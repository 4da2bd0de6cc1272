/**
 * A shared record with named fields, as programs hold it. To its owner it is a dict.
 */
import { type ActorRef, type AskOptions, serializable } from '../../index.ts'
import { checkName } from './arguments.ts'
import { AskCaller } from './caller.ts'
import { type TaskOf, sendableTask } from './call-task.ts'
import { type Snapshot, type Versioned, copyValue } from './snapshots.ts'

/** The names of a namespace's fields. */
type NameOf<Fields> = keyof Fields & string

/** Named fields that one actor owns and all may use, with the promises of {@link SharedDict}. All names are shared, whatever they begin with. */
export class SharedNamespace<Fields extends object> {
  readonly #caller: AskCaller

  static {
    serializable(SharedNamespace, {
      name: 'troupe.SharedNamespace',
      toState: (namespace: SharedNamespace<object>) => namespace.#caller.ref,
      fromState: (ref: ActorRef) => new SharedNamespace<object>(new AskCaller(ref)),
    })
  }

  /** Namespaces come from `manager.namespace()`; programs do not construct them. */
  constructor(caller: AskCaller) {
    this.#caller = caller
  }

  /** The owner: to watch it, to compare handles. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same namespace with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): SharedNamespace<Fields> {
    return new SharedNamespace(this.#caller.with(options))
  }

  /** A snapshot of the field; undefined when it is not set. */
  get<Name extends NameOf<Fields>>(name: Name): Promise<Snapshot<Fields[Name]>> {
    return this.#caller.read('get', () => [checkName('a name of a namespace', name)])
  }

  set<Name extends NameOf<Fields>>(name: Name, value: Fields[Name]): Promise<void> {
    return this.#caller.ask('set', () => [checkName('a name of a namespace', name), copyValue(value, 'value')])
  }

  /** True when it was set. */
  delete(name: NameOf<Fields>): Promise<boolean> {
    return this.#caller.ask('delete', () => [checkName('a name of a namespace', name)])
  }

  /** Runs the task where the namespace is, as `update` of a dict. */
  update<Name extends NameOf<Fields>, Args extends readonly unknown[]>(
    name: Name,
    task: TaskOf<Fields[Name], Args>,
    ...args: Args
  ): Promise<Snapshot<Fields[Name]>> {
    return this.#caller.read('update', () => [
      checkName('a name of a namespace', name),
      sendableTask(task),
      copyValue(args, 'args'),
    ])
  }

  /** Sets the field when it is `expected`, by content; undefined stands for not set. True when it did. */
  compareAndSet<Name extends NameOf<Fields>>(
    name: Name,
    expected: Snapshot<Fields[Name]> | undefined,
    value: Fields[Name],
  ): Promise<boolean> {
    return this.#caller.ask('compareAndSet', () => [
      checkName('a name of a namespace', name),
      copyValue(expected, 'expected'),
      copyValue(value, 'value'),
    ])
  }

  /** All fields at one moment. */
  async all(): Promise<Snapshot<Fields>> {
    return (await this.snapshot()).value
  }

  /** All fields at one moment, with their version. */
  async snapshot(): Promise<Versioned<Snapshot<Fields>>> {
    const { version, entries } = await this.#caller.read<{ version: number; entries: [string, unknown][] }>('snapshot', () => [])
    // Safe: set and update put no other values under these names.
    return { version, value: Object.freeze(Object.fromEntries(entries)) as Snapshot<Fields> }
  }

  /** Ends the namespace, for everybody. Its calls reject ActorStoppedError from then on. */
  close(): Promise<void> {
    return this.#caller.ask('close', () => [])
  }
}
