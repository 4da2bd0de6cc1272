/**
 * Two systems over memory, and one frame that is wrong: any frame of the handshake, any bit of a frame behind it. The suite of
 * transports tries each kind of fault once over each of them; here are the many.
 */
import { HandshakeError, createSystem, isTroupeError, silentLog } from '@troupe/core'
import { type ExitReason, ManualClock, memoryTransport } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { withFaults } from '../src/fault-link.ts'
import { type FaultKind, type FaultWay, Faults } from '../src/faults.ts'
import { createProbe } from '../src/probe.ts'

const SECRET = 'sixteen characters and some'
const KINDS: readonly FaultKind[] = ['duplicate', 'reorder', 'lose', 'truncate', 'corrupt', 'cut', 'half-open']
/** With a secret the dialer sends hello and proof, the acceptor hello, proof and welcome. */
const STEPS = [
  ['out', 1],
  ['out', 2],
  ['in', 1],
  ['in', 2],
  ['in', 3],
] as const
const CASES = KINDS.flatMap((kind) => STEPS.map(([way, nth]) => [kind, way, nth] as const))

/** The frame after so many others in this direction has the fault. */
class OneFault extends Faults {
  readonly #kind: FaultKind
  readonly #way: FaultWay
  #before: number

  constructor(seed: number, kind: FaultKind, way: FaultWay, nth: number) {
    super({ seed })
    this.#kind = kind
    this.#way = way
    this.#before = nth
  }

  override decide(way: FaultWay, frame: Uint8Array): FaultKind | null {
    if (way === this.#way && --this.#before === 0) this.next(this.#kind, way)
    return super.decide(way, frame)
  }
}

/** Two systems; `outcome` is what the near end hears, of the call or of the node that came of it. */
function call(faults: Faults) {
  const clock = new ManualClock()
  const near = createSystem({ name: 'near', log: silentLog, clock })
  const far = createSystem({ name: 'far', log: silentLog, clock })
  const probe = createProbe(far)
  far.register('probe', probe.ref)
  const transport = memoryTransport({ clock })
  const outcome = async (): Promise<unknown> => {
    await far.listen(transport.listener, { secret: SECRET })
    try {
      const node = await near.connect(withFaults(transport.connector, faults), { secret: SECRET })
      expect([node.name, node.id]).toEqual(['far', far.id])
      void node.lookup('probe').tell('take')
      return await node.exited
    } catch (error) {
      return error
    }
  }
  return {
    clock,
    near,
    far,
    probe,
    outcome,
    [Symbol.asyncDispose]: async () => {
      faults.heal()
      await Promise.all([near.shutdown(), far.shutdown(), clock.advance(20_000)])
      expect([transport.open, faults.open]).toEqual([0, 0])
    },
  }
}

describe('a handshake with a secret', () => {
  it.each(CASES)('in which one frame has the fault %s (%s %i) lets nobody in, or ends with a code', async (kind, way, nth) => {
    for (let seed = 1; seed <= 5; seed++) {
      const faults = new OneFault(seed, kind, way, nth)
      await using ends = call(faults)
      const outcome = ends.outcome()
      // Proofs are computed elsewhere: time goes on, but only when that is done, or will never be.
      let settled: unknown
      void outcome.then((value) => (settled = value))
      for (let turns = 0; turns < 5_000 && settled === undefined; turns++) {
        await new Promise<void>((resolve) => void setImmediate(resolve))
        if (turns > 200) await ends.clock.advance(100)
      }
      const said = faults.log.join(', ')
      if (settled instanceof Error) expect(isTroupeError(settled), `${said}: ${String(settled)}`).toBe(true)
      // Safe: a call that succeeded says why its node ended.
      else expect((settled as ExitReason | undefined)?.kind, said).toMatch(/^(error|disconnected)$/)
      if (settled instanceof HandshakeError) expect(ends.probe.received, said).toEqual([])
    }
  })
})

describe('a frame with one wrong bit', () => {
  it('closes the link with a code wherever the bit is, and no actor gets anything of it', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const faults = new Faults({ seed })
      const clock = new ManualClock()
      await using near = createSystem({ name: 'near', log: silentLog, clock })
      await using far = createSystem({ name: 'far', log: silentLog, clock })
      const probe = createProbe(far)
      far.register('probe', probe.ref)
      const { listener, connector } = memoryTransport()
      await far.listen(listener)
      const node = await near.connect(withFaults(connector, faults))
      const heard = new Promise<ExitReason | null>((resolve) => {
        far.events.subscribe((event) => event.kind === 'node-down' && resolve(event.reason))
      })
      faults.next('corrupt')
      void node.lookup('probe').tell('take', 'some text, so that there are bits')
      expect(await heard, faults.log.join(', ')).toMatchObject({ kind: 'error', error: { code: 'TROUPE_PROTOCOL' } })
      expect(probe.received, faults.log.join(', ')).toEqual([])
    }
  })
})
