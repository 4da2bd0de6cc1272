/**
 * How fast one actor takes messages: all of them at once from outside, and step by step from another actor.
 */
import { actor, createSystem, type RefOf } from '@troupe/core'
import { dispatch, spawn, start, stop } from 'nact'
import { createActor, fromCallback } from 'xstate'
import type { Bout, Question } from '../question.ts'
import { FinishLine } from './finish-line.ts'

/** Messages that the producer sends before it lets others go on. */
const STEP = 100

const Counter = actor({
  name: 'Counter',
  setup(_self, line: FinishLine, work: number) {
    let count = 0
    return {
      add(n: number) {
        count += n
        if (count === work) {
          count = 0
          line.cross()
        }
      },
    }
  },
})

const Producer = actor({
  name: 'Producer',
  setup(self, counter: RefOf<typeof Counter>) {
    return {
      produce(left: number) {
        const step = Math.min(STEP, left)
        for (let sent = 0; sent < step; sent++) void counter.tell('add', 1)
        if (left > step) void self.ref.tell('produce', left - step)
      },
    }
  },
})

async function troupeBurst(work: number): Promise<Bout> {
  const system = createSystem({ name: 'bench' })
  const line = new FinishLine()
  const counter = system.spawn(Counter, [line, work])
  await counter.ready
  return {
    run() {
      const done = line.wait()
      for (let sent = 0; sent < work; sent++) void counter.tell('add', 1)
      return done
    },
    end: () => system.shutdown(),
  }
}

async function troupeSteps(work: number): Promise<Bout> {
  const system = createSystem({ name: 'bench' })
  const line = new FinishLine()
  const producer = system.spawn(Producer, [system.spawn(Counter, [line, work])])
  await producer.ready
  return {
    run() {
      const done = line.wait()
      void producer.tell('produce', work)
      return done
    },
    end: () => system.shutdown(),
  }
}

interface Add {
  readonly type: 'add'
  readonly n: number
}

interface Produce {
  readonly type: 'produce'
  readonly left: number
}

/** The state is the count so far. */
function nactCounter(line: FinishLine, work: number) {
  return (count: number, message: Add): number => {
    if (count + message.n < work) return count + message.n
    line.cross()
    return 0
  }
}

function nactBurst(work: number): Bout {
  const system = start()
  const line = new FinishLine()
  const counter = spawn(system, nactCounter(line, work), 'counter', { initialState: 0 })
  return {
    run() {
      const done = line.wait()
      for (let sent = 0; sent < work; sent++) dispatch(counter, { type: 'add', n: 1 })
      return done
    },
    end: () => stop(system),
  }
}

function nactSteps(work: number): Bout {
  const system = start()
  const line = new FinishLine()
  const counter = spawn(system, nactCounter(line, work), 'counter', { initialState: 0 })
  const producer = spawn(system, (_state: unknown, { left }: Produce, { self }: { self: object }) => {
    const step = Math.min(STEP, left)
    for (let sent = 0; sent < step; sent++) dispatch(counter, { type: 'add', n: 1 })
    if (left > step) dispatch(self, { type: 'produce', left: left - step })
  })
  return {
    run() {
      const done = line.wait()
      dispatch(producer, { type: 'produce', left: work })
      return done
    },
    end: () => stop(system),
  }
}

function xstateCounter(line: FinishLine, work: number) {
  const logic = fromCallback<Add>(({ receive }) => {
    let count = 0
    receive(({ n }) => {
      count += n
      if (count === work) {
        count = 0
        line.cross()
      }
    })
  })
  return createActor(logic).start()
}

function xstateBurst(work: number): Bout {
  const line = new FinishLine()
  const counter = xstateCounter(line, work)
  return {
    run() {
      const done = line.wait()
      for (let sent = 0; sent < work; sent++) counter.send({ type: 'add', n: 1 })
      return done
    },
    end: () => void counter.stop(),
  }
}

function xstateSteps(work: number): Bout {
  const line = new FinishLine()
  const counter = xstateCounter(line, work)
  const logic = fromCallback<Produce>(({ receive, self }) => {
    receive(({ left }) => {
      const step = Math.min(STEP, left)
      for (let sent = 0; sent < step; sent++) counter.send({ type: 'add', n: 1 })
      if (left > step) self.send({ type: 'produce', left: left - step })
    })
  })
  const producer = createActor(logic).start()
  return {
    run() {
      const done = line.wait()
      producer.send({ type: 'produce', left: work })
      return done
    },
    end() {
      producer.stop()
      counter.stop()
    },
  }
}

export const tell: Question = {
  name: 'tell',
  description: 'one way messages to one actor',
  parts: [
    {
      name: 'burst',
      description: '1,000,000 messages at once from outside',
      measure: 'rate',
      unit: 'messages/s',
      work: 1_000_000,
      quickWork: 10_000,
      contenders: [
        { name: 'troupe', start: troupeBurst },
        { name: 'nact', start: nactBurst },
        { name: 'xstate', start: xstateBurst },
      ],
      targets: [{ kind: 'ratio', peer: 'nact', atLeast: 8 }],
    },
    {
      name: 'steps',
      description: 'an actor sends 100 at a time to another',
      measure: 'rate',
      unit: 'messages/s',
      work: 1_000_000,
      quickWork: 10_000,
      contenders: [
        { name: 'troupe', start: troupeSteps },
        { name: 'nact', start: nactSteps },
        { name: 'xstate', start: xstateSteps },
      ],
      targets: [{ kind: 'ratio', peer: 'nact', atLeast: 8 }],
    },
  ],
}
