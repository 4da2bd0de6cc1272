/**
 * Makes objects of one registered class for a manager, as its own children. It lives where the class was registered, so that
 * the class itself never travels: an object for another node is spawned there as any actor is, by what its module exports, or
 * by what that node offers.
 */
import { type ActorDefinition, type AnyRef, type Deferred, type Node, type Self, actor } from '../../index.ts'
import { answering } from './answering.ts'
import { SharedObject } from './shared-object.ts'

export interface FactoryProtocol {
  create(args: readonly unknown[]): Deferred<SharedObject>
}

/** What a factory makes. */
export interface Recipe {
  readonly name: string
  readonly definition: ActorDefinition<unknown, never>
  /** Where; null: with the factory. */
  readonly on: Node | null
  /** What others may call; null: whatever the actor answers. */
  readonly methods: readonly string[] | null
}

/** Ends with its manager, and its objects with it. Stays on its node: it has no module. */
export const ObjectFactory: ActorDefinition<FactoryProtocol, readonly [manager: AnyRef, recipe: Recipe]> = actor({
  name: 'troupe.ObjectFactory',
  setup(self: Self, manager: AnyRef, { name, definition, on, methods }: Recipe) {
    self.watch(manager, () => self.stop({ kind: 'shutdown' }))
    return answering<FactoryProtocol>(self, {
      create(args) {
        // Safe: the types of `register` saw to the arguments.
        const object = self.spawn(definition as ActorDefinition<unknown, readonly unknown[]>, args, on === null ? {} : { on })
        const reply = self.defer<SharedObject>()
        object.ready.then(
          () => reply.resolve(new SharedObject(object, name, methods)),
          (error: unknown) => reply.reject(error),
        )
        return reply
      },
    })
  },
})
