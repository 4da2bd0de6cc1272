/**
 * What the compiler knows of actors: protocols, arguments, replies, streams and refs. Checked by `tsc -p packages/core/test`;
 * run here as well, so that the examples are true.
 */
import { type Observable, of } from 'rxjs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { actor, bounded, createSystem, machine, silentLog, supervisor } from '../../src/index.ts'
import type {
  ActorDefinition,
  ActorRef,
  AnyRef,
  ArgsOf,
  Deferred,
  Dynamic,
  ExitReason,
  ItemOf,
  MachineSelf,
  MailboxSpec,
  MethodsOf,
  Node,
  RefOf,
  ReplyOf,
  Self,
  Stream,
  System,
} from '../../src/index.ts'

interface Order {
  readonly id: number
}

const Shop = actor({
  name: 'Shop',
  setup(self: Self, opened: Date, limit: number) {
    let count = 0
    return {
      add(order: Order, note?: string) {
        count += order.id + (note?.length ?? 0)
      },
      count: () => count,
      later: async (): Promise<string> => 'later',
      deferred: () => self.defer<Order>(),
      deferredLater: async () => self.defer<Order>(),
      either: (flag: boolean) => (flag ? self.defer<number>() : 7),
      rest: (...ids: number[]) => ids,
      fails(): never {
        throw new Error('no')
      },
      observed: () => of(1, 2),
      observedLater: async () => of('a'),
      generated: async function* () {
        const order: Order = { id: 1 }
        yield order
      },
      listed: () => [true, false],
      opened,
      limit,
    }
  },
})
type Protocol = typeof Shop extends ActorDefinition<infer Found, never> ? Found : never

const Plain = actor({ name: 'Plain', setup: () => ({ ping: () => 'pong' as const }) })
const Optional = actor({ name: 'Optional', setup: (_self: Self, start: number = 1) => ({ get: () => start }) })
const Later = actor({ name: 'Later', setup: async (_self: Self, a: string) => ({ get: () => a }) })

