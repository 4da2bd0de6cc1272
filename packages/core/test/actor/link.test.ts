import { describe, expect, it } from 'vitest'
import { type ExitReason, isFailure } from '../../src/model/exit-reason.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import { Idle, inline } from '../support/actors.ts'
import { testSystem } from '../support/test-system.ts'
import { Tally, turns } from '../support/waiting.ts'

interface Linked {
  link(ref: ActorRef<Linked>): void
  unlink(ref: ActorRef<Linked>): void
  spawnLinked(): ActorRef<Linked>
  quit(reason: ExitReason): void
  ping(): string
}

function linked(trapped: Tally<[string, ExitReason]> | null = null): ReturnType<typeof inline<Linked>> {
  const Linked: ReturnType<typeof inline<Linked>> = inline((self) => {
    if (trapped !== null) self.trapExit((ref, reason) => trapped.add([ref.path, reason]))
    return {
      link: (ref: ActorRef<Linked>) => self.link(ref),
      unlink: (ref: ActorRef<Linked>) => self.unlink(ref),
      spawnLinked: (): ActorRef<Linked> => self.spawn(Linked, [], { link: true }),
      quit: (reason: ExitReason) => self.stop(reason),
      ping: () => 'pong',
    }
  })
  return Linked
}

const reasons: readonly ExitReason[] = [
  { kind: 'normal' },
  { kind: 'shutdown' },
  { kind: 'shutdown', detail: 'done' },
  { kind: 'killed' },
  { kind: 'error', error: new Error('boom') },
  { kind: 'exit', code: 2 },
  { kind: 'signal', signal: 'SIGKILL' },
  { kind: 'disconnected', node: 'far' },
  { kind: 'not-found' },
]

