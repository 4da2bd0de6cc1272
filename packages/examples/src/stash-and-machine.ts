/**
 * A door with a PIN, built twice: as a plain actor that becomes another and stashes what comes too early, and as a state
 * machine. Who wants in while the door is locked waits for it; three wrong PINs block it for a while. Both doors are told
 * the same and say the same.
 */
import { setTimeout } from 'node:timers/promises'
import { actor, createSystem, machine } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import { commandLine } from './command-line.ts'

const HELP = `usage: stash-and-machine

Tells the same to two doors with a PIN, and prints what each of them answers.`

if (commandLine(HELP, {}) === null) process.exit()

const PIN = '4711'
const MOST_WRONG = 3
/** Milliseconds. */
const OPEN_FOR = 100
const BLOCKED_FOR = 150

const WRONG = 'wrong PIN'

/** What gives no answer now is put aside; the ask stays open, and is answered when the message comes again. */
interface Door {
  unlock(pin: string): string | void
  enter(who: string): string | void
}

const PlainDoor = actor({
  name: 'PlainDoor',
  setup(self): Door {
    let wrong = 0
    const locked = {
      unlock(pin: string) {
        if (pin === PIN) return turnTo(open, 'open', OPEN_FOR)
        return ++wrong < MOST_WRONG ? WRONG : turnTo(blocked, 'blocked', BLOCKED_FOR)
      },
      enter: () => self.stash(),
    }
    const open = { unlock: () => 'open already', enter: (who: string) => `${who} is in`, lock }
    const blocked = { unlock: () => self.stash(), enter: () => self.stash(), lock }

    function turnTo(next: object, name: string, ms: number): string {
      self.become(next)
      self.unstash() // what waited comes next
      self.after(ms, 'lock')
      return name
    }
    function lock(): void {
      wrong = 0
      self.become(locked)
      self.unstash()
      console.log('  (locks)')
    }
    return locked
  },
})

const DoorMachine = machine({
  name: 'DoorMachine',
  initial: 'locked',
  setup(self) {
    let wrong = 0
    return {
      locked: {
        onEnter(from: string | null) {
          wrong = 0
          if (from !== null) console.log('  (locks)')
        },
        unlock(pin: string) {
          if (pin !== PIN && ++wrong < MOST_WRONG) return WRONG
          const next = pin === PIN ? 'open' : 'blocked'
          self.goto(next)
          return next
        },
        enter: () => self.postpone(),
      },
      open: {
        timeout: OPEN_FOR,
        onTimeout: () => self.goto('locked'),
        unlock: () => 'open already',
        enter: (who: string) => `${who} is in`,
      },
      blocked: {
        timeout: BLOCKED_FOR,
        onTimeout: () => self.goto('locked'),
        unlock: () => self.postpone(),
        enter: () => self.postpone(),
      },
    }
  },
})

async function visit(door: ActorRef<Door>): Promise<void> {
  const tell = (what: string, answer: string | void): void => console.log(`  ${what}: ${answer ?? ''}`)
  const ada = door.ask('enter', 'Ada') // waits at the locked door
  tell('0000', await door.ask('unlock', '0000'))
  tell(PIN, await door.ask('unlock', PIN))
  tell('Ada', await ada)

  await setTimeout(OPEN_FOR * 1.5)
  const bob = door.ask('enter', 'Bob') // too late
  for (const pin of ['1', '2', '3']) tell(pin, await door.ask('unlock', pin))
  tell(`${PIN}, which waits until the door is no longer blocked`, await door.ask('unlock', PIN))
  tell('Bob', await bob)
  door.stop()
  await door.exited
}

await using system = createSystem({ name: 'doors' })
console.log('a plain actor')
await visit(system.spawn(PlainDoor))
console.log('a state machine')
await visit(system.spawn(DoorMachine))