/** Types alone: never called. */
function onlyTypes(system: System, shop: RefOf<typeof Shop>, node: Node): void {
  // Arguments of spawn.
  expectTypeOf(system.spawn(Shop, [new Date(), 1])).toEqualTypeOf<ActorRef<Protocol>>()
  system.spawn(Plain)
  system.spawn(Plain, [])
  system.spawn(Plain, [], { name: 'a', mailbox: bounded(1, 'refuse'), on: node })
  system.spawn(Optional)
  system.spawn(Optional, [])
  system.spawn(Optional, [5])
  system.spawn(Later, ['a'])
  // @ts-expect-error arguments are missing
  system.spawn(Shop)
  // @ts-expect-error one is missing
  system.spawn(Shop, [new Date()])
  // @ts-expect-error one is wrong
  system.spawn(Shop, [new Date(), '1'])
  // @ts-expect-error there are none
  system.spawn(Plain, [1])
  // @ts-expect-error it is a number
  system.spawn(Optional, ['5'])
  // @ts-expect-error no definition
  system.spawn({ name: 'x' })
  // @ts-expect-error a policy that does not exist
  bounded(1, 'drop')

  // Messages and their arguments.
  shop.tell('add', { id: 1 })
  shop.tell('add', { id: 1 }, 'note')
  void shop.ask('rest', 1, 2, 3)
  // @ts-expect-error no such message
  shop.tell('remove')
  // @ts-expect-error a field is no message
  void shop.ask('opened')
  // @ts-expect-error an argument is missing
  shop.tell('add')
  // @ts-expect-error an argument is wrong
  shop.tell('add', { id: '1' })
  // @ts-expect-error one too many
  void shop.ask('count', 1)
  // @ts-expect-error not a number
  void shop.ask('rest', 'a')

  // Replies.
  expectTypeOf(shop.ask('add', { id: 1 })).toEqualTypeOf<Promise<void>>()
  expectTypeOf(shop.ask('count')).toEqualTypeOf<Promise<number>>()
  expectTypeOf(shop.ask('later')).toEqualTypeOf<Promise<string>>()
  expectTypeOf(shop.ask('deferred')).toEqualTypeOf<Promise<Order>>()
  expectTypeOf(shop.ask('deferredLater')).toEqualTypeOf<Promise<Order>>()
  expectTypeOf(shop.ask('either', true)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(shop.ask('rest')).toEqualTypeOf<Promise<number[]>>()
  expectTypeOf(shop.ask('fails')).toEqualTypeOf<Promise<never>>()

  // Streams.
  expectTypeOf(shop.stream('observed')).toEqualTypeOf<Stream<number>>()
  expectTypeOf(shop.stream('observed')).toExtend<Observable<number> & AsyncIterable<number>>()
  expectTypeOf(shop.stream('observedLater')).toEqualTypeOf<Stream<string>>()
  expectTypeOf(shop.stream('generated')).toEqualTypeOf<Stream<Order>>()
  expectTypeOf(shop.stream('listed')).toEqualTypeOf<Stream<boolean>>()
  expectTypeOf<ItemOf<Protocol, 'count'>>().toBeNever()

  // The same through `with`.
  expectTypeOf(shop.with({ timeout: 1 }).ask('count')).toEqualTypeOf<Promise<number>>()
  expectTypeOf(shop.with({ signal: AbortSignal.abort() }).stream('listed')).toEqualTypeOf<Stream<boolean>>()
  // @ts-expect-error no such option
  shop.with({ timeOut: 1 })
  // @ts-expect-error no such message
  void shop.with({}).ask('remove')

  // The parts by name.
  expectTypeOf<MethodsOf<Protocol>>().toEqualTypeOf<
    | 'add'
    | 'count'
    | 'later'
    | 'deferred'
    | 'deferredLater'
    | 'either'
    | 'rest'
    | 'fails'
    | 'observed'
    | 'observedLater'
    | 'generated'
    | 'listed'
  >()
  expectTypeOf<ArgsOf<Protocol, 'add'>>().toEqualTypeOf<[order: Order, note?: string]>()
  expectTypeOf<ReplyOf<Protocol, 'later'>>().toEqualTypeOf<string>()
  expectTypeOf<RefOf<typeof Plain>>().toEqualTypeOf<ActorRef<{ ping: () => 'pong' }>>()
  expectTypeOf<RefOf<typeof Later>>().toEqualTypeOf<ActorRef<{ get: () => string }>>()
  expectTypeOf<RefOf<string>>().toBeNever()

  // Ends.
  expectTypeOf(shop.exited).toEqualTypeOf<Promise<ExitReason>>()
  expectTypeOf(shop.ready).toEqualTypeOf<Promise<void>>()
  shop.stop({ kind: 'shutdown', detail: 1 })
  // @ts-expect-error no such reason
  shop.stop({ kind: 'done' })
  // @ts-expect-error it needs its code
  shop.stop({ kind: 'exit' })
  void shop.exited.then((reason) => {
    if (reason.kind === 'error') expectTypeOf(reason.error).toEqualTypeOf<Error>()
    if (reason.kind === 'exit') expectTypeOf(reason.code).toEqualTypeOf<number>()
    if (reason.kind === 'signal') expectTypeOf(reason.signal).toEqualTypeOf<string>()
  })

  // Refs of refs.
  expectTypeOf(shop).toExtend<AnyRef>()
  const some: AnyRef = shop
  some.equals(shop)
  // What knows more messages can be used where fewer are needed, not the other way round.
  expectTypeOf<ActorRef<{ a(): void; b(): void }>>().toExtend<ActorRef<{ a(): void }>>()
  expectTypeOf<ActorRef<{ a(): void }>>().not.toExtend<ActorRef<{ a(): void; b(): void }>>()

  // What is not known may be tried.
  const unknown = system.lookup('shop')
  unknown.tell('anything', 1, 'two')
  expectTypeOf(unknown.ask('anything')).toEqualTypeOf<Promise<unknown>>()
  expectTypeOf(unknown.stream('anything')).toEqualTypeOf<Stream<unknown>>()
  expectTypeOf(system.lookup<Protocol>('shop')).toEqualTypeOf<ActorRef<Protocol>>()
  expectTypeOf<ActorRef<Dynamic>>().toExtend<AnyRef>()

  const mailbox: MailboxSpec = bounded(1, 'backpressure')
  void mailbox
}

interface PingProtocol {
  ping(from: RefOf<typeof Pong>): void
}

/** Two actors that know each other: one of the protocols is written down. */
const Ping: ActorDefinition<PingProtocol, readonly []> = actor({
  name: 'Ping',
  setup: (self: Self): PingProtocol => ({
    ping: (from) => {
      expectTypeOf(from.ask('pong', 1)).toEqualTypeOf<Promise<number>>()
      void self
    },
  }),
})

const Pong = actor({
  name: 'Pong',
  setup: (self: Self, ping: ActorRef<PingProtocol>) => ({
    begin: () => ping.tell('ping', self.ref as RefOf<typeof Pong>),
    pong: (n: number): number => n + 1,
  }),
}) as ActorDefinition<{ begin(): unknown; pong(n: number): number }, [ping: ActorRef<PingProtocol>]>

class Account {
  #balance = 0
  readonly owner = 'me'

  deposit(amount: number): number {
    this.#balance += amount
    return this.#balance
  }

  protected audit(): void {
    this.#balance = 0
  }
}

describe('types', () => {
  it('follow a protocol from its definition to its refs', () => {
    expect(onlyTypes).toBeTypeOf('function')
  })

  it('know the methods of a class, and neither its fields nor what is protected', async () => {
    await using system = createSystem({ log: silentLog })
    const Bank = actor({ name: 'Bank', setup: () => new Account() })
    const bank = system.spawn(Bank)
    expectTypeOf<Parameters<typeof bank.tell>[0]>().toEqualTypeOf<'deposit'>()
    expectTypeOf(bank.ask('deposit', 1)).toEqualTypeOf<Promise<number>>()
    expect(await bank.ask('deposit', 2)).toBe(3)
  })

  it('let two actors know each other', async () => {
    await using system = createSystem({ log: silentLog })
    const ping = system.spawn(Ping)
    const pong = system.spawn(Pong, [ping])
    await pong.ask('begin')
    expect(await pong.ask('pong', 1)).toBe(2)
  })

  it('know all messages of a machine, from all of its states, and no hooks', async () => {
    await using system = createSystem({ log: silentLog })
    const Light = machine({
      name: 'Light',
      initial: 'off',
      setup: (self: MachineSelf, _color: string) => ({
        off: { press: () => self.goto('on') },
        on: { timeout: 1_000, onTimeout: () => self.goto('off'), press: () => self.goto('off'), dim: (level: number) => level },
      }),
    })
    const light = system.spawn(Light, ['red'])
    expectTypeOf<Parameters<typeof light.tell>[0]>().toEqualTypeOf<'press' | 'dim'>()
    expectTypeOf(() => light.ask('dim', 1)).returns.toEqualTypeOf<Promise<number>>()
    // @ts-expect-error a state that does not exist
    machine({ name: 'Wrong', initial: 'gone', setup: () => ({ here: {} }) })
    await light.ask('press')
    expect(await light.ask('dim', 3)).toBe(3)
  })

  it('know what a supervisor answers', async () => {
    await using system = createSystem({ log: silentLog })
    const Tree = supervisor({ name: 'Tree', strategy: 'one-for-one', children: [{ id: 'a', actor: Optional, args: [5] }] })
    const tree = system.spawn(Tree)
    const child = await tree.ask('child', 'a')
    expectTypeOf(child).toExtend<AnyRef>()
    expect(await child.ask('get')).toBe(5)
    // @ts-expect-error ids are text
    void tree.ask('child', 7).catch(() => undefined)
  })

  it('let an actor type what it answers later', async () => {
    await using system = createSystem({ log: silentLog })
    const Broker = actor({
      name: 'Broker',
      setup: (self: Self) => {
        const waiting: Deferred<string>[] = []
        return {
          take() {
            const deferred = self.defer<string>()
            waiting.push(deferred)
            return deferred
          },
          give: (what: string) => waiting.shift()?.resolve(what),
        }
      },
    })
    const broker = system.spawn(Broker)
    const taken = broker.ask('take')
    expectTypeOf(taken).toEqualTypeOf<Promise<string>>()
    broker.tell('give', 'it')
    expect(await taken).toBe('it')
  })
})
