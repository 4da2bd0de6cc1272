/**
 * What an actor sees of itself: place, children, signal; and how it stops itself.
 */
import { describe, expect, it } from 'vitest'
import type { ExitReason } from '../../src/model/exit-reason.ts'
import type { Self } from '../../src/model/self.ts'
import { Counter, Idle, inline } from '../support/actors.ts'
import { record, testSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'

/** Lets a test act as an actor does: hands out its self. */
async function withSelf(system: ReturnType<typeof testSystem>, name?: string): Promise<Self> {
  let self: Self | null = null
  const ref = system.spawn(
    inline((mine) => ((self = mine), {})),
    [],
    name === undefined ? {} : { name },
  )
  await ref.ready
  if (self === null) throw new Error('setup did not run')
  return self
}

describe('self', () => {
  it('knows its ref, path, parent and system', async () => {
    await using system = testSystem()
    const Child = inline((self) => ({
      seen: () => ({ path: self.path, parent: self.parent?.path ?? null, ref: self.ref, system: self.system }),
    }))
    const Parent = inline((self) => ({ child: () => self.spawn(Child, [], { name: 'child' }), top: () => self.parent }))
    const parent = system.spawn(Parent, [], { name: 'parent' })
    const child = await parent.ask('child')
    const seen = await child.ask('seen')
    expect(seen).toMatchObject({ path: 'troupe://test/parent/child', parent: 'troupe://test/parent' })
    expect([seen.ref.equals(child), seen.system === system, await parent.ask('top')]).toEqual([true, true, null])
  })

  it('may talk to its parent', async () => {
    await using system = testSystem()
    const heard = gate<unknown>()
    const Child = inline((self) => ({ greet: () => void self.parent?.tell('hello', self.ref) }))
    const Parent = inline((self) => ({
      begin: () => self.spawn(Child, [], { name: 'c' }).tell('greet'),
      hello: (child: unknown) => heard.open(child),
    }))
    system.spawn(Parent, [], { name: 'p' }).tell('begin')
    expect(String(await heard.promise)).toBe('troupe://test/p/c')
  })

  it('lists its children in the order spawned, without those that ended', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    const refs = ['b', 'a', 'c'].map((name) => self.spawn(Idle, [], { name }))
    const names = (): string[] => self.children.map((child) => child.path.split('/').at(-1) ?? '')
    expect(names()).toEqual(['b', 'a', 'c'])
    refs[1]?.kill()
    await refs[1]?.exited
    self.spawn(Idle, [], { name: 'a' })
    expect(names()).toEqual(['b', 'c', 'a'])
  })

  it('writes log lines with its path', async () => {
    const lines: unknown[] = []
    await using system = testSystem({
      log: (path) =>
        Object.fromEntries(
          ['debug', 'info', 'warn', 'error'].map((level) => [level, (...line: unknown[]) => lines.push([path, level, ...line])]),
        ) as never,
    })
    const self = await withSelf(system, 'a')
    self.log.debug('one', 1)
    self.log.error('two')
    expect(lines).toEqual([
      ['troupe://test/a', 'debug', 'one', 1],
      ['troupe://test/a', 'error', 'two'],
    ])
  })

  it('has no message outside of one', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    expect(self.request).toMatchObject({ sender: null, signal: self.signal, deadline: null, trace: null })
    expect(self.request.node.path).toBe('troupe://test')
  })

  it('refuses to act once its actor has ended, and stopping again is fine', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    self.stop()
    expect(await self.ref.exited).toEqual({ kind: 'normal' })
    self.stop()
    const other = system.spawn(Idle)
    const attempts: (() => unknown)[] = [
      () => self.spawn(Idle),
      () => self.onStop(() => 1),
      () => self.watch(other, () => 1),
      () => self.link(other),
      () => self.trapExit(() => 1),
      () => self.after(1, 'x'),
      () => self.every(1, 'x'),
      () => self.idle(1, 'x'),
      () => self.become({}),
      () => self.stash(),
      () => self.unstash(),
      () => self.defer(),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(/is not running: normal/)
    self.unlink(other)
    expect([self.children, self.parent]).toEqual([[], null])
  })

  it.each<[string, (self: Self) => unknown]>([
    ['watch', (self) => self.watch(self.ref, 1 as never)],
    ['onStop', (self) => self.onStop(undefined as never)],
    ['trapExit', (self) => self.trapExit({} as never)],
    ['become', (self) => self.become(null as never)],
    ['after, of no method,', (self) => self.after(1, '')],
    ['every, of a time that is none,', (self) => self.every('1' as never, 'x')],
  ])('refuses %s with the wrong arguments', async (_what, act) => {
    await using system = testSystem()
    const self = await withSelf(system)
    expect(() => act(self)).toThrow(TypeError)
  })
})

