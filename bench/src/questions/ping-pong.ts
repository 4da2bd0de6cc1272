/**
 * How fast two actors answer each other: one message under way at any time.
 */
import { actor, createSystem, type ActorRef, type RefOf } from '@troupe/core'
import { dispatch, spawn, start, stop } from 'nact'
import { type AnyActorRef, createActor, fromCallback } from 'xstate'
import type { Bout, Question } from '../question.ts'
import { FinishLine } from './finish-line.ts'
import type { NactRef } from './nact-ref.ts'

const Pong = actor({
  name: 'Pong',
  setup() {
    return {
      ping(left: number, from: ActorRef) {
        // Safe: only Ping sends this, with a ref to itself.
        void (from as RefOf<typeof Ping>).tell('pong', left)
      },
    }
  },
})

const Ping = actor({
  name: 'Ping',
  setup(self, pong: RefOf<typeof Pong>, line: FinishLine) {
    return {
      pong(left: number): void {
        if (left === 0) line.cross()
        else void pong.tell('ping', left - 1, self.ref)
      },
    }
  },
})

async function troupe(work: number): Promise<Bout> {
  const system = createSystem({ name: 'bench' })
  const line = new FinishLine()
  const ping = system.spawn(Ping, [system.spawn(Pong), line])
  await ping.ready
  return {
    run() {
      const done = line.wait()
      void ping.tell('pong', work)
      return done
    },
    end: () => system.shutdown(),
  }
}

interface NactPing {
  readonly left: number
  readonly from: NactRef
}

interface NactPong {
  readonly left: number
}

function nact(work: number): Bout {
  const system = start()
  const line = new FinishLine()
  const pong = spawn(system, (_state: unknown, { left, from }: NactPing) => dispatch(from, { left }), 'pong')
  const ping = spawn(
    system,
    (_state: unknown, { left }: NactPong, { self }: { self: NactRef }) => {
      if (left === 0) line.cross()
      else dispatch(pong, { left: left - 1, from: self })
    },
    'ping',
  )
  return {
    run() {
      const done = line.wait()
      dispatch(ping, { left: work })
      return done
    },
    end: () => stop(system),
  }
}

interface Ball {
  readonly type: 'ball'
  readonly left: number
  readonly from: AnyActorRef
}

function xstate(work: number): Bout {
  const line = new FinishLine()
  const pongLogic = fromCallback<Ball>(({ receive, self }) => {
    receive(({ left, from }) => from.send({ type: 'ball', left, from: self } satisfies Ball))
  })
  const pong = createActor(pongLogic).start()
  const pingLogic = fromCallback<Ball>(({ receive, self }) => {
    receive(({ left }) => {
      if (left === 0) line.cross()
      else pong.send({ type: 'ball', left: left - 1, from: self })
    })
  })
  const ping = createActor(pingLogic).start()
  return {
    run() {
      const done = line.wait()
      ping.send({ type: 'ball', left: work, from: pong })
      return done
    },
    end() {
      ping.stop()
      pong.stop()
    },
  }
}

export const pingPong: Question = {
  name: 'ping-pong',
  description: 'two actors answer each other',
  parts: [
    {
      name: 'round trips',
      description: 'two actors answer each other',
      measure: 'rate',
      unit: 'round trips/s',
      work: 500_000,
      quickWork: 5_000,
      contenders: [
        { name: 'troupe', start: troupe },
        { name: 'nact', share: 0.1, start: nact },
        { name: 'xstate', start: xstate },
      ],
      targets: [{ kind: 'ratio', peer: 'nact', atLeast: 10 }],
    },
  ],
}
