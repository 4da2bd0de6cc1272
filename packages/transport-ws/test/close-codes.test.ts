import type { ExitReason } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { fromClose, toClose } from '../src/close-codes.ts'

const PEER = 'ws://10.0.0.2:7400'

describe('close codes', () => {
  it.each<ExitReason>([
    { kind: 'normal' },
    { kind: 'shutdown' },
    { kind: 'shutdown', detail: 'Feierabend' },
    { kind: 'killed' },
    { kind: 'exit', code: 3 },
    { kind: 'exit', code: -9 },
    { kind: 'signal', signal: 'SIGKILL' },
    { kind: 'not-found' },
  ])('carry %o there and back', (reason) => {
    expect(fromClose(toClose(reason), PEER)).toEqual(reason)
  })

  it('name an error by its code or class, and keep its sentence here', () => {
    const error = Object.assign(new Error('the password is xyzzy'), { code: 'TROUPE_PROTOCOL' })
    expect(toClose({ kind: 'error', error })).toEqual({ code: 4002, text: 'TROUPE_PROTOCOL' })
    expect(toClose({ kind: 'error', error: new RangeError('secret') }).text).toBe('RangeError')
    expect(fromClose({ code: 4002, text: 'TROUPE_PROTOCOL' }, PEER)).toMatchObject({
      kind: 'error',
      error: { message: `${PEER} closed the link: TROUPE_PROTOCOL` },
    })
  })

  it('are what a browser may send, with a text that fits', () => {
    const long = { kind: 'shutdown', detail: 'ü€😀'.repeat(40) } as const
    for (const reason of [long, { kind: 'killed' }, { kind: 'disconnected', node: 'x' }, { kind: 'normal' }] as const) {
      const { code, text } = toClose(reason)
      expect(code === 1000 || (code >= 4000 && code < 5000)).toBe(true)
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(123)
      expect(text).not.toContain('\ufffd')
    }
  })

  it.each([1001, 1006, 1012, 1013, 1015, 3000, 4005, 4999])('take %i, which is no orderly close, for a lost link', (code) => {
    expect(fromClose({ code, text: '' }, PEER)).toEqual({ kind: 'disconnected', node: PEER })
  })

  it.each([1002, 1003, 1007, 1008, 1009, 1010, 1011, 4400, 4413, 4415])('take %i for an error that names the code', (code) => {
    expect(fromClose({ code, text: 'so it says' }, PEER)).toMatchObject({
      kind: 'error',
      error: { message: expect.stringMatching(`${code}.*so it says`) },
    })
  })

  it('believe nothing that makes no sense', () => {
    expect(fromClose({ code: 4003, text: 'Infinity' }, PEER).kind).toBe('disconnected')
    expect(fromClose({ code: 4004, text: '<script>' }, PEER).kind).toBe('disconnected')
    expect(fromClose({ code: 1005, text: '' }, PEER)).toEqual({ kind: 'normal' })
  })
})
