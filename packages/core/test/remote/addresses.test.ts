import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { type Address, type NodeId, toNodeId } from '../../src/model/address.ts'
import { AddressBook, pathOf } from '../../src/remote/addresses.ts'
import { nameAddress } from '../../src/remote/name-address.ts'
import { FakeNode, pair, remote, settle } from './fake-node.ts'
import { tell } from './probes.ts'

const clock = new ManualClock()
const left = new FakeNode('left', clock)
const right = new FakeNode('right', clock)
const third = toNodeId('third', 'x')
const ofLeft = new AddressBook(left, right.id, {
  targetFor: (address, path) => Object.assign(right.actor('made'), { address, path }),
})
const ofRight = new AddressBook(right, left.id, {
  targetFor: (address, path) => Object.assign(left.actor('made'), { address, path }),
})

function address(node: NodeId, origin: NodeId, seq: number): Address {
  return { node, origin, seq }
}

describe('addresses on the wire', () => {
  const targets: readonly (readonly [string, Address, unknown])[] = [
    ["the reader's own actor", address(right.id, right.id, 7), 7],
    ['one there that the writer spawned', address(right.id, left.id, 7), -7],
    ['one there that a third node spawned', address(right.id, third, 7), [1, third, 7]],
    ['one on a third node', address(third, third, 7), [third, third, 7]],
    ['one on a third node that the writer spawned', address(third, left.id, 7), [third, 0, 7]],
    ['a name there', nameAddress(right.id, 'cart'), 'cart'],
    ['a name that looks like a number', nameAddress(right.id, '7'), '7'],
    ['a name on a third node', nameAddress(third, 'cart'), [third, '?cart', 0]],
  ]
  it.each(targets)('name %s so that it comes back', (_what, target, wire) => {
    expect(ofLeft.writeTarget(target)).toEqual(wire)
    expect(ofRight.readTarget(ofLeft.writeTarget(target))).toEqual(target)
  })

  it.each([0, 0.5, Number.NaN, {}, null, undefined, true, [], [0], [0, 1], [0, 1, -1], [2, 1, 1], [0, 1, '1']])(
    'refuse %j',
    (wire) => {
      expect(ofRight.readTarget(wire)).toBeNull()
    },
  )

  it('call what has no known path by its address', () => {
    expect(pathOf(address(right.id, right.id, 7))).toBe(`troupe://${right.id}/7`)
    expect(pathOf(nameAddress(right.id, 'cart'))).toBe('troupe://right/?cart')
  })
})

describe('paths of senders', () => {
  it('travel once', () => {
    const sender = left.actor('sender')
    const first = ofLeft.writeSource(sender)
    expect(first).toEqual([sender.address.seq, 'troupe://left/sender'])
    // Not pushed yet: as far as the peer knows, this never happened.
    expect(ofLeft.writeSource(sender)).toEqual(first)
    ofLeft.announced(first)
    expect(ofLeft.writeSource(sender)).toBe(sender.address.seq)
    expect(ofRight.readSource(first)?.path).toBe('troupe://left/sender')
    expect(ofRight.readSource(sender.address.seq)?.path).toBe('troupe://left/sender')
  })

  it('are told apart when their numbers fall on the same place', async () => {
    const one = await pair()
    const actor = one.right.actor()
    const senders = [5, 261, 517, 1_029].map((seq) => one.left.actor(`sender-${seq}`, one.left.id, seq))
    const order = [0, 0, 1, 1, 0, 2, 3, 3, 0, 1, 2, 3]
    for (const index of order) {
      tell(remote(one.toRight, actor), 'hello', [], senders[index] ?? null)
      await settle(2)
    }
    expect(actor.received.map(({ sender }) => sender?.path)).toEqual(order.map((index) => senders[index]?.path))
  })

  it('are not believed to be known by a peer that never said them', () => {
    const path = `troupe://${left.id}/99`
    expect(ofRight.readSource(99)).toMatchObject({ path, address: { node: left.id, seq: 99 } })
    const known = ofRight.readSource([3, 'troupe://left/known'])
    expect(ofRight.readSource(3)).toBe(known)
    expect(ofRight.readSource(3 + 256)?.path).toBe(`troupe://${left.id}/259`)
    expect(ofRight.readSource([1, 2])).toBeNull()
    expect(ofRight.readSource(['x', 'path'])).toBeNull()
    expect(ofRight.readSource(0)).toBeNull()
  })
})
