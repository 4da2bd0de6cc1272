/**
 * How fast a message goes around a ring of 503 actors: each hop finds another actor.
 */
import { actor, type ActorRef, createSystem, type RefOf } from '@troupe/core'
import { dispatch, spawn, start, stop } from 'nact'
import { type AnyActorRef, createActor, fromCallback } from 'xstate'
import type { Bout, Question } from '../question.ts'
import { FinishLine } from './finish-line.ts'
import type { NactRef } from './nact-ref.ts'

const SIZE = 503

const Member = actor({
  name: 'Member',
  setup(_self, line: FinishLine) {
    let next: RefOf<typeof Member> | null = null
    return {
      connect(to: ActorRef): void {
        next = to as RefOf<typeof Member> // safe: `troupe` connects members only
      },
      pass(left: number): void {
        if (left === 0) line.cross()
        else void next?.tell('pass', left - 1)
      },
    }
  },
})

async function troupe(work: number): Promise<Bout> {
  const system = createSystem({ name: 'bench' })
  const line = new FinishLine()
  const first = system.spawn(Member, [line])
  let next = first
  for (let size = 1; size < SIZE; size++) {
    const member = system.spawn(Member, [line])
    void member.tell('connect', next)
    next = member
  }
  void first.tell('connect', next)
  await next.ready
  return {
    run() {
      const done = line.wait()
      void first.tell('pass', work)
      return done
    },
    end: () => system.shutdown(),
  }
}

interface Token {
  readonly left: number
}

function nact(work: number): Bout {
  const system = start()
  const line = new FinishLine()
  const members: NactRef[] = []
  for (let index = 0; index < SIZE; index++) {
    const pass = (_state: unknown, { left }: Token): void => {
      const next = members[(index + 1) % SIZE]
      if (left === 0) line.cross()
      else if (next !== undefined) dispatch(next, { left: left - 1 })
    }
    members.push(spawn(system, pass, `member-${index}`))
  }
  return {
    run() {
      const done = line.wait()
      const [first] = members
      if (first !== undefined) dispatch(first, { left: work })
      return done
    },
    end: () => stop(system),
  }
}

interface Pass extends Token {
  readonly type: 'pass'
}

function xstate(work: number): Bout {
  const line = new FinishLine()
  const members: AnyActorRef[] = []
  const logic = fromCallback<Pass, number>(({ receive, input }) => {
    receive(({ left }) => {
      if (left === 0) line.cross()
      else members[(input + 1) % SIZE]?.send({ type: 'pass', left: left - 1 } satisfies Pass)
    })
  })
  for (let index = 0; index < SIZE; index++) members.push(createActor(logic, { input: index }).start())
  return {
    run() {
      const done = line.wait()
      members[0]?.send({ type: 'pass', left: work } satisfies Pass)
      return done
    },
    end() {
      for (const member of members) member.stop()
    },
  }
}

export const ring: Question = {
  name: 'ring',
  description: 'one message around 503 actors',
  parts: [
    {
      name: 'hops',
      description: `one message goes around ${SIZE} actors`,
      measure: 'rate',
      unit: 'hops/s',
      work: 1_000_000,
      quickWork: 10_000,
      contenders: [
        { name: 'troupe', start: troupe },
        { name: 'nact', share: 0.1, start: nact },
        { name: 'xstate', start: xstate },
      ],
    },
  ],
}
