import { describe, expect, it } from 'vitest'
import { StopSequence } from '../../src/actor/stop-sequence.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { Envelope } from '../../src/model/envelope.ts'
import { isShutdownRequest } from '../../src/model/envelope.ts'
import type { Child } from '../../src/model/target.ts'

/** Children that only write down what they are told; `onKill` is what a kill of one does at once. */
class Family {
  readonly clock = new ManualClock()
  readonly lines: string[] = []
  readonly children: readonly Child[]
  onKill: (child: Child) => void = () => undefined

  constructor(count: number) {
    this.children = Array.from({ length: count }, (_, index) => this.#child(`${index + 1}`))
  }

  sequence(): StopSequence {
    return new StopSequence(this.children, this.clock, () => this.lines.push('done'))
  }

  at(index: number): Child {
    const child = this.children[index]
    if (child === undefined) throw new Error(`no child ${index}`)
    return child
  }

  #child(name: string): Child {
    const child = {
      deliver: (envelope: Envelope) => void this.lines.push(isShutdownRequest(envelope) ? `ask ${name}` : 'something else'),
      kill: () => {
        this.lines.push(`kill ${name}`)
        this.onKill(child as unknown as Child)
      },
    }
    return child as unknown as Child
  }
}

describe('stop sequence', () => {
  it('asks one after the other, each when the one before has ended', () => {
    const family = new Family(3)
    const sequence = family.sequence()
    sequence.start()
    expect(family.lines).toEqual(['ask 1'])
    sequence.ended(family.at(0))
    sequence.ended(family.at(1))
    expect(family.lines).toEqual(['ask 1', 'ask 2', 'ask 3'])
    sequence.ended(family.at(2))
    expect(family.lines.at(-1)).toBe('done')
  })

  it('is done at once without children', () => {
    const family = new Family(0)
    family.sequence().start()
    expect(family.lines).toEqual(['done'])
  })

  it('leaves out those that ended before their turn', () => {
    const family = new Family(3)
    const sequence = family.sequence()
    sequence.start()
    sequence.ended(family.at(1))
    sequence.ended(family.at(1))
    sequence.ended(family.at(0))
    expect(family.lines).toEqual(['ask 1', 'ask 3'])
    sequence.ended(family.at(2))
    expect(family.lines).toEqual(['ask 1', 'ask 3', 'done'])
  })

  it('does not care for strangers', () => {
    const family = new Family(1)
    const sequence = family.sequence()
    sequence.start()
    sequence.ended(new Family(1).at(0))
    expect(family.lines).toEqual(['ask 1'])
  })

  it('kills all that are left, in order, and is done once they have ended', async () => {
    const family = new Family(3)
    const sequence = family.sequence()
    sequence.start()
    sequence.ended(family.at(0))
    sequence.killAll()
    sequence.killAll()
    expect(family.lines).toEqual(['ask 1', 'ask 2', 'kill 2', 'kill 3'])
    sequence.ended(family.at(2))
    sequence.ended(family.at(1))
    expect(family.lines.at(-1)).toBe('done')
    expect(family.clock.pending).toBe(0)
  })

  it('is done once when children end as they are killed', () => {
    const family = new Family(3)
    const sequence = family.sequence()
    family.onKill = (child) => sequence.ended(child)
    sequence.killAll()
    expect(family.lines).toEqual(['kill 1', 'kill 2', 'kill 3', 'done'])
    sequence.start()
    expect(family.lines).toHaveLength(4)
  })

  it('gives up those that do not obey a kill', async () => {
    const family = new Family(2)
    const sequence = family.sequence()
    sequence.killAll()
    sequence.ended(family.at(0))
    await family.clock.advance(4_999)
    expect(family.lines).not.toContain('done')
    await family.clock.advance(1)
    expect(family.lines.at(-1)).toBe('done')
    sequence.ended(family.at(1))
    expect(family.lines.filter((line) => line === 'done')).toHaveLength(1)
  })
})
