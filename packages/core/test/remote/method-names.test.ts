import { describe, expect, it } from 'vitest'
import { LONGEST_KEPT, MethodNames, NAMES } from '../../src/remote/method-names.ts'

/** Sends a name that arrives. */
function send(writer: MethodNames, reader: MethodNames, name: string): unknown {
  const wire = writer.write(name)
  expect(reader.read(wire)).toBe(name)
  writer.announced(wire)
  return wire
}

describe('names of methods on a link', () => {
  it('travel once, then as their number', () => {
    const writer = new MethodNames()
    const reader = new MethodNames()
    expect(['add', 'get', 'add', 'get', ''].map((name) => send(writer, reader, name))).toEqual([
      [0, 'add'],
      [1, 'get'],
      0,
      1,
      [2, ''],
    ])
  })

  it('keep their meaning when a message is not sent, or sends others while it is pickled', () => {
    const writer = new MethodNames()
    const reader = new MethodNames()
    writer.write('lost')
    const outer = writer.write('outer')
    send(writer, reader, 'inner')
    send(writer, reader, 'outer')
    expect(reader.read(outer)).toBe('outer')
    writer.announced(outer)
    for (const name of ['inner', 'outer', 'lost']) send(writer, reader, name)
    for (const name of ['inner', 'outer', 'lost']) expect(send(writer, reader, name)).toBeTypeOf('number')
  })

  it('travel as they are when they are many or long', () => {
    const writer = new MethodNames()
    const reader = new MethodNames()
    const long = 'm'.repeat(LONGEST_KEPT + 1)
    expect(send(writer, reader, long)).toBe(long)
    for (let n = 0; n < NAMES; n++) send(writer, reader, `m${n}`)
    expect(send(writer, reader, 'last')).toBe('last')
    expect(send(writer, reader, 'm7')).toBe(7)
  })
})
