import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import { SystemDownError } from '../../src/errors/actor-errors.ts'
import type { Connector, Listener } from '../../src/model/link.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { Journal, member, members } from '../support/members.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { testSystem, timedSystem } from '../support/test-system.ts'
import { gate, rejection, stateOf, turns } from '../support/waiting.ts'

const never = (): Promise<never> => new Promise(() => undefined)

describe('shutdown', () => {
  it('stops actors in reverse order of their start, children before parents, with their hooks', async () => {
    const system = testSystem()
    const journal = new Journal()
    const Parent = actor({
      name: 'Parent',
      setup(self) {
        self.onStop(() => journal.add('-parent'))
        for (const id of ['x', 'y']) self.spawn(member(journal, id))
        return {}
      },
    })
    const refs = [system.spawn(member(journal, 'first')), system.spawn(Parent), system.spawn(member(journal, 'last'))]
    await Promise.all(refs.map((ref) => ref.ready))
    await turns()
    journal.read()
    await system.shutdown()
    expect(journal.read()).toBe('-last shutdown, -y shutdown, -x shutdown, -parent, -first shutdown')
    expect(await refs[0]?.exited).toEqual({ kind: 'shutdown' })
  })

  it('lets actors handle what was queued before', async () => {
    const system = testSystem()
    const ref = system.spawn(member(new Journal(), 'a'))
    for (let n = 0; n < 1_000; n++) void ref.tell('add', 1)
    const answer = ref.ask('get')
    await system.shutdown()
    expect(await answer).toBe(1_000)
  })

  it('goes through its phases one after the other', async () => {
    const journal = new Journal()
    const far = testSystem({ name: 'far' })
    const [here, there] = [memoryTransport(), memoryTransport()]
    const Hosted = { ...member(journal, 'hosted'), name: 'Hosted', module: MODULE }
    const node = new MemoryNode('w', {})
    const system = testSystem()

    const listener: Listener = {
      listen: async (accept) => {
        const bound = await here.listener.listen(accept)
        return { ...bound, close: async () => (journal.add('listener closes'), turns(3).then(bound.close)) }
      },
    }
    await system.listen(listener, { offer: [Hosted] })
    const toSystem = await far.connect(here.connector)
    await far.listen(there.listener)
    const toFar = await system.connect(there.connector)
    const hosted = far.spawn(Hosted, [], { on: toSystem })
    const worker = await system.start(node.definition)
    await Promise.all([hosted.ready, system.spawn(member(journal, 'root')).ready])
    for (const [what, exited] of [
      ['link', toFar.exited],
      ['worker', worker.exited],
      ['link in', toSystem.exited],
    ] as const) {
      void exited.then(({ kind }) => journal.add(`${what} ${kind}`))
    }
    journal.read()
    await system.shutdown()
    await turns()
    expect(
      journal
        .read()
        .split(', ')
        .filter((line) => !line.startsWith('link in')),
    ).toEqual(['listener closes', '-root shutdown', '-hosted shutdown', 'link shutdown', 'worker shutdown'])
    expect(await Promise.all(node.served)).toEqual([{ kind: 'shutdown' }])
    await far.shutdown()
  })

  it('takes no more than its deadline with an actor that is stuck, and ends it by force', async () => {
    const { system, clock } = timedSystem()
    const journal = new Journal()
    system.spawn(member(journal, 'early'))
    const stuck = system.spawn(member(journal, 'stuck'))
    void stuck.tell('hang')
    await turns()
    journal.read()
    const down = system.shutdown()
    await clock.advance(9_999)
    expect(await stateOf(down)).toBe('pending')
    await clock.advance(1)
    await down
    expect(await stuck.exited).toEqual({ kind: 'killed' })
    expect(journal.read()).toBe('')
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['a hook that hangs', () => member(new Journal(), 'a', { onStop: never })],
    ['a setup that hangs', () => member(new Journal(), 'a', { onStart: never })],
    [
      'a supervisor whose child hangs',
      () => supervisor({ name: 'S', children: members(new Journal(), { a: { shutdown: 'infinity', onStop: never } }) }),
    ],
    [
      'a supervisor that starts',
      () => supervisor({ name: 'S', children: members(new Journal(), { a: { shutdown: 'infinity', onStart: never } }) }),
    ],
  ])('ends by force %s', async (_what, define) => {
    const { system, clock } = timedSystem({ stopTimeout: Infinity })
    const ref = system.spawn(define() as ReturnType<typeof member>)
    await turns()
    const down = system.shutdown()
    await clock.advance(10_000)
    await down
    expect((await ref.exited).kind).toMatch(/killed/)
    expect(clock.pending).toBe(0)
  })

  it('keeps to one deadline for all phases: the later ones get what the earlier ones left', async () => {
    const { system, clock } = timedSystem()
    const far = testSystem({ name: 'far' })
    const journal = new Journal()
    const Guest = { ...member(journal, 'guest'), name: 'Guest' }
    const { connector, listener } = memoryTransport()
    const slow: Listener = {
      listen: async (accept) => {
        const bound = await listener.listen(accept)
        return { ...bound, close: () => new Promise((resolve) => void clock.start(9_000, resolve)) }
      },
    }
    await system.listen(slow, { offer: [Guest] })
    const node = await far.connect(connector)
    const guest = far.spawn(Guest, [], { on: node })
    const stuck = [guest, system.spawn(member(journal, 'root'))]
    for (const ref of stuck) void ref.tell('hang')
    const worker = new MemoryNode('w', {})
    worker.onLaunch = never
    void system.start(worker.definition).catch(() => undefined)
    await guest.ready
    await turns()
    const down = system.shutdown()
    await clock.advance(9_999)
    expect(await stateOf(down)).toBe('pending')
    await clock.advance(1)
    expect(await stateOf(down)).toBe('resolved')
    expect(clock.pending).toBe(0)
    await far.shutdown()
  })

  it('does not wait for a listener that does not close', async () => {
    const { system, clock } = timedSystem()
    const journal = new Journal()
    await system.listen({ listen: async () => ({ address: 'stuck:', close: never }) })
    await system.spawn(member(journal, 'a')).ready
    const down = system.shutdown()
    await clock.advance(11_000)
    await down
    expect(clock.pending).toBe(0)
  })

  it('goes on when a listener fails to close', async () => {
    const system = testSystem()
    const errors: unknown[] = []
    system.events.subscribe((event) => event.kind === 'unhandled-error' && errors.push(event.error))
    const broken = new Error('broken')
    await system.listen({ listen: async () => ({ address: 'broken:', close: () => Promise.reject(broken) }) })
    await system.shutdown()
    expect(errors).toEqual([broken])
  })

  it('is one, however often it is called; the first reason counts', async () => {
    const system = testSystem()
    const slow = gate()
    system.spawn(member(new Journal(), 'a', { onStop: () => slow.promise }))
    await turns()
    const first = system.shutdown({ kind: 'shutdown', detail: 'first' })
    const second = system.shutdown({ kind: 'normal' })
    expect(second).toBe(first)
    slow.open()
    await second
    expect(await system.terminated).toEqual({ kind: 'shutdown', detail: 'first' })
    await system.shutdown()
    await system[Symbol.asyncDispose]()
  })

  it('can be asked for by an actor', async () => {
    const system = testSystem()
    const Quitter = actor({
      name: 'Quitter',
      setup: (self) => ({ quit: () => void self.system.shutdown({ kind: 'exit', code: 4 }) }),
    })
    void system.spawn(Quitter).tell('quit')
    expect(await system.terminated).toEqual({ kind: 'exit', code: 4 })
  })

  it('happens at the end of the block that owns the system', async () => {
    const journal = new Journal()
    let kept = testSystem()
    {
      await using system = kept
      await system.spawn(member(journal, 'a')).ready
      kept = system
    }
    expect(journal.read()).toBe('+a, -a shutdown')
    expect(await kept.terminated).toEqual({ kind: 'shutdown' })
  })

  it('completes the streams of events', async () => {
    const system = testSystem()
    const completed: string[] = []
    system.events.subscribe({ complete: () => completed.push('events') })
    system.deadLetters.subscribe({ complete: () => completed.push('dead letters') })
    system.nodes.subscribe({ complete: () => completed.push('nodes') })
    await system.shutdown()
    expect(completed).toEqual(['events', 'dead letters', 'nodes'])
    system.events.subscribe({ complete: () => completed.push('late') })
    expect(completed).toContain('late')
  })

  it('settles every ask', async () => {
    const { system, clock } = timedSystem()
    const ref = system.spawn(member(new Journal(), 'a'))
    const asks = [ref.ask('wait'), ref.ask('hang'), ref.ask('get')]
    const settled = Promise.allSettled(asks)
    await turns()
    const down = system.shutdown()
    await clock.advance(10_000)
    await down
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(clock.pending).toBe(0)
  })
})

