/**
 * A room: who is in it, and what was said. It watches its members: one that stops, or whose link is lost, has left, and the
 * others are told. After a crash its next life goes on with what the ledger kept, and nobody has to enter again.
 */
import { ActorRef, actor, describeExit, isFailure } from '@troupe/core'
import type { ExitReason, RefOf } from '@troupe/core'
import type { Ledger } from './ledger.ts'
import type { Line, MemberProtocol, RoomProtocol } from './protocol.ts'

const MOST_LINES = 100
const MOST_MEMBERS = 200
const LONGEST_TEXT = 2_000
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_. -]{0,23}$/u

export const Room = actor({
  name: 'Room',
  async setup(self, ledger: RefOf<typeof Ledger>, name: string): Promise<RoomProtocol> {
    const { since, ...kept } = await ledger.with({ by: self }).ask('load', name)
    const members = new Map(kept.members)
    const unwatch = new Map<string, () => void>()
    let lines = kept.lines

    function tellAll(from: string | null, text: string): void {
      const line: Line = { number: (lines.at(-1)?.number ?? 0) + 1, from, text }
      lines = [...lines, line].slice(-MOST_LINES)
      save()
      for (const member of members.values()) void member.tell('line', line)
    }

    function tellMembers(): void {
      for (const member of members.values()) void member.tell('members', [...members.keys()])
    }

    function save(): void {
      void ledger.tell('save', name, { since, members: new Map(members), lines })
    }

    function watch(person: string, member: ActorRef<MemberProtocol>): void {
      unwatch.get(person)?.()
      unwatch.set(
        person,
        self.watch(member, (reason) => left(person, reason)),
      )
    }

    function left(person: string, reason: ExitReason): void {
      members.delete(person)
      unwatch.delete(person)
      tellMembers() // first: who reads the news can rely on it
      tellAll(null, isFailure(reason) ? `${person} is gone: ${describeExit(reason)}` : `${person} left`)
    }

    for (const [person, member] of members) watch(person, member)
    return {
      name: () => name,
      population: () => members.size,
      enter(person, member) {
        // From the network, where types are a wish.
        if (typeof person !== 'string' || !NAME.test(person))
          return { kind: 'refused', why: 'a name has 1 to 24 letters or digits' }
        if (!(member instanceof ActorRef)) return { kind: 'refused', why: 'nobody enters without a member' }
        const known = members.get(person)
        if (known && !known.equals(member)) return { kind: 'refused', why: `somebody else is ${person}` }
        if (members.size >= MOST_MEMBERS) return { kind: 'refused', why: `${name} is full` }
        if (!known) tellAll(null, `${person} came`)
        members.set(person, member)
        watch(person, member)
        save()
        tellMembers()
        return { kind: 'entered', since, lines, members: [...members.keys()] }
      },
      say(text) {
        const { sender } = self.request
        const person = sender && [...members].find(([, member]) => member.equals(sender))?.[0]
        if (person && typeof text === 'string' && text.trim() !== '') tellAll(person, text.slice(0, LONGEST_TEXT))
      },
    }
  },
})
