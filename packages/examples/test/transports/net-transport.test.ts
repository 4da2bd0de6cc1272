import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExitReason } from '@troupe/core/transport'
import { describeTransport } from '@troupe/testkit'
import { describe, expect, it } from 'vitest'
import { netConnector, netListener } from '../../src/transport-tcp/net-transport.ts'

const socketPath = (): string => join(tmpdir(), `troupe-${randomUUID()}.sock`)

describeTransport('tcp', {
  listener: () => netListener('tcp://127.0.0.1:0'),
  connector: (address) => netConnector(address),
})

describeTransport('unix socket', {
  listener: () => netListener(`unix:${socketPath()}`),
  connector: (address) => netConnector(address),
})

describe('an address', () => {
  it.each(['tcp://10.0.0.2:7400', 'tcp://127.example.org:7400', 'tcp://0.0.0.0:0', 'tcp://[::]:0'])(
    '%s is taken only when told that it is insecure',
    (address) => {
      expect(() => netListener(address)).toThrow('insecure: true')
      expect(() => netConnector(address)).toThrow('insecure: true')
      expect(() => netListener(address, { insecure: true })).not.toThrow()
    },
  )

  it.each(['http://127.0.0.1:80', 'tcp://127.0.0.1', 'here'])('%s is refused', (address) => {
    expect(() => netConnector(address)).toThrow(TypeError)
  })
})

describe('a net transport', () => {
  it('refuses a frame that is longer than it takes, before it is there', async () => {
    let end: (reason: ExitReason) => void = () => undefined
    const ended = new Promise<ExitReason>((resolve) => (end = resolve))
    const listening = await netListener('tcp://127.0.0.1:0').listen((link) => {
      link.open({ frame: () => undefined, drain: () => undefined, closed: end })
    })
    const socket = connect(Number(new URL(listening.address).port), '127.0.0.1')
    socket.write(Uint8Array.of(255, 255, 255, 255, 1))
    socket.resume()
    await once(socket, 'close')
    await listening.close()
    expect(await ended).toMatchObject({
      kind: 'error',
      error: { message: expect.stringContaining('4294967295 bytes') as string },
    })
  })

  it('carries its policy', () => {
    const secret = 'sixteen characters or more'
    expect(netListener('tcp://127.0.0.1:0', { secret, quotas: { actors: 1 } })).toMatchObject({ secret, quotas: { actors: 1 } })
    expect(netConnector('tcp://127.0.0.1:1', { secret, reconnect: { min: 5 } })).toMatchObject({ secret, reconnect: { min: 5 } })
  })
})
