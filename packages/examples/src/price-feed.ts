/**
 * A price feed on one node, three consumers on another, a WebSocket between them. Each consumer reads the same Observable in
 * a stream of its own. The slow one sets its own pace: what waits for it is bounded, since the oldest prices make room for
 * the newest, and the fast ones see every price in time. Prints what each saw, and ends by itself.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { actor, createSystem } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import { wsConnector, wsListener } from '@troupe/transport-ws'
import { concatMap, connectable, interval, map, range, take } from 'rxjs'
import { newest } from './newest.ts'
import type { Waiting } from './newest.ts'

/** Prices per millisecond. */
const RATE = 2
/** Prices that wait at the feed for one consumer. At most 64 more are on their way to it, and 16 have arrived there. */
const MOST_WAITING = 100
/** Milliseconds that the slow consumer spends on a price. */
const SLOW = 10

const HELP = `usage: price-feed [--prices N]

Streams N prices (default 1000) over a WebSocket to three consumers, one of them slow, and prints what each of them saw.`

interface Price {
  readonly number: number
  readonly cents: number
}

interface FeedProtocol {
  prices(consumer: string): AsyncIterable<Price>
  begin(): void
  waiting(): ReadonlyMap<string, Waiting>
}

const Feed = actor({
  name: 'Feed',
  setup(self, count: number): FeedProtocol {
    const walk = interval(1).pipe(
      take(Math.ceil(count / RATE)),
      concatMap((ms) => range(ms * RATE, Math.min(RATE, count - ms * RATE))),
      map((number): Price => ({ number, cents: 10_000 + Math.round(500 * Math.sin(number / 50)) })),
    )
    const shared = connectable(walk)
    const rows = new Map<string, Waiting>()
    return {
      prices(consumer) {
        const waiting = { most: 0, dropped: 0 }
        rows.set(consumer, waiting)
        return newest(shared, MOST_WAITING, waiting)
      },
      begin() {
        const running = shared.connect()
        self.onStop(() => running.unsubscribe())
      },
      waiting: () => rows,
    }
  },
})

/** Reads to the end, spending `ms` milliseconds on each price. */
async function consume(feed: ActorRef<FeedProtocol>, consumer: string, ms: number): Promise<string> {
  const start = performance.now()
  const seen: Price[] = []
  for await (const price of feed.stream('prices', consumer)) {
    seen.push(price)
    if (ms > 0) await sleep(ms)
  }
  const last = seen.at(-1)
  const took = (performance.now() - start).toFixed(0)
  return `${seen.length} prices in ${took} ms; the last one was number ${last?.number ?? '-'}: ${((last?.cents ?? 0) / 100).toFixed(2)}`
}

try {
  const { values } = parseArgs({ options: { prices: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  const count = Number(values.prices ?? 1_000)
  if (values.help) console.log(HELP)
  else if (Number.isInteger(count) && count > 0) await run(count)
  else throw new TypeError(`--prices is ${values.prices ?? ''}, expected a whole number above 0`)
} catch (error) {
  if (!(error instanceof TypeError)) throw error // what parseArgs throws, too
  console.error(`price-feed: ${error.message}`)
  process.exitCode = 2
}

async function run(count: number): Promise<void> {
  const secret = randomBytes(24).toString('base64url') // two programs would have it from their environment
  await using exchange = createSystem({ name: 'exchange' })
  exchange.register('feed', exchange.spawn(Feed, [count]))
  const listening = await exchange.listen(wsListener({ port: 0, secret }))

  await using desk = createSystem({ name: 'desk' })
  const node = await desk.connect(wsConnector(listening.address, { secret }))
  const feed = node.lookup<FeedProtocol>('feed')
  const consumers = { 'fast-1': 0, 'fast-2': 0, slow: SLOW }
  const reading = Object.entries(consumers).map(async ([name, ms]) => [name, await consume(feed, name, ms)] as const)
  void feed.tell('begin') // behind the three streams, which are open by now
  const saw = new Map(await Promise.all(reading))
  for (const [consumer, { most, dropped }] of await feed.ask('waiting'))
    console.log(`${consumer.padEnd(6)} saw ${saw.get(consumer) ?? 'nothing'}; at most ${most} waited, ${dropped} were dropped`)
}
