import { createSystem, silentLog } from '@troupe/core'
import type { Connector, LinkPolicy, Listener } from '@troupe/core/transport'
import { describe, expect, it } from 'vitest'
import { Pong } from '../../src/pong.ts'
import { portConnector, portListener } from '../../src/transport-port/port-transport.ts'
import { netConnector, netListener } from '../../src/transport-tcp/net-transport.ts'

const SECRET = 'nobody else knows this one'

interface Ends extends Disposable {
  readonly listener: Listener
  readonly connector: (address: string) => Connector
}

function net(near: LinkPolicy, far: LinkPolicy): Ends {
  return {
    listener: netListener('tcp://127.0.0.1:0', far),
    connector: (address) => netConnector(address, near),
    [Symbol.dispose]: () => undefined,
  }
}

function port(near: LinkPolicy, far: LinkPolicy): Ends {
  const { port1, port2 } = new MessageChannel()
  return {
    listener: portListener(port2, far),
    connector: () => portConnector(port1, near),
    [Symbol.dispose]: () => port1.close(),
  }
}

describe.each([
  ['net', net],
  ['port', port],
])('the policy of a %s transport', (_name, ends) => {
  it('lets in who knows the secret, with what is offered', async () => {
    using transport = ends({ secret: SECRET }, { secret: [SECRET, 'and the one before it'], offer: [Pong] })
    await using far = createSystem({ name: 'far', log: silentLog })
    await using near = createSystem({ name: 'near', log: silentLog })
    const { address } = await far.listen(transport.listener)
    const node = await near.connect(transport.connector(address))
    expect(await near.spawn(Pong, [], { on: node }).ask('ping', 1)).toBe(2)
  })

  it.each([['another one, which is wrong'], [undefined]])('keeps out who says %s', async (secret) => {
    using transport = ends(secret === undefined ? {} : { secret }, { secret: SECRET, offer: [Pong] })
    await using far = createSystem({ name: 'far', log: silentLog })
    await using near = createSystem({ name: 'near', log: silentLog })
    const { address } = await far.listen(transport.listener)
    await expect(near.connect(transport.connector(address))).rejects.toMatchObject({ code: 'TROUPE_AUTHENTICATION' })
  })
})
