import { describe, expect, it } from 'vitest'
import { formatAddress, nodeName, sameAddress, toNodeId } from '../../src/model/address.ts'

describe('an address', () => {
  const here = toNodeId('shop', 'V1StGXR8')
  const there = toNodeId('w1', 'Q7a')

  it('prints with its node, and with the one that spawned it when that is another', () => {
    expect(formatAddress({ node: here, origin: here, seq: 12 })).toBe('troupe://shop~V1StGXR8/12')
    expect(formatAddress({ node: there, origin: here, seq: 12 })).toBe('troupe://w1~Q7a/shop~V1StGXR8/12')
  })

  it('is the same only with the same node, origin and number', () => {
    const address = { node: here, origin: here, seq: 1 }
    expect(sameAddress(address, { ...address })).toBe(true)
    expect(sameAddress(address, { ...address, seq: 2 })).toBe(false)
    expect(sameAddress(address, { ...address, origin: there })).toBe(false)
    expect(sameAddress(address, { ...address, node: there })).toBe(false)
  })

  it('knows the name of its node', () => {
    expect([nodeName(here), nodeName(toNodeId('a~b', 'c'))]).toEqual(['shop', 'a~b'])
  })
})
