/**
 * Results of a task that all threads, processes and machines share: one actor computes each of them once.
 */
import {
  type ActorDefinition,
  type ActorRef,
  type AskOptions,
  type Deferred,
  type Self,
  type System,
  actor,
  serializable,
} from '../../index.ts'
import { answering } from '../managers/answering.ts'
import { callTask, findHere } from '../managers/call-task.ts'
import { AskCaller } from '../managers/caller.ts'
import { copyValue, read, store } from '../managers/snapshots.ts'
import { type Task, partsOf } from '../tasks/task.ts'
import { MemoCache, type MemoInfo, type MemoOptions, checkMemo, keyOf } from './memo-cache.ts'

interface MemoProtocol {
  call(args: readonly unknown[]): Deferred<unknown>
  info(): MemoInfo
  delete(args: readonly unknown[]): boolean
  clear(): void
  close(): void
}

const MemoOwner: ActorDefinition<MemoProtocol, readonly [task: unknown, options: MemoOptions]> = actor({
  name: 'troupe.Memo',
  setup(self: Self, task: unknown, options: MemoOptions) {
    const cache = new MemoCache<unknown>(options, self.system.clock)
    const compute = async (args: readonly unknown[]): Promise<unknown> =>
      store(copyValue(await callTask(task, args, findHere), 'result'))
    return answering<MemoProtocol>(self, {
      call(args) {
        // It is not held up by what is computed: others may ask for other results meanwhile.
        const reply = self.defer<unknown>()
        cache
          .get(keyOf(args), () => compute(args))
          .then(
            (stored) => reply.resolve(read(stored)),
            (error: unknown) => reply.reject(error),
          )
        return reply
      },
      info: () => cache.info(),
      delete: (args) => cache.delete(keyOf(args)),
      clear: () => cache.clear(),
      close: () => self.stop(),
    })
  },
})

/** A handle that can be sent anywhere. Results are snapshots; arguments are copied at the call. */
export class SharedMemo<Args extends readonly unknown[], Result> {
  readonly #caller: AskCaller

  static {
    serializable(SharedMemo, {
      name: 'troupe.SharedMemo',
      toState: (memo: SharedMemo<readonly unknown[], unknown>) => memo.#caller.ref,
      fromState: (ref: ActorRef) => new SharedMemo<readonly unknown[], unknown>(new AskCaller(ref)),
    })
  }

  /** They come from `createMemo`; programs do not construct them. */
  constructor(caller: AskCaller) {
    this.#caller = caller
  }

  /** The owner: to watch it, to stop it. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /** The same one with other options for what is called on the result: `timeout`, `signal`, `by`. They are not sent along. */
  with(options: AskOptions): SharedMemo<Args, Result> {
    return new SharedMemo(this.#caller.with(options))
  }

  /**
   * The result for these arguments. It is computed to its end, and kept, also when nobody waits for it any more. Rejects with the
   * task's error, which is not kept; ActorStoppedError when the owner is gone; AskTimeoutError after 5 s unless said otherwise.
   */
  call(...args: Args): Promise<Result> {
    return this.#caller.read('call', () => [copyValue(args, 'args')])
  }

  info(): Promise<MemoInfo> {
    return this.#caller.ask('info', () => [])
  }

  /** Forgets one result; true when there was one. */
  delete(...args: Args): Promise<boolean> {
    return this.#caller.ask('delete', () => [copyValue(args, 'args')])
  }

  /** Forgets all results, and counts anew. */
  clear(): Promise<void> {
    return this.#caller.ask('clear', () => [])
  }

  /** Ends it, for everybody. */
  close(): Promise<void> {
    return this.#caller.ask('close', () => [])
  }
}

/**
 * What {@link memo} is for one thread, for all who are sent the handle: however many call at once, the task runs once for each
 * list of arguments, here, in the thread that creates it. For work that holds the event loop use a task that gives it to a pool.
 *
 * @example
 * const rates = createMemo(system, fetchRates, { ttl: 60_000 })
 * worker.tell('use', rates) // and there: await rates.call('EUR')
 */
export function createMemo<Args extends readonly unknown[], Result>(
  system: System,
  task: Task<Args, Result>,
  options: MemoOptions = {},
): SharedMemo<Args, Awaited<Result>> {
  partsOf('createMemo', task)
  return new SharedMemo(new AskCaller(system.spawn(MemoOwner, [task, checkMemo(options)])))
}
