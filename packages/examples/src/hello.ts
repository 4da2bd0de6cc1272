/**
 * The smallest program: one actor, one message each way, an orderly end.
 */
import { actor, createSystem } from '@troupe/core'
import { commandLine } from './command-line.ts'

const HELP = `usage: hello

Tells an actor twice to greet, asks it how often it did, and ends in order.`

if (commandLine(HELP, {}) === null) process.exit()

const Greeter = actor({
  name: 'Greeter',
  setup(self, greeting: string) {
    let greeted = 0
    self.onStop((reason) => console.log(`greeter: ${greeted} greeted, reason ${reason.kind}`))
    return {
      greet(name: string) {
        greeted++
        console.log(`${greeting}, ${name}!`)
      },
      greeted: () => greeted,
    }
  },
})

await using system = createSystem({ name: 'hello' })
const greeter = system.spawn(Greeter, ['Hello'])

void greeter.tell('greet', 'world') // one way: nobody waits
void greeter.tell('greet', 'Troupe')
console.log(`the greeter says: ${await greeter.ask('greeted')} greeted`) // there and back, behind what was told before

greeter.stop() // the sentinel: what is queued is handled first
await greeter.exited
