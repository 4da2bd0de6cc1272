import { describe, expect, it } from 'vitest'
import { actor, createSystem, silentLog } from '../../src/index.ts'

const Keeper = actor({
  name: 'Keeper',
  setup() {
    const kept: unknown[] = []
    return {
      keep: (value: unknown) => void kept.push(value),
      kept: () => kept,
      code: () => () => 1,
      ref: (value: unknown) => value,
    }
  },
})

describe('checkMessages', () => {
  it('copies arguments when they are sent, and answers', async () => {
    await using system = createSystem({ checkMessages: true, log: silentLog })
    const keeper = system.spawn(Keeper)
    const message = { list: [1] }
    keeper.tell('keep', message)
    message.list.push(2)
    const first = await keeper.ask('kept')
    expect(first).toEqual([{ list: [1] }])
    expect(await keeper.ask('kept')).not.toBe(first)
  })

  it('refuses arguments and answers that no other node could get, by path', async () => {
    await using system = createSystem({ checkMessages: true, log: silentLog })
    const keeper = system.spawn(Keeper)
    expect(() => void keeper.tell('keep', { run: () => 1 })).toThrow(/args\[0\]\.run/)
    await expect(keeper.ask('code')).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    expect(await keeper.ask('kept')).toEqual([])
  })

  it('leaves refs what they are', async () => {
    await using system = createSystem({ checkMessages: true, log: silentLog })
    const keeper = system.spawn(Keeper)
    const back = (await keeper.ask('ref', { keeper })) as { keeper: typeof keeper }
    expect(await back.keeper.ask('kept')).toEqual([])
  })
})