describe('a link', () => {
  it.each(reasons)('ties both lives: %o ends the other one only if it is a failure', async (reason) => {
    await using system = testSystem()
    for (const direction of ['forward', 'backward'] as const) {
      const [one, other] = [system.spawn(linked()), system.spawn(linked())]
      await (direction === 'forward' ? one.ask('link', other) : other.ask('link', one))
      one.tell('quit', reason)
      await one.exited
      if (isFailure(reason)) expect(await other.exited).toEqual(reason)
      else expect(await other.ask('ping')).toBe('pong')
    }
  })

  it.each(reasons)('hands %o to an actor that traps exits, as a message', async (reason) => {
    await using system = testSystem()
    const trapped = new Tally<[string, ExitReason]>()
    const [one, other] = [system.spawn(linked()), system.spawn(linked(trapped))]
    await other.ask('link', one)
    one.tell('quit', reason)
    expect(await trapped.reaches(1)).toEqual([[one.path, reason]])
    expect(await other.ask('ping')).toBe('pong')
    expect(trapped.items).toHaveLength(1)
  })

  it('to a dead actor is heard as not-found', async () => {
    await using system = testSystem()
    const dead = system.spawn(linked())
    dead.kill()
    await dead.exited
    const plain = system.spawn(linked())
    plain.tell('link', dead)
    expect(await plain.exited).toEqual({ kind: 'not-found' })
    const trapped = new Tally<[string, ExitReason]>()
    const trapping = system.spawn(linked(trapped))
    await trapping.ask('link', dead)
    expect(await trapped.reaches(1)).toEqual([[dead.path, { kind: 'not-found' }]])
  })

  it('counts once, however often it was made, from either side', async () => {
    await using system = testSystem()
    const trapped = new Tally<[string, ExitReason]>()
    const [one, other] = [system.spawn(linked()), system.spawn(linked(trapped))]
    await one.ask('link', other)
    await other.ask('link', one)
    await other.ask('link', one)
    one.kill()
    await trapped.reaches(1)
    await turns()
    expect(trapped.items).toHaveLength(1)
  })

  it('is gone after unlink, from either side', async () => {
    await using system = testSystem()
    for (const direction of ['forward', 'backward'] as const) {
      const [one, other] = [system.spawn(linked()), system.spawn(linked())]
      await one.ask('link', other)
      await (direction === 'forward' ? one.ask('unlink', other) : other.ask('unlink', one))
      one.kill()
      await one.exited
      expect(await other.ask('ping')).toBe('pong')
    }
  })

  it('can be made with the spawn', async () => {
    await using system = testSystem()
    const parent = system.spawn(linked())
    const child = await parent.ask('spawnLinked')
    child.tell('quit', { kind: 'exit', code: 1 })
    expect(await parent.exited).toEqual({ kind: 'exit', code: 1 })
  })

  it('ends a linked actor whose handler holds it, with hooks, and its children', async () => {
    await using system = testSystem()
    const heard: string[] = []
    const other = system.spawn(linked())
    const Child = inline((self) => (self.onStop((reason) => heard.push(`child: ${reason.kind}`)), {}))
    const held = system.spawn(
      inline((self) => {
        self.link(other)
        self.spawn(Child)
        self.onStop((reason) => heard.push(`hook: ${reason.kind}`))
        return { hold: () => new Promise(() => undefined) }
      }),
    )
    held.tell('hold')
    await turns()
    other.kill()
    expect(await held.exited).toEqual({ kind: 'killed' })
    expect(heard).toEqual(['child: shutdown', 'hook: killed'])
  })

  it('reaches an actor that is still being set up', async () => {
    await using system = testSystem()
    const other = system.spawn(linked())
    const ref = system.spawn(
      inline(async (self) => {
        self.link(other)
        other.kill()
        await new Promise(() => undefined)
        return {}
      }),
    )
    expect(await ref.exited).toEqual({ kind: 'killed' })
  })

  it('tells of a failure that was passed on, so that it is no orphan', async () => {
    const lines: unknown[] = []
    await using system = testSystem({
      log: () => ({
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (...line) => void lines.push(line),
      }),
    })
    const trapped = new Tally<[string, ExitReason]>()
    const [one, other] = [system.spawn(linked()), system.spawn(linked(trapped))]
    await other.ask('link', one)
    one.tell('quit', { kind: 'error', error: new Error('boom') })
    await trapped.reaches(1)
    expect(lines).toEqual([])
  })

  it('passes a failure through a ring of five thousand', async () => {
    await using system = testSystem()
    const refs = Array.from({ length: 5_000 }, () => system.spawn(linked()))
    const first = refs[0]
    const last = refs.at(-1)
    if (first === undefined || last === undefined) throw new Error('no actors')
    for (const [at, ref] of refs.entries()) ref.tell('link', refs[(at + 1) % refs.length] ?? first)
    await last.ask('ping')
    first.tell('quit', { kind: 'exit', code: 9 })
    const ends = await Promise.all(refs.map((ref) => ref.exited))
    expect(ends.every((reason) => reason.kind === 'exit' && reason.code === 9)).toBe(true)
    expect(system.inspect().children).toEqual([])
  })

  it('between parent and child survives the shutdown of both', async () => {
    const system = testSystem()
    const parent = system.spawn(linked())
    const child = await parent.ask('spawnLinked')
    await system.shutdown()
    expect(await parent.exited).toMatchObject({ kind: 'shutdown' })
    expect(await child.exited).toEqual({ kind: 'shutdown' })
  })

  it('to itself changes nothing', async () => {
    await using system = testSystem()
    const ref = system.spawn(inline((self) => (self.link(self.ref), { ping: () => 1 })))
    expect(await ref.ask('ping')).toBe(1)
    ref.stop({ kind: 'exit', code: 1 })
    expect(await ref.exited).toEqual({ kind: 'exit', code: 1 })
  })

  it('to an idle actor is no message to it', async () => {
    await using system = testSystem()
    const idle = system.spawn(Idle)
    const one = system.spawn(linked())
    await one.ask('link', idle as ActorRef<Linked>)
    expect(system.inspect().children.map((info) => info.mailbox)).toEqual([0, 0])
  })
})
