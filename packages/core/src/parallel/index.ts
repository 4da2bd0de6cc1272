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
export type { CompletedFutures, WaitOptions, WaitResult } from './futures/wait.ts'
export { TaskScope, taskScope } from './futures/task-scope.ts'
export type { ScopeChild, ScopeOptions } from './futures/task-scope.ts'
export { CancelledError, FutureTimeoutError, ScopeClosedError } from './futures/errors.ts'

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
export type { Selected, SelectOptions, SelectSource, SelectStarter } from './channels/select.ts'
export { delay } from './channels/delay.ts'
export { createQueue, Queue } from './channels/queue.ts'
export type { ChannelOptions, PutOptions, QueueDeadLetter, QueueOptions, Spawner } from './channels/queue.ts'
export type { QueueStats } from './channels/queue-engine.ts'
export type { QueueOrder } from './channels/queue-store.ts'
export type { Choice, Selectable } from './channels/selectable.ts'
export { Delivery } from './channels/delivery.ts'
export { createSyncChannel, SyncChannel } from './channels/sync-channel.ts'
export type { SyncOptions } from './channels/sync-channel.ts'
export {
  CannotBlockError,
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
export { createManager, openManager } from './managers/create-manager.ts'
export type { ManagerOptions } from './managers/create-manager.ts'
export { Manager } from './managers/manager.ts'
export { ManagerLocks } from './managers/manager-locks.ts'
export type { SharedName, SharedOptions, SharedQueueOptions } from './managers/manager-locks.ts'
export type { Maker, ManagerHome, RegisterOptions } from './managers/manager.ts'
export { ManagerDefinition } from './managers/manager-owner.ts'
export type { ManagerProtocol } from './managers/manager-owner.ts'
export { SharedDict } from './managers/shared-dict.ts'
export type { DictOperations } from './managers/shared-dict.ts'
export { SharedList } from './managers/shared-list.ts'
export type { ListOperations } from './managers/shared-list.ts'
export { SharedNamespace } from './managers/shared-namespace.ts'
export { SharedValue } from './managers/shared-value.ts'
export { expose } from './managers/expose.ts'
export type { ExposedDefinition, ExposeOptions, SharedClass } from './managers/expose.ts'
export { SharedObject, ownerOf } from './managers/shared-object.ts'
export type { Exposed } from './managers/shared-object.ts'
export type { Key } from './managers/arguments.ts'
export type { BatchOptions, BatchReplies, Operation } from './managers/caller.ts'
export type { TaskOf } from './managers/call-task.ts'
export type { Snapshot, Versioned } from './managers/snapshots.ts'
export {
  BatchFailedError,
  MethodNotExposedError,
  NotRegisteredError,
  SharedKindError,
  VersionChangedError,
} from './managers/errors.ts'

// shared memory
export { MemoryArray, sharedArray } from './shared/number-array.ts'
export type { NumberArray } from './shared/number-array.ts'
export { NumberValue, sharedValue } from './shared/number-value.ts'
export { OwnedArray } from './shared/owned-array.ts'
export type { NumberOf, NumberType } from './shared/number-types.ts'

// tools
export { synchronized } from './tools/synchronized.ts'
export { Bus, createBus } from './tools/bus.ts'
export type { Subscription } from './tools/bus.ts'
export { memo } from './tools/memo.ts'
export type { LocalMemoOptions, Memo } from './tools/memo.ts'
export type { MemoInfo, MemoOptions } from './tools/memo-cache.ts'
export { SharedMemo, createMemo } from './tools/shared-memo.ts'
export { offload, parallelize } from './tools/offload.ts'
export type { Offloaded, Parallelized } from './tools/offload.ts'
export type { PoolPlace } from './tools/own-pool.ts'
export { timed } from './tools/timed.ts'
export type { Timed, TimedOptions, TimeSource, Timing, TimingStats } from './tools/timed.ts'
