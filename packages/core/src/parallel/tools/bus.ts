/**
 * An event bus: who publishes knows nobody, who subscribes hears in order, and nobody's failure is anybody else's.
 */
import {
  type ActorDefinition,
  type ActorRef,
  type AnyRef,
  type Node,
  type Self,
  type System,
  actor,
  registerDefinition,
  serializable,
} from '../../index.ts'
import { answering } from '../managers/answering.ts'
import { checkName, print } from '../managers/arguments.ts'
import { AskCaller } from '../managers/caller.ts'
import { BusEvents } from './bus-events.ts'
import { copyValue } from '../managers/snapshots.ts'

interface BusProtocol {
  publish(topic: string, event: unknown): number
  /** Subscribing a ref with the same method again changes nothing. */
  subscribe(topic: string, ref: AnyRef, method: string): void
  unsubscribe(topic: string, ref: AnyRef, method: string): boolean
  close(): void
}

interface Subscriber {
  readonly ref: AnyRef
  readonly method: string
}

const BusOwner: ActorDefinition<BusProtocol, readonly []> = registerDefinition(
  actor({
    name: 'troupe.Bus',
    setup(self: Self) {
      const topics = new Map<string, Map<string, Subscriber>>()
      const keyOf = (ref: AnyRef, method: string): string => `${ref.address} ${method}`
      /** By address: how many subscriptions the actor has, and what ends the watch on it. */
      const watched = new Map<string, () => void>()

      const forget = (address: string): void => {
        watched.delete(address)
        for (const [topic, subscribers] of topics) {
          for (const [key, { ref }] of subscribers) if (ref.address === address) subscribers.delete(key)
          if (subscribers.size === 0) topics.delete(topic)
        }
      }
      const isSubscribed = (address: string): boolean =>
        [...topics.values()].some((subscribers) => [...subscribers.values()].some(({ ref }) => ref.address === address))

      return answering<BusProtocol>(self, {
        publish(topic, event) {
          const subscribers = topics.get(topic)
          if (subscribers === undefined) return 0
          for (const { ref, method } of subscribers.values()) void ref.tell(method, event)
          return subscribers.size
        },
        subscribe(topic, ref, method) {
          const subscribers = topics.get(topic) ?? new Map<string, Subscriber>()
          subscribers.set(keyOf(ref, method), { ref, method })
          topics.set(topic, subscribers)
          const { address } = ref
          if (!watched.has(address))
            watched.set(
              address,
              self.watch(ref, () => forget(address)),
            )
        },
        unsubscribe(topic, ref, method) {
          const subscribers = topics.get(topic)
          const wasThere = subscribers?.delete(keyOf(ref, method)) ?? false
          if (subscribers?.size === 0) topics.delete(topic)
          if (!isSubscribed(ref.address)) {
            watched.get(ref.address)?.()
            watched.delete(ref.address)
          }
          return wasThere
        },
        close: () => self.stop(),
      })
    },
  }),
)

/** Calls a function of this program for each event. */
const Listener: ActorDefinition<{ event(event: unknown): unknown }, readonly [bus: AnyRef, heard: (event: unknown) => unknown]> =
  actor({
    name: 'troupe.BusListener',
    setup(self: Self, bus: AnyRef, heard: (event: unknown) => unknown) {
      self.watch(bus, () => self.stop({ kind: 'shutdown' }))
      const failed = (error: unknown): void => self.log.error('a subscriber failed', error)
      return {
        async event(event: unknown) {
          try {
            await heard(event)
          } catch (error) {
            failed(error)
          }
        },
      }
    },
  })

/** What ends a subscription. Ending it twice is fine. */
export interface Subscription extends AsyncDisposable {
  /** Resolves when nothing more will come. */
  unsubscribe(): Promise<void>
}

/** Events by topic. A handle that can be sent anywhere. */
export class Bus<Topics extends object = Record<string, unknown>> {
  readonly #caller: AskCaller

  static {
    serializable(Bus, {
      name: 'troupe.Bus',
      toState: (bus: Bus<object>) => bus.#caller.ref,
      fromState: (ref: ActorRef) => new Bus<object>(new AskCaller(ref)),
    })
  }

