/**
 * After any sequence of joins, leaves, ends, cuts and returns, and then quiet, each node's view is the truth: its own members
 * and those of the nodes that it is connected to, each as often as it joined; and what a listener was told adds up to it.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyRef } from '../../src/model/ref.ts'
import { Idle } from '../support/actors.ts'
import { addresses } from '../support/group-members.ts'
import { Machines } from '../support/machines.ts'
import { turns } from '../support/waiting.ts'

const GROUPS = ['red', 'blue'] as const
const SIZE = 3

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('join'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mend'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('turn'), at: fc.nat(SIZE - 1), actor: fc.nat(2), group: fc.nat(1) }) },
)

interface Actor {
  ref: AnyRef
  readonly joins: [number, number]
}

/** Folds what a listener hears into a list of addresses. */
class Heard {
  readonly #count = new Map<string, number>()

  add(refs: readonly AnyRef[], by: number): void {
    for (const { address } of refs) this.#count.set(address, (this.#count.get(address) ?? 0) + by)
  }

  get list(): string[] {
    return [...this.#count].flatMap(([address, times]) => new Array<string>(times).fill(address)).sort()
  }
}

describe('views of groups', () => {
  it('are the truth once it is quiet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        await using machines = await Machines.start(SIZE)
        const actors = machines.systems.map((system) => [0, 1, 2].map((): Actor => ({ ref: system.spawn(Idle), joins: [0, 0] })))
        const heard = machines.systems.map((system) =>
          GROUPS.map((name) => {
            const view = new Heard()
            system.group(name).changes.subscribe(({ joined, left }) => {
              view.add(joined, 1)
              view.add(left, -1)
            })
            return view
          }),
        )
        for (const { kind, at, actor, group } of steps) {
          const system = machines.at(at)
          const one = actors[at]?.[actor]
          const name = GROUPS[group]
          if (one === undefined || name === undefined) throw new Error('a step leads nowhere')
          const index = group === 0 ? 0 : 1
          const other = (at + 1) % SIZE
          if (kind === 'join') {
            system.group(name).join(one.ref)
            one.joins[index]++
          } else if (kind === 'leave') {
            expect(system.group(name).leave(one.ref)).toBe(one.joins[index] > 0)
            one.joins[index] = Math.max(0, one.joins[index] - 1)
          } else if (kind === 'kill') {
            one.ref.kill()
            await one.ref.exited
            one.ref = system.spawn(Idle)
            one.joins.fill(0)
          } else if (kind === 'cut') await machines.cut(at, other)
          else if (kind === 'mend') await machines.mend(at, other)
          else await turns(1)
        }
        await machines.quiet()
        for (const [at, system] of machines.systems.entries()) {
          for (const [index, name] of GROUPS.entries()) {
            const truth = actors.flatMap((those, node) =>
              node === at || machines.isConnected(at, node)
                ? those.flatMap(({ ref, joins }) => new Array<AnyRef>(joins[index] ?? 0).fill(ref))
                : [],
            )
            expect(addresses(system.group(name).members())).toEqual(addresses(truth))
            expect(heard[at]?.[index]?.list).toEqual(addresses(truth))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
