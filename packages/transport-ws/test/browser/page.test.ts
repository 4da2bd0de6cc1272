/**
 * An actor in a page: a system in Chromium and one in Node, over a WebSocket that the page opens.
 */
import { type Node, type NodeEvent, createSystem, describeExit, silentLog } from '@troupe/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BuiltPage,
  NO_BROWSER,
  type OpenPage,
  type ServedPage,
  buildPage,
  openPage,
  servePage,
} from '../../../../scripts/browser.ts'
import { wsListener } from '../../src/index.ts'
import { Counter } from './fixtures/page/actors.ts'
import type { PageFunctions } from './fixtures/page/main.ts'

const SECRET = 'a secret of the page test'
/** Milliseconds, for a machine that has other things to do. */
const PATIENCE = 60_000

/** Inside of `evaluate`, which runs in the page. */
declare const page: PageFunctions

describe.skipIf(NO_BROWSER !== null)(`a page in Chromium${NO_BROWSER === null ? '' : ` (skipped: ${NO_BROWSER})`}`, () => {
  const shop = createSystem({ name: 'shop', log: silentLog })
  /** What `shop` heard of nodes. */
  const heard: NodeEvent[] = []
  const callers: (() => void)[] = []
  shop.nodes.subscribe((event) => {
    heard.push(event)
    for (const call of callers.splice(0)) call()
  })
  let built: BuiltPage
  let served: ServedPage
  let open: OpenPage
  let address: string
  /** What is there so far, should something fail to start. */
  const started: AsyncDisposable[] = []
  const keep = <Kind extends AsyncDisposable>(thing: Kind): Kind => (started.unshift(thing), thing)

  beforeAll(async () => {
    built = keep(await buildPage(new URL('./fixtures/page/', import.meta.url)))
    served = keep(await servePage(built))
    keep(shop)
    const { server, origin } = served
    const listening = await shop.listen(
      wsListener({ server, path: '/troupe', secret: SECRET, origins: [origin], offer: [Counter] }),
    )
    address = listening.address
    open = keep(await openPage(origin))
  }, PATIENCE)

  afterAll(async () => {
    for (const thing of started) await thing[Symbol.asyncDispose]()
  }, PATIENCE)

  /** The page's node, once it is up. */
  async function theirs(): Promise<Node> {
    for (;;) {
      const last = heard.at(-1)
      const node = last?.state === 'up' ? shop.node(last.id) : null
      if (node !== null) return node
      await new Promise<void>((resolve) => callers.push(resolve))
    }
  }

  it('needs nothing of Node: no import of it, and nothing of the library ws', () => {
    const scripts = [...built.scripts.values()]
    const found = (pattern: RegExp): string[] => scripts.flatMap((script) => script.match(pattern) ?? [])
    expect(found(/class Session\b/)).toHaveLength(1)
    expect(found(/(from|import|require)\s*\(?\s*["'`]node:.*|__vite-browser-external/)).toEqual([])
    expect(found(/WebSocketServer|permessage-deflate|createServer/)).toEqual([])
  })

  it('runs actors without process and setImmediate, and lets timers have their turn among them', async () => {
    expect(await open.page.evaluate(() => page.platform())).toEqual({ process: false, setImmediate: false })
    expect(await open.page.evaluate(() => page.ticksAmong(200_000))).toBeGreaterThan(3)
  })

  it('takes no calls, and says so', async () => {
    expect(await open.page.evaluate(() => page.listen())).toMatch(/^TypeError: wsListener\(\) needs a server/)
  })

  it('is not let in with another secret', async () => {
    const call = ([url]: readonly [string]): Promise<string> => page.connect(url, 'another secret, wrong')
    expect(await open.page.evaluate(call, [address] as const)).toBe('TROUPE_AUTHENTICATION')
  })

  it('spawns what the server offers: tells, asks, streams and watches it', async () => {
    const call = ([url, secret]: readonly [string, string]): Promise<string> => page.connect(url, secret)
    expect(await open.page.evaluate(call, [address, SECRET] as const)).toBe('shop')
    await open.page.evaluate(() => page.spawn(3))
    expect(await open.page.evaluate(() => page.add(2))).toEqual([5, 'shop'])
    expect(await open.page.evaluate(() => page.down())).toEqual([5, 4, 3, 2, 1])
    expect(await open.page.evaluate(() => page.fail('enough'))).toEqual(['error (Error: enough)', 'TROUPE_ACTOR_STOPPED'])
  })

  it('offers what the server spawns: it tells, asks, streams and watches actors in the page', async () => {
    const node = await theirs()
    expect([node.name, node.alive]).toEqual(['page', true])
    const counter = shop.spawn(Counter, [3], { on: node })
    counter.tell('add', 1)
    expect(await counter.ask('get')).toBe(4)
    expect(await counter.ask('where')).toBe('page')
    const seen: number[] = []
    for await (const left of counter.stream('down')) seen.push(left)
    expect(seen).toEqual([4, 3, 2, 1])
    await expect(counter.ask('fail', 'no more')).rejects.toThrow('no more')
    expect(describeExit(await counter.exited)).toBe('error (Error: no more)')
  })

  it('calls again when its link is cut: what it looks up by name is there again, what was spawned has ended', async () => {
    shop.register('total', shop.spawn(Counter, [42]))
    const there = shop.spawn(Counter, [1], { on: await theirs() })
    await there.ready
    expect(await open.page.evaluate(() => page.askByName('total'))).toBe(42)
    served.cut()
    expect(describeExit(await there.exited)).toMatch(/^disconnected/)
    expect(await open.page.evaluate(() => page.states(3))).toEqual(['shop up', 'shop down', 'shop up'])
    expect(await open.page.evaluate(() => page.askByName('total'))).toBe(42)
    const again = shop.spawn(Counter, [2], { on: await theirs() })
    expect(await again.ask('get')).toBe(2)
  })

  it('has caught everything, and printed no error', () => {
    expect(open.problems).toEqual([])
  })
})