  /** They come from `createBus`; programs do not construct them. */
  constructor(caller: AskCaller) {
    this.#caller = caller
  }

  /** The owner: to watch it. */
  get ref(): ActorRef {
    return this.#caller.ref
  }

  /**
   * Sends the event, copied now, to all who have subscribed to the topic. Resolves, when it is on its way to each, to how many
   * they are; nobody's failure comes back. A topic that nobody has subscribed to is fine.
   */
  publish<Topic extends keyof Topics & string>(topic: Topic, event: Topics[Topic]): Promise<number> {
    return this.#caller.ask('publish', () => [checkName('a topic', topic), copyValue(event, 'event')])
  }

  /**
   * From now on the actor gets each event of the topic as the message `method`, in the order in which all were published, until
   * it ends or the subscription does. It handles them as any messages: one that is slow holds up itself only.
   */
  async subscribe<Topic extends keyof Topics & string, Method extends string>(
    topic: Topic,
    ref: ActorRef<{ [Name in Method]: (event: Topics[Topic]) => unknown }>,
    method: Method,
  ): Promise<Subscription> {
    await this.#caller.ask('subscribe', () => [checkName('a topic', topic), ref, checkName('a method', method)])
    return newSubscription(async () => {
      await this.#caller.ask('unsubscribe', () => [topic, ref, method])
    })
  }

  /** As {@link subscribe}, for a function of this program. One event at a time; what it throws is logged, and the next one comes. */
  async on<Topic extends keyof Topics & string>(
    system: System,
    topic: Topic,
    heard: (event: Topics[Topic]) => unknown,
  ): Promise<Subscription> {
    if (typeof heard !== 'function') throw new TypeError(`a bus calls a function, not ${print(heard)}`)
    return (await this.#listen(system, topic, heard)).subscription
  }

  /**
   * The events of the topic from now on, for a loop of this program, or `toObservable`. What comes while nobody reads waits, so a
   * slow reader holds up nobody; leaving the loop ends the subscription, and closing the bus ends the loop.
   */
  async events<Topic extends keyof Topics & string>(
    system: System,
    topic: Topic,
  ): Promise<AsyncIterableIterator<Topics[Topic], undefined>> {
    const events = new BusEvents<Topics[Topic]>(() => void subscription.unsubscribe())
    const { subscription, ended } = await this.#listen(system, topic, (event) => events.heard(event))
    void ended.then(() => events.end())
    return events
  }

  /** Ends the bus, for everybody. */
  close(): Promise<void> {
    return this.#caller.ask('close', () => [])
  }

  async #listen<Topic extends keyof Topics & string>(
    system: System,
    topic: Topic,
    heard: (event: Topics[Topic]) => unknown,
  ): Promise<{ readonly subscription: Subscription; readonly ended: Promise<unknown> }> {
    // Safe: events of a topic are of its type: `publish` says so.
    const listener = system.spawn(Listener, [this.#caller.ref, heard as (event: unknown) => unknown])
    await this.#caller.ask('subscribe', () => [checkName('a topic', topic), listener, 'event'])
    const end = async (): Promise<void> => {
      listener.kill()
      await listener.exited
    }
    return { subscription: newSubscription(end), ended: listener.exited }
  }
}

/**
 * A new bus. `Topics` says which events each topic has.
 *
 * @example
 * const bus = createBus<{ ordered: { id: number } }>(system)
 * await bus.on(system, 'ordered', ({ id }) => console.log(id))
 * await bus.publish('ordered', { id: 1 })
 */
export function createBus<Topics extends object = Record<string, unknown>>(
  system: System,
  options: { readonly on?: Node; readonly name?: string } = {},
): Bus<Topics> {
  return new Bus(new AskCaller(system.spawn(BusOwner, [], options)))
}

function newSubscription(end: () => Promise<void>): Subscription {
  let ended: Promise<void> | null = null
  const unsubscribe = (): Promise<void> => (ended ??= end())
  return { unsubscribe, [Symbol.asyncDispose]: unsubscribe }
}