describe('a system that is shut down', () => {
  it('says so to everything that would start something', async () => {
    const system = testSystem()
    const ref = system.spawn(member(new Journal(), 'a'))
    const { connector, listener } = memoryTransport()
    await system.shutdown()
    const calls: (() => unknown)[] = [
      () => system.spawn(member(new Journal(), 'b')),
      () => system.start(new MemoryNode('w', {}).definition),
      () => system.listen(listener),
      () => system.connect(connector),
      () => system.register('a', ref),
    ]
    for (const call of calls) {
      const error = await rejection((async () => call())())
      expect(error).toBeInstanceOf(SystemDownError)
      expect(error).toMatchObject({ code: 'TROUPE_SYSTEM_DOWN' })
    }
    expect(system.inspect()).toMatchObject({ state: 'stopped', children: [] })
    system.unregister('a')
  })

  it('says so while it is stopping, too', async () => {
    const system = testSystem()
    const slow = gate()
    system.spawn(member(new Journal(), 'a', { onStop: () => slow.promise }))
    await turns()
    const down = system.shutdown()
    expect(() => system.spawn(member(new Journal(), 'b'))).toThrow(SystemDownError)
    expect(system.inspect().state).toBe('stopping')
    slow.open()
    await down
  })

  it('gives up a listener that was being bound', async () => {
    const system = testSystem()
    const [binding, closed] = [gate(), gate()]
    const listening = system.listen({
      listen: async () => {
        await binding.promise
        return { address: 'late:', close: async () => closed.open() }
      },
    })
    await system.shutdown()
    binding.open()
    expect(await rejection(listening)).toMatchObject({ code: 'TROUPE_SYSTEM_DOWN' })
    await closed.promise
  })

  it('aborts a call under way, and closes a link that comes too late', async () => {
    const system = testSystem()
    const { connector, listener, ...transport } = memoryTransport()
    const far = testSystem({ name: 'far' })
    await far.listen(listener)
    let aborted = false
    const late = gate()
    const stubborn: Connector = {
      connect: async (signal) => {
        signal.addEventListener('abort', () => (aborted = true))
        await late.promise
        return connector.connect(new AbortController().signal)
      },
    }
    const connecting = system.connect(stubborn)
    await system.shutdown()
    expect(aborted).toBe(true)
    late.open()
    expect(await rejection(connecting)).toMatchObject({ code: 'TROUPE_SYSTEM_DOWN' })
    await far.shutdown()
    await turns()
    expect(transport.open).toBe(0)
  })

  it('does not wait for a handshake under way', async () => {
    const { system, clock } = timedSystem()
    const { connector, listener } = memoryTransport()
    await listener.listen(() => undefined) // whoever takes the call says nothing
    const connecting = system.connect(connector)
    await turns()
    await system.shutdown()
    expect(await rejection(connecting)).toMatchObject({ code: 'TROUPE_HANDSHAKE' })
    expect(clock.pending).toBe(0)
  })

  it('ends a worker that was still starting', async () => {
    const system = testSystem({ shutdownTimeout: 50 })
    const node = new MemoryNode('w', {})
    const slow = gate()
    node.onLaunch = () => slow.promise
    const starting = system.start(node.definition)
    await turns()
    const failed = rejection(starting)
    await system.shutdown()
    expect(await failed).toMatchObject({ code: expect.stringMatching(/^TROUPE_/) })
    slow.open()
    await turns(10)
    await Promise.allSettled(node.served)
    expect(node.handles.every(({ alive }) => !alive)).toBe(true)
  })
})