describe('signal', () => {
  it.each<[string, (self: Self) => void, ExitReason]>([
    ['stops itself', (self) => self.stop(), { kind: 'normal' }],
    ['stops itself with a reason', (self) => self.stop({ kind: 'shutdown', detail: 7 }), { kind: 'shutdown', detail: 7 }],
    ['is stopped', (self) => self.ref.stop(), { kind: 'normal' }],
    ['is killed', (self) => self.ref.kill(), { kind: 'killed' }],
  ])('is aborted with the exit reason when the actor %s', async (_how, end, reason) => {
    await using system = testSystem()
    const self = await withSelf(system)
    const { signal } = self
    expect(signal.aborted).toBe(false)
    let heard: unknown
    signal.addEventListener('abort', () => (heard = signal.reason))
    end(self)
    expect(await self.ref.exited).toEqual(reason)
    expect(heard).toEqual(reason)
  })

  it('is aborted already when first asked for after the end', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    self.ref.kill()
    expect([self.signal.aborted, self.signal.reason]).toEqual([true, { kind: 'killed' }])
  })

  it('is aborted before the stop hooks run', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    const { signal } = self
    let seen = false
    self.onStop(() => (seen = signal.aborted))
    self.ref.stop()
    await self.ref.exited
    expect(seen).toBe(true)
  })
})

describe('stopping itself', () => {
  it('ends the actor after the current message, which is answered, and before what is queued', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const ref = system.spawn(inline((self) => ({ last: () => (self.stop(), 'answer'), next: () => 'next' })))
    const [answer, next] = [ref.ask('last'), rejection(ref.ask('next'))]
    ref.tell('next')
    expect(await answer).toBe('answer')
    expect(await next).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'normal' } })
    expect(letters).toMatchObject([{ method: 'next', why: 'stopped' }])
  })

  it('waits for an async handler', async () => {
    await using system = testSystem()
    const held = gate()
    const ref = system.spawn(
      inline((self) => ({
        async last() {
          self.stop()
          await held.promise
          return 'answer'
        },
      })),
    )
    const answer = ref.ask('last')
    await turns()
    expect(system.inspect().children[0]?.state).toBe('suspended')
    held.open()
    expect(await answer).toBe('answer')
    expect(await ref.exited).toEqual({ kind: 'normal' })
  })

  it.each<ExitReason>([
    { kind: 'normal' },
    { kind: 'shutdown' },
    { kind: 'shutdown', detail: { a: 1 } },
    { kind: 'exit', code: 3 },
    { kind: 'error', error: new Error('given') },
  ])('ends it with the reason %o', async (reason) => {
    await using system = testSystem()
    const ref = system.spawn(inline((self) => ({ end: () => self.stop(reason) })))
    ref.tell('end')
    expect(await ref.exited).toEqual(reason)
  })

  it('counts the first reason', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({ end: () => (self.stop({ kind: 'shutdown' }), self.stop({ kind: 'exit', code: 1 })) })),
    )
    ref.tell('end')
    expect(await ref.exited).toEqual({ kind: 'shutdown' })
  })

  it('works between messages and in setup', async () => {
    await using system = testSystem()
    const self = await withSelf(system)
    self.stop({ kind: 'shutdown' })
    expect(await self.ref.exited).toEqual({ kind: 'shutdown' })
    const short = system.spawn(inline((mine) => (mine.stop(), { get: () => 1 })))
    const asked = rejection(short.ask('get'))
    await short.ready
    expect(await short.exited).toEqual({ kind: 'normal' })
    expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('loses to an error of the same handler', async () => {
    await using system = testSystem()
    const ref = system.spawn(
      inline((self) => ({
        end() {
          self.stop()
          throw new Error('boom')
        },
      })),
    )
    ref.tell('end')
    expect(await ref.exited).toMatchObject({ kind: 'error', error: { message: 'boom' } })
  })
})

