/**
 * What every error of Troupe has: name, code, cause; and a code that nobody else has.
 */
import { describe, expect, it } from 'vitest'
import * as door from '../../src/index.ts'
import { TroupeError, isTroupeError } from '../../src/errors/troupe-error.ts'

const cause = new Error('cause')

/** One of each, made as the runtime makes it. */
const errors: readonly [string, string, TroupeError][] = [
  ['StartFailedError', 'TROUPE_START_FAILED', new door.StartFailedError('troupe://shop/cart', cause)],
  ['NameTakenError', 'TROUPE_NAME_TAKEN', new door.NameTakenError('cart', 'among the children of troupe://shop')],
  ['AskTimeoutError', 'TROUPE_ASK_TIMEOUT', new door.AskTimeoutError('troupe://shop/cart', 'get', 5_000)],
  ['ActorStoppedError', 'TROUPE_ACTOR_STOPPED', new door.ActorStoppedError('troupe://shop/cart', { kind: 'killed' }, 'killed')],
  ['MailboxFullError', 'TROUPE_MAILBOX_FULL', new door.MailboxFullError('troupe://shop/cart', 100)],
  ['DeadlockError', 'TROUPE_DEADLOCK', new door.DeadlockError(['a', 'b'])],
  ['UnknownMethodError', 'TROUPE_UNKNOWN_METHOD', new door.UnknownMethodError('troupe://shop/cart', 'get')],
  ['NotAStreamError', 'TROUPE_NOT_A_STREAM', new door.NotAStreamError('troupe://shop/cart', 'get', 'answers with a value')],
  ['StreamOverflowError', 'TROUPE_STREAM_OVERFLOW', new door.StreamOverflowError('troupe://shop/cart', 65_536)],
  ['SystemDownError', 'TROUPE_SYSTEM_DOWN', new door.SystemDownError('shop', 'spawn Cart')],
  ['NotSerializableError', 'TROUPE_NOT_SERIALIZABLE', new door.NotSerializableError('args[0]', 'is a function')],
  ['NoMembersError', 'TROUPE_NO_MEMBERS', new door.NoMembersError('choir')],
  ['QuotaExceededError', 'TROUPE_QUOTA', new door.QuotaExceededError('shop', 'open requests', 10)],
  ['RemoteError', 'TROUPE_REMOTE', new door.RemoteError('DatabaseError', 'gone', cause)],
]

describe.each(errors)('%s', (name, code, error) => {
  it('has its name, its code, and prints with its class', () => {
    expect(error).toMatchObject({ name, code })
    expect(error).toBeInstanceOf(TroupeError)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(new RegExp(`^${name}: .+`))
    expect(error.stack).toContain(error.message)
  })

  it('keeps its name out of its own enumerable fields', () => {
    expect(Object.keys(error)).toContain('code')
    expect(Object.keys(error)).not.toContain('name')
  })

  it('is known by its code, also from another copy of the class', () => {
    expect(isTroupeError(error)).toBe(true)
    expect(isTroupeError(error, code)).toBe(true)
    expect(isTroupeError(error, 'TROUPE_OTHER')).toBe(false)
    expect(isTroupeError(Object.assign(new Error('elsewhere'), { code }), code)).toBe(true)
  })
})

describe('errors', () => {
  it('have codes that are theirs alone', () => {
    const codes = errors.map(([, code]) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('are tested for all classes that the door exports, but those of other folders', () => {
    const elsewhere = [
      'NotOfferedError',
      'AuthenticationError',
      'HandshakeError',
      'DefinitionNotFoundError',
      'ProtocolError',
      'MalformedBytesError',
      'ChildNotFoundError',
      'ChildStateError',
      'ChildSpecError',
    ]
    const exported = Object.entries(door).flatMap(([name, value]) =>
      typeof value === 'function' && value.prototype instanceof TroupeError ? [name] : [],
    )
    expect(exported.filter((name) => !elsewhere.includes(name)).sort()).toEqual(errors.map(([name]) => name).sort())
  })

  it('carry a cause only where there is one', () => {
    expect(new door.StartFailedError('a', cause).cause).toBe(cause)
    expect('cause' in new door.MailboxFullError('a', 1)).toBe(false)
    expect(new door.ActorStoppedError('a', { kind: 'error', error: cause }, 'error').cause).toBe(cause)
    expect('cause' in new door.ActorStoppedError('a', { kind: 'killed' }, 'killed')).toBe(false)
  })

  it('say what happened, to whom, with the number that matters', () => {
    expect(errors.map(([, , error]) => error.message)).toEqual([
      'troupe://shop/cart failed to start: cause',
      'the name "cart" is taken among the children of troupe://shop',
      'troupe://shop/cart did not answer "get" within 5000 ms',
      'troupe://shop/cart is not running: killed',
      'troupe://shop/cart refused a message: its mailbox holds 100 and is full',
      'asks wait for each other in a circle: a -> b -> a',
      'troupe://shop/cart has no handler "get"',
      'troupe://shop/cart: "get" answers with a value',
      'a stream of troupe://shop/cart was ended: 65536 values wait for its consumer',
      'system shop is shut down: it cannot spawn Cart',
      'args[0]: is a function',
      'group "choir" has no members',
      'node shop refused us: it allows one peer 10 open requests',
      'gone',
    ])
  })

  it.each([
    null,
    undefined,
    7,
    'TROUPE_ASK_TIMEOUT',
    {},
    { code: 'TROUPE_ASK_TIMEOUT' },
    new Error('plain'),
    Object.assign(new Error('node'), { code: 'ENOENT' }),
    Object.assign(new Error('odd'), { code: 7 }),
  ])('of others are none of ours: %o', (value) => {
    expect(isTroupeError(value)).toBe(false)
  })

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [7, '7'],
    ['text', 'text'],
    [Symbol('s'), 'Symbol(s)'],
  ])('print whatever was thrown at setup: %o', (thrown, text) => {
    expect(new door.StartFailedError('a', thrown).message).toBe(`a failed to start: ${text}`)
  })
})
