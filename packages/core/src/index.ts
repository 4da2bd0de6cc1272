/**
 * The door `@troupe/core`: systems, actors, refs, supervisors, pickling, names and events.
 */
export { createSystem } from './system/troupe-system.ts'
export type { SystemOptions } from './system/options.ts'
export { consoleLog, silentLog } from './system/console-log.ts'
export type { LogSink } from './system/console-log.ts'
export { runMain } from './system/run-main.ts'
export type { RunMainOptions } from './system/run-main.ts'
export type { ActorInfo, Listening, ListenOptions, System } from './model/system.ts'
export type { Group, GroupChange, GroupMessenger } from './model/group.ts'
export type { DeadLetter, NodeEvent, SystemEvent } from './model/event.ts'

export { actor } from './actor/define.ts'
export type { ActorOptions } from './actor/define.ts'
export { machine } from './actor/machine.ts'
export type { MachineOptions, MachineSelf } from './actor/machine.ts'
export { supervisor } from './actor/supervisor.ts'
export type { ChildCount, ChildInfo, SupervisorDefinition, SupervisorProtocol } from './actor/supervisor.ts'
export type {
  AutoShutdown,
  Backoff,
  ChildSpec,
  RestartType,
  ShutdownPolicy,
  Strategy,
  SupervisorOptions,
} from './supervision/child-spec.ts'
export { loadInWorkers, registerDefinition } from './serialization/register-definition.ts'
export { bounded, priority, unbounded } from './mailbox/create-mailbox.ts'

export type { ActorDefinition, MailboxSpec, OverflowPolicy, StopHook } from './model/definition.ts'
export type { Deferred, Logger, Request, Self, Spawn, SpawnOptions } from './model/self.ts'
export { ActorRef } from './model/ref.ts'
export type { AnyRef, AskOptions, Messenger } from './model/ref.ts'
export type { ArgsOf, Dynamic, ItemOf, MethodsOf, RefOf, ReplyOf } from './model/protocol.ts'
export type { Stream } from './base/observable.ts'
export { toObservable } from './base/to-observable.ts'
export type { Clock, Timer } from './base/clock.ts'
export { createYield } from './base/event-loop.ts'
export type { Yield } from './base/event-loop.ts'
export { availableParallelism, memoryInUse } from './base/platform.ts'
export { describeExit, exitCode, isFailure } from './model/exit-reason.ts'
export type { ExitReason } from './model/exit-reason.ts'
export type { Node, NodeDefinition, NodeProtocol, RemoteNode } from './model/node.ts'

export { copyByPickling, pack, unpack } from './serialization/pack.ts'
export type { PackOptions, UnpackOptions } from './serialization/pack.ts'
export { serializable } from './serialization/serializable.ts'
export { STOP, sentinel } from './serialization/sentinel.ts'
export type { Sentinel } from './serialization/sentinel.ts'
export { UnknownInstance } from './serialization/arrivals.ts'
export type { DecodeLimits, RefCodec } from './serialization/codec.ts'
export type { SerializableOptions } from './serialization/serializable.ts'

export { TroupeError, isTroupeError } from './errors/troupe-error.ts'
export * from './errors/actor-errors.ts'
export * from './errors/serialization-errors.ts'
export * from './errors/supervision-errors.ts'
export * from './errors/remote-errors.ts'
