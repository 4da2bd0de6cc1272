/**
 * A counter that crashes, and the supervisor that starts it again: the ref stays the same, what was queued is kept, the
 * state is fresh, and the message that crashed it is gone. When it crashes too often, the supervisor gives up.
 */
import { actor, createSystem, describeExit, supervisor } from '@troupe/core'
import { commandLine } from './command-line.ts'

const HELP = `usage: supervised-counter

Crashes a counter three times: it is started again twice, then its supervisor gives up.`

if (commandLine(HELP, {}) === null) process.exit()

const Counter = actor({
  name: 'Counter',
  setup(_self, start: number) {
    let count = start
    return {
      add(n: number) {
        if (!Number.isFinite(n)) throw new RangeError(`cannot add ${n}`)
        count += n
      },
      get: () => count,
    }
  },
})

const Shop = supervisor({
  name: 'Shop',
  strategy: 'one-for-one',
  maxRestarts: 2,
  within: 5_000,
  children: [{ id: 'counter', actor: Counter, args: [100] }],
})

await using system = createSystem({ name: 'supervised' })
system.events.subscribe((event) => {
  if (event.kind === 'child-restarting') console.log(`restart ${event.attempt} of ${event.child}: ${describeExit(event.reason)}`)
  if (event.kind === 'restart-limit') console.log(`too many restarts: ${describeExit(event.reason)}`)
})

const shop = system.spawn(Shop)
const counter = await shop.ask('child', 'counter')

void counter.tell('add', 5)
console.log(`before the crash: ${String(await counter.ask('get'))}`)

void counter.tell('add', NaN) // crashes it
void counter.tell('add', 7) // waits in the queue, for the next life
console.log(`after the crash: ${String(await counter.ask('get'))}`)

const refused = counter.ask('add', Infinity).catch(String) // crashes it again: the asker gets the error
console.log(`after the second crash: ${String(await counter.ask('get'))}`)
console.log(`the asker was told: ${String(await refused)}`)

void counter.tell('add', NaN) // the third within five seconds: once too often
console.log(`the counter ended: ${describeExit(await counter.exited)}`)
console.log(`the supervisor ended: ${describeExit(await shop.exited)}`)
