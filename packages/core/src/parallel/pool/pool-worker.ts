/**
 * The actor that runs a pool's tasks on a worker: one for each worker of the pool. It lives in workers, which import the modules that
 * the pool names, and as `offerTasks` on other machines, which import nothing.
 */
import { type ActorDefinition, type ActorRef, type Self, actor, memoryInUse, registerDefinition } from '../../index.ts'
import { type FindTask, findAmong, findByImport } from '../tasks/find-task.ts'
import type { Task } from '../tasks/task.ts'
import type { PoolProtocol, WorkerProtocol } from './messages.ts'
import { TaskRunner } from './task-runner.ts'

/** What a pool says to each of its workers when it starts. */
export interface WorkerOrders {
  /** Module and name of the task that is called before the worker is ready, and its bound arguments. */
  readonly initialize: readonly [module: string, name: string, bound: readonly unknown[]] | null
  /** Whether reports say how much memory is in use. */
  readonly memory: 'report' | 'ignore'
}

type WorkerArgs = [pool: ActorRef<PoolProtocol>, orders: WorkerOrders]

/** The name under which pools look for it, also among what is offered. */
const NAME = 'troupe.PoolWorker'

export const PoolWorker: ActorDefinition<WorkerProtocol, WorkerArgs> = registerDefinition(
  actor({
    name: NAME,
    setup: (self: Self, ...args: WorkerArgs) =>
      setUp(
        self,
        findByImport((url) => self.system.load(url)),
        ...args,
      ),
  }),
)

/**
 * For `offer` of a listener: pools of peers may run these tasks here, and nothing else. Modules that a peer names are not looked at.
 * Throws TypeError when two tasks have the same name.
 *
 * @example
 * await system.listen(wsListener({ port: 7400, secret, offer: [offerTasks([square])] }))
 */
export function offerTasks(tasks: readonly Task<never[]>[]): ActorDefinition<WorkerProtocol, WorkerArgs> {
  const find = findAmong(tasks)
  return actor({ name: NAME, setup: (self: Self, ...args: WorkerArgs) => setUp(self, find, ...args) })
}

async function setUp(self: Self, find: FindTask, pool: ActorRef<PoolProtocol>, orders: WorkerOrders): Promise<WorkerProtocol> {
  const runner = new TaskRunner(
    pool.with({ by: self }),
    find,
    self.system.clock,
    orders.memory === 'report' ? memoryInUse : () => 0,
  )
  self.signal.addEventListener('abort', () => runner.end(self.signal.reason))
  if (orders.initialize !== null) {
    const [module, name, bound] = orders.initialize
    const initialize = await find(module, name)
    // Safe: the initializer's own types were checked where the pool was made.
    await initialize(...(bound as never[]))
  }
  return {
    define: (fn, module, name) => runner.define(fn, module, name),
    calls: (slice, calls, progress) => runner.calls(slice, calls, progress),
    chunk: (...chunk) => runner.chunk(...chunk),
    abort: (slice, index, reason) => runner.abort(slice, index, reason),
  }
}
