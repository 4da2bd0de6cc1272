/**
 * The owner of a manager's objects: each one is a child of its own, so that one that is busy holds up no other. It knows those
 * that have names, and what was registered. What programs hold is a Manager.
 */
import {
  type ActorDefinition,
  type AnyRef,
  type Deferred,
  type RefOf,
  type Self,
  actor,
  registerDefinition,
} from '../../index.ts'
import { answering } from './answering.ts'
import { findHere } from './call-task.ts'
import { NotRegisteredError, SharedKindError } from './errors.ts'
import type { ObjectFactory } from './object-factory.ts'
import { type Opened, Openers, type Wish } from './openers.ts'
import { type TaskGate, findKnown } from './task-gate.ts'
import type { FindTask } from '../tasks/find-task.ts'

export interface ManagerProtocol {
  /** An object: a new one, or the one that has the name. */
  open(name: string | null, wish: Wish): unknown
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
  const named = new Map<string, { readonly kind: Wish['kind']; readonly handle: unknown }>()
  const factories = new Map<string, RefOf<typeof ObjectFactory>>()
  const openers = new Openers(self, find)

  const enter = (name: string | null, { kind }: Wish, { handle, onEnd }: Opened): unknown => {
    if (name === null) return handle
    named.set(name, { kind, handle })
    onEnd(() => named.delete(name))
    return handle
  }

  return answering<ManagerProtocol>(self, {
    open(name, wish) {
      const known = name === null ? undefined : named.get(name)
      if (name !== null && known !== undefined && known.kind !== wish.kind) throw new SharedKindError(name, known.kind, wish.kind)
      if (known !== undefined) return known.handle
      const opened = openers.open(name, wish)
      return opened instanceof Promise ? opened.then((made) => enter(name, wish, made)) : enter(name, wish, opened)
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