describe('stop from outside', () => {
  it('is a sentinel: what was queued before it is handled, what comes after it is not', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const counter = system.spawn(Counter, [0])
    counter.tell('add', 1)
    const before = counter.ask('get')
    counter.stop()
    counter.stop({ kind: 'shutdown' })
    counter.tell('add', 2)
    const after = rejection(counter.ask('get'))
    expect(await before).toBe(1)
    expect(await counter.exited).toEqual({ kind: 'normal' })
    expect(await after).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'normal' } })
    expect(letters).toEqual([{ target: counter.path, method: 'add', args: [2], sender: null, why: 'stopped' }])
    counter.stop()
    counter.kill()
  })

  it('ends with the given reason', async () => {
    await using system = testSystem()
    const ref = system.spawn(Idle)
    ref.stop({ kind: 'exit', code: 3 })
    expect(await ref.exited).toEqual({ kind: 'exit', code: 3 })
  })
})

describe('kill', () => {
  it('needs no queue: what waits is not handled', async () => {
    await using system = testSystem()
    const counter = system.spawn(Counter, [0])
    await counter.ready
    const asked = rejection(counter.ask('get'))
    counter.kill()
    expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await counter.exited).toEqual({ kind: 'killed' })
  })

  it('ends an actor whose async handler holds it', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline(() => ({ hang: () => new Promise<never>(() => undefined) })))
    const [held, queued] = [rejection(ref.ask('hang')), rejection(ref.ask('hang'))]
    await turns()
    ref.kill()
    expect(await held).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await queued).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await ref.exited).toEqual({ kind: 'killed' })
  })

  it('takes the children along, all at once and without their hooks', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const Child = inline((self) => (self.onStop(() => heard.push('hook')), {}))
    const self = await withSelf(system)
    const children = [self.spawn(Child), self.spawn(Child)]
    await Promise.all(children.map((child) => child.ready))
    self.ref.kill()
    expect(await Promise.all(children.map((child) => child.exited))).toEqual([{ kind: 'killed' }, { kind: 'killed' }])
    expect(heard).toEqual([])
  })

  it('can be called by the actor itself, in a handler', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline((self) => ({ end: () => (self.ref.kill(), 'late') })))
    expect(await rejection(ref.ask('end'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } })
    expect(await ref.exited).toEqual({ kind: 'killed' })
  })

  it.each(['kill', 'stop'] as const)('and %s take a tree along that is four thousand deep', async (how) => {
    await using system = testSystem({ stopTimeout: 60_000, shutdownTimeout: 60_000 })
    const bottom = gate()
    interface Level {
      grow(left: number): void
    }
    const Level: ReturnType<typeof inline<Level>> = inline((self) => ({
      grow(left: number) {
        if (left === 0) bottom.open()
        else self.spawn(Level).tell('grow', left - 1)
      },
    }))
    const top = system.spawn(Level)
    top.tell('grow', 4_000)
    await bottom.promise
    const ended = top.exited
    top[how]()
    expect(await ended).toEqual({ kind: how === 'kill' ? 'killed' : 'normal' })
    expect(system.inspect().children).toEqual([])
  })
})

describe('exited', () => {
  it('resolves for everybody who asks, before and after the end', async () => {
    await using system = testSystem()
    const ref = system.spawn(Idle)
    const [one, other] = [ref.exited, ref.exited]
    ref.stop({ kind: 'shutdown' })
    expect(await Promise.all([one, other])).toEqual([{ kind: 'shutdown' }, { kind: 'shutdown' }])
    expect(await ref.exited).toEqual({ kind: 'shutdown' })
  })
})
