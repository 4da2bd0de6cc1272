/**
 * The owner of a manager's objects: each one is a child of its own, so that one that is busy holds up no other. It knows those
 * that have names, and what was registered. What programs hold is a Manager.
 */
import {
  type ActorDefinition,
  type ActorRef,
  type AnyRef,
  type Deferred,
  type RefOf,
  type Self,
  actor,
  registerDefinition,
} from '../../index.ts'
import { answering } from './answering.ts'
import { findHere } from './call-task.ts'
import { DictOwner } from './dict-owner.ts'
import { NotRegisteredError, SharedKindError } from './errors.ts'
import { ListOwner } from './list-owner.ts'
import type { ObjectFactory } from './object-factory.ts'
import { type TaskGate, findKnown } from './task-gate.ts'
import type { FindTask } from '../tasks/find-task.ts'
import { ArrayOwner } from '../shared/owned-array.ts'

/** Kinds of objects, and who owns one of each. */
export type Kind = 'dict' | 'list' | 'value' | 'namespace' | 'array'

const OWNERS: Readonly<Record<Kind, ActorDefinition<unknown, never>>> = {
  dict: DictOwner,
  list: ListOwner,
  value: DictOwner,
  namespace: DictOwner,
  array: ArrayOwner,
}

export interface ManagerProtocol {
  /** The owner of an object: of a new one, or of the one that has the name. */
  open(kind: Kind, name: string | null, initial: readonly unknown[]): ActorRef
  /** From now on objects of that name are made there. */
  define(name: string, factory: AnyRef): void
  create(name: string, args: readonly unknown[]): Deferred<unknown>
  /** Names of objects. */
  names(): string[]
  close(): void
}

/**
 * What other programs may be offered: `offer: [ManagerDefinition]`. Tasks of updates run when their module is loaded in this process;
 * none is imported for anybody. It may also be supervised, `{ id: 'shared', actor: ManagerDefinition, on: 'worker-1' }`, and
 * used through `openManager(ref)`.
 */
export const ManagerDefinition: ActorDefinition<ManagerProtocol, readonly []> = registerDefinition(
  actor({ name: 'troupe.Manager', setup: (self: Self) => manage(self, findHere) }),
)

/** For workers of this program, which nobody else can spawn: tasks that the program knows are imported when they are first called. */
export const WorkerManager: ActorDefinition<ManagerProtocol, readonly [gate: RefOf<typeof TaskGate>]> = registerDefinition(
  actor({
    name: 'troupe.WorkerManager',
    setup: (self: Self, gate: RefOf<typeof TaskGate>) => manage(self, findKnown(self.system, gate)),
  }),
)

function manage(self: Self, find: FindTask): ManagerProtocol {
  const named = new Map<string, { readonly kind: Kind; readonly ref: ActorRef }>()
  const factories = new Map<string, RefOf<typeof ObjectFactory>>()

  const spawn = (kind: Kind, initial: readonly unknown[]): ActorRef => {
    if (!Object.hasOwn(OWNERS, kind)) throw new TypeError(`a manager has no objects of kind ${String(kind)}`)
    // Safe: an owner's ref, of which only the proxy of its kind is made; all owners take these two.
    return self.spawn(OWNERS[kind] as ActorDefinition<unknown, readonly [unknown, unknown]>, [initial, find])
  }

  return answering<ManagerProtocol>(self, {
    open(kind, name, initial) {
      if (name === null) return spawn(kind, initial)
      const known = named.get(name)
      if (known !== undefined && known.kind !== kind) throw new SharedKindError(name, known.kind, kind)
      if (known !== undefined) return known.ref
      const ref = spawn(kind, initial)
      named.set(name, { kind, ref })
      self.watch(ref, () => named.delete(name))
      return ref
    },
    define(name, factory) {
      // Safe: only `register` of a Manager sends this.
      factories.set(name, factory as RefOf<typeof ObjectFactory>)
      self.watch(factory, () => {
        if (factories.get(name)?.equals(factory) === true) factories.delete(name)
      })
    },
    create(name, args) {
      const factory = factories.get(name)
      if (factory === undefined) throw new NotRegisteredError(self.path, name)
      const reply = self.defer<unknown>()
      const { signal } = self.request
      void factory
        .with({ signal, timeout: Number.POSITIVE_INFINITY })
        .ask('create', args)
        .then(
          (object) => reply.resolve(object),
          (error: unknown) => reply.reject(error),
        )
      return reply
    },
    names: () => [...named.keys()],
    close: () => self.stop(),
  })
}
