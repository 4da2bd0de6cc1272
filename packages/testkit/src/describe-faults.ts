/**
 * What holds for every transport when it breaks its word: whatever arrives twice, late, cut or changed ends the link with a
 * code and reaches no actor, and silence ends it, too.
 */
import {
  type ActorRef,
  type AnyRef,
  type Dynamic,
  type RemoteNode,
  type System,
  actor,
  createSystem,
  silentLog,
} from '@troupe/core'
import { type Clock, type ExitReason, ManualClock, systemClock } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { withFaults } from './fault-link.ts'
import { type FaultKind, type FaultWay, Faults } from './faults.ts'
import { openPair } from './links/pair.ts'
import type { TransportUnderTest } from './links/transport-under-test.ts'
import { type Probe, createProbe } from './probe.ts'

/** Frames before and behind the one that is wrong. */
const FRAMES = 10
const BROKEN: readonly FaultKind[] = ['duplicate', 'reorder', 'lose', 'truncate', 'corrupt']
const CASES = BROKEN.flatMap((kind) => (['out', 'in'] as const).map((way) => [kind, way] as const))

/** Tells on what it is told, to whom it was aimed at; leaves other things open. */
const Relay = actor({
  name: 'Relay',
  setup: (self) => {
    let to: ActorRef<Dynamic> | null = null
    const ends: ExitReason[] = []
    return {
      aim: (ref: ActorRef<Dynamic>) => void (to = ref),
      take: (n: number) => void to?.tell('take', n),
      wait: () => self.defer<never>(),
      async *waitingStream() {
        await new Promise<void>((resolve) => self.request.signal.addEventListener('abort', () => resolve(), { once: true }))
        yield 0
      },
      watch: (ref: AnyRef) => void self.watch(ref, (reason) => ends.push(reason)),
      ends: () => ends,
    }
  },
})

class Ends implements AsyncDisposable {
  readonly faults: Faults
  readonly near: System
  readonly far: System
  /** Why each end says that the other one is gone. */
  readonly nearSays: Promise<ExitReason | null>
  readonly farSays: Promise<ExitReason | null>

  constructor(faults: Faults, clock: Clock = systemClock) {
    this.faults = faults
    this.near = createSystem({ name: 'near', log: silentLog, clock })
    this.far = createSystem({ name: 'far', log: silentLog, clock })
    this.nearSays = lossAt(this.near)
    this.farSays = lossAt(this.far)
  }

  /** The far node as the near end has it, through the faults. */
  async join(transport: TransportUnderTest): Promise<RemoteNode> {
    const pair = openPair(transport)
    const { address } = await this.far.listen(pair.listener)
    return this.near.connect(withFaults(pair.connectorTo(address), this.faults))
  }

  /** A function that sends the next number, in a frame of its own, in this direction; and the probe that gets them. */
  async open(transport: TransportUnderTest, way: FaultWay): Promise<{ probe: Probe; send: () => Promise<void> }> {
    const node = await this.join(transport)
    const probe = createProbe(way === 'out' ? this.far : this.near)
    let target: ActorRef<Dynamic> = probe.ref
    if (way === 'out') {
      this.far.register('probe', probe.ref)
      target = node.lookup('probe')
    } else {
      // The far end has a ref to the probe only when it was sent one.
      const relay = this.far.spawn(Relay)
      this.far.register('relay', relay)
      await node.lookup<Dynamic>('relay').ask('aim', probe.ref)
      target = relay
    }
    let sent = 0
    const send = async (): Promise<void> => {
      void target.tell('take', sent++)
      await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    return { probe, send }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.faults.heal()
    await this.near.shutdown()
    await this.far.shutdown()
  }
}

export function describeFaults(transport: TransportUnderTest): void {
  describe('a link that breaks its word', () => {
    it.each(CASES)('by %s (%s) is closed with a code, and no actor gets anything of it', async (kind, way) => {
      await using ends = new Ends(new Faults({ seed: FRAMES }))
      const { probe, send } = await ends.open(transport, way)
      for (let n = 0; n < FRAMES; n++) await send()
      await probe.count(FRAMES)
      ends.faults.next(kind, way)
      for (let n = 0; n < FRAMES; n++) await send()
      const heard = await (way === 'out' ? ends.farSays : ends.nearSays)
      expect(heard, ends.faults.log.join(', ')).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
      const numbers = probe.received.map(({ args }) => args[0])
      expect(numbers).toEqual(numbers.map((_, n) => n))
      // Of a frame that comes twice, the first one counts; it may hold several messages, where they came to the relay in one turn.
      expect(numbers.length).toBeLessThanOrEqual(kind === 'duplicate' ? 2 * FRAMES : FRAMES)
    })

    it('by its loss ends all that is open over it as disconnected, once, at both ends', async () => {
      await using ends = new Ends(new Faults())
      const node = await ends.join(transport)
      const [here, there] = [ends.near.spawn(Relay), ends.far.spawn(Relay)]
      ends.far.register('relay', there)
      // Safe: protocols of actors that are named over a link are not known here.
      const relay = node.lookup<Dynamic>('relay')
      await relay.ask('watch', here)
      await here.ask('watch', relay)
      const open = [
        relay.with({ timeout: Infinity }).ask('wait'),
        new Promise((_, reject) => void relay.stream('waitingStream').subscribe({ error: reject })),
      ].map((one) => one.catch((error: unknown) => error))
      await relay.ask('ends') // what was opened before it is there
      ends.faults.cut()
      const lost = { kind: 'disconnected', node: 'far' }
      expect(await Promise.all(open)).toMatchObject([{ reason: lost }, { reason: lost }])
      expect([await node.exited, await ends.farSays]).toEqual([lost, { kind: 'disconnected', node: 'near' }])
      expect([await here.ask('ends'), await there.ask('ends')]).toEqual([[lost], [{ kind: 'disconnected', node: 'near' }]])
      await expect(relay.ask('ends')).rejects.toMatchObject({ reason: lost })
    })

    it.each(['out', 'in', 'both'] as const)('by silence (%s) is lost within three seconds, for both ends', async (way) => {
      const clock = new ManualClock()
      const ends = new Ends(new Faults(), clock)
      const node = await ends.join(transport)
      ends.faults.halfOpen(way)
      await clock.advance(3_500)
      expect(await node.exited).toEqual({ kind: 'disconnected', node: 'far' })
      expect(await ends.farSays).toEqual({ kind: 'disconnected', node: 'near' })
      await Promise.all([ends[Symbol.asyncDispose](), clock.advance(20_000)])
    })
  })
}

function lossAt(system: System): Promise<ExitReason | null> {
  return new Promise((resolve) => {
    system.events.subscribe((event) => event.kind === 'node-down' && resolve(event.reason))
  })
}
