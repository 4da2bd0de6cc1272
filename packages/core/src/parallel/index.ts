/**
 * The door `@troupe/core/parallel`: what programs know from multiprocessing, concurrent.futures and asyncio, built from actors.
 */
import { loadInWorkers } from '../index.ts'

loadInWorkers('@troupe/core/parallel')

// tasks
export { bind, isTask, task } from './tasks/task.ts'
export type { ResultOf, Task, TaskOptions } from './tasks/task.ts'
export { currentTask } from './tasks/current-task.ts'
export type { CurrentTask } from './tasks/current-task.ts'
export { NotATaskError, TaskNotFoundError } from './tasks/errors.ts'

// futures
export { Future } from './futures/future.ts'
export type { FutureState } from './futures/future.ts'
export { asCompleted, wait } from './futures/wait.ts'
export type { WaitOptions, WaitResult } from './futures/wait.ts'
export { CancelledError, FutureTimeoutError } from './futures/errors.ts'

// pool
export { Pool, PoolCalls, createPool } from './pool/pool.ts'
export type { CallOptions, ImapOptions, MapOptions } from './pool/call-options.ts'
export type { PoolOptions, PoolWorkerSource, RecycleAfter } from './pool/options.ts'
export { offerTasks } from './pool/pool-worker.ts'
export { PoolBrokenError, PoolClosedError, PoolOpenError, TaskTimeoutError, WorkerDiedError } from './pool/errors.ts'
export type { WorkerDeath } from './pool/errors.ts'

// channels
export { createPipe, createSimplex, PipeEnd } from './channels/pipe.ts'
export type { PipeOptions, ReceivingEnd, SendingEnd } from './channels/pipe.ts'
export { select } from './channels/select.ts'
export type { Selected, SelectOptions, SelectSource } from './channels/select.ts'
export { createQueue, Queue } from './channels/queue.ts'
export type { ChannelOptions, PutOptions, QueueDeadLetter, QueueOptions, Spawner } from './channels/queue.ts'
export type { QueueStats } from './channels/queue-engine.ts'
export type { QueueOrder } from './channels/queue-store.ts'
export type { Choice, Selectable } from './channels/selectable.ts'
export { Delivery } from './channels/delivery.ts'
export {
  DeliverySettledError,
  PipeClosedError,
  PipeDirectionError,
  PipeMovedError,
  PipeTimeoutError,
  QueueClosedError,
  QueueEmptyError,
  QueueError,
  QueueFullError,
  SelectTimeoutError,
  TaskDoneError,
} from './channels/errors.ts'

// locks
export {
  createBarrier,
  createBoundedSemaphore,
  createCondition,
  createEvent,
  createLock,
  createRLock,
  createSemaphore,
} from './locks/create-lock.ts'
export type { LockPlace } from './locks/create-lock.ts'
export { LockOwner } from './locks/lock-owner.ts'
export type { LockOwnerProtocol } from './locks/protocol.ts'
export type { BarrierOptions, ConditionOptions, EventOptions, LockOptions, SemaphoreOptions } from './locks/open-lock.ts'
export { Barrier } from './locks/barrier.ts'
export type { BarrierAction } from './locks/barrier.ts'
export { Condition } from './locks/condition.ts'
export type { Calling } from './locks/condition.ts'
export { Event } from './locks/event.ts'
export { Lease } from './locks/lease.ts'
export { Lock, RLock, Semaphore } from './locks/lock.ts'
export type { Lockable } from './locks/lock.ts'
export type { LockWaitOptions } from './locks/calls.ts'
export { BarrierBrokenError, LockClosedError, LockTimeoutError, NotHeldError } from './locks/errors.ts'

// managers

// shared memory

// tools
export { synchronized } from './tools/synchronized.ts'
