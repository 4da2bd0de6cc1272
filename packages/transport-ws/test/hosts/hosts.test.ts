/**
 * Real hosts: systems in network namespaces of their own, with a router between them that drops packets without a word.
 */
import { describe, expect, it } from 'vitest'
import { Host } from './host.ts'
import { Network, whyNoHosts } from './network.ts'

const missing = whyNoHosts()
/** Within so many milliseconds a link over which nothing comes is closed; the rest is this machine's. */
const CLOSED_WITHIN = 3_000
const SLACK = 1_500

describe
  .skipIf(missing !== null)
  .concurrent(`hosts in networks of their own${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
    it('find out about a silent partition in 3 s, end what was open, and find each other again when it heals', async () => {
      using network = new Network(['a', 'b', 'c'])
      await using a = await Host.start('a', network.space('a'))
      await using b = await Host.start('b', network.space('b'))
      await using c = await Host.start('c', network.space('c'))
      for (const server of [b, c]) {
        const address = await server.order({ kind: 'listen', host: network.address(server.name) })
        expect(await a.order({ kind: 'connect', address: String(address) })).toBe(server.name)
        expect(await a.order({ kind: 'echo', node: server.name, value: 7 })).toBe(7)
      }
      const open = await a.order({ kind: 'resources' })

      const asked = a.order({ kind: 'hang', node: 'b' }).catch((error: unknown) => error)
      const watched = a.order({ kind: 'watch', node: 'b' })
      const news = [a.news.length, b.news.length] as const
      const start = performance.now()
      network.part('a', 'b')
      expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
      expect(await watched).toBe('disconnected')
      await Promise.all([a.heard('b', 'down', news[0]), b.heard('a', 'down', news[1])])
      expect(performance.now() - start).toBeLessThan(CLOSED_WITHIN + SLACK)
      // The others are undisturbed meanwhile.
      expect(await a.order({ kind: 'echo', node: 'c', value: 8 })).toBe(8)
      expect(a.news.slice(news[0]).filter(({ node }) => node === 'c')).toEqual([])

      network.heal()
      await a.heard('b', 'up', news[0])
      expect(await a.order({ kind: 'echo', node: 'b', value: 9 })).toBe(9)
      expect(await a.order({ kind: 'resources' })).toBe(open)
    }, 60_000)

    it('close a link that carries frames one way only', async () => {
      using network = new Network(['a', 'b'])
      await using a = await Host.start('a', network.space('a'))
      await using b = await Host.start('b', network.space('b'))
      const address = await b.order({ kind: 'listen', host: network.address('b') })
      await a.order({ kind: 'connect', address: String(address) })
      const asked = a.order({ kind: 'hang', node: 'b' }).catch((error: unknown) => error)
      const news = a.news.length
      const start = performance.now()
      network.drop('b', 'a')
      expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
      expect(performance.now() - start).toBeLessThan(CLOSED_WITHIN + SLACK)
      network.heal()
      await a.heard('b', 'up', news)
      expect(await a.order({ kind: 'echo', node: 'b', value: 1 })).toBe(1)
    }, 60_000)

    it('are back after a network that comes and goes, with nothing left of the links between', async () => {
      using network = new Network(['a', 'b'])
      await using a = await Host.start('a', network.space('a'))
      await using b = await Host.start('b', network.space('b'))
      const address = await b.order({ kind: 'listen', host: network.address('b') })
      await a.order({ kind: 'connect', address: String(address) })
      const open = await a.order({ kind: 'resources' })
      for (let round = 0; round < 3; round++) {
        const news = a.news.length
        network.part('a', 'b')
        await a.heard('b', 'down', news)
        network.heal()
        await a.heard('b', 'up', news)
        expect(await a.order({ kind: 'echo', node: 'b', value: round })).toBe(round)
      }
      expect(await a.order({ kind: 'resources' })).toBe(open)
    }, 60_000)

    it('notice a program that was killed at once, and its successor', async () => {
      using network = new Network(['a', 'b'])
      await using a = await Host.start('a', network.space('a'))
      const b = await Host.start('b', network.space('b'))
      const address = await b.order({ kind: 'listen', host: network.address('b') })
      await a.order({ kind: 'connect', address: String(address) })
      const asked = a.order({ kind: 'hang', node: 'b' }).catch((error: unknown) => error)
      b.kill()
      expect(await asked).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
      await b[Symbol.asyncDispose]()
    }, 60_000)
  })
