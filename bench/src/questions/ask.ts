/**
 * How fast an actor answers, with a time-out on every ask where the library has one: one ask at a time, and 64.
 */
import { actor, createSystem } from '@troupe/core'
import { dispatch, query, spawn, start, stop } from 'nact'
import { createActor, fromCallback } from 'xstate'
import type { Bout, Contender, Question } from '../question.ts'
import type { NactRef } from './nact-ref.ts'

const TIMEOUT = 5_000

/** Asks with one number and resolves to the answer, which is one more. */
type Ask = (n: number) => Promise<number>

interface Answerer {
  readonly ask: Ask
  readonly end: Bout['end']
}

const Echo = actor({
  name: 'Echo',
  setup() {
    return { increment: (n: number) => n + 1 }
  },
})

function troupe(): Answerer {
  const system = createSystem({ name: 'bench', askTimeout: TIMEOUT })
  const echo = system.spawn(Echo)
  return { ask: (n) => echo.ask('increment', n), end: () => system.shutdown() }
}

interface Increment {
  readonly n: number
  readonly asker: NactRef
}

function nact(): Answerer {
  const system = start()
  const echo = spawn(system, (_state: unknown, { n, asker }: Increment) => dispatch(asker, n + 1), 'echo')
  // Safe: `echo` answers with a number.
  const ask = (n: number) => query(echo, (asker: NactRef): Increment => ({ n, asker }), TIMEOUT) as Promise<number>
  return { ask, end: () => stop(system) }
}

interface Increase {
  readonly type: 'increment'
  readonly n: number
  readonly resolve: (answer: number) => void
}

/** xstate has no ask: a promise that the message carries, without a time-out. */
function xstate(): Answerer {
  const logic = fromCallback<Increase>(({ receive }) => receive(({ n, resolve }) => resolve(n + 1)))
  const echo = createActor(logic).start()
  const ask = (n: number): Promise<number> => new Promise((resolve) => echo.send({ type: 'increment', n, resolve }))
  return { ask, end: () => void echo.stop() }
}

/** `lanes` askers share the work; each waits for its answer before it asks again. */
function askers(name: string, answerer: () => Answerer, lanes: number, share = 1): Contender {
  const begin = (work: number): Bout => {
    const { ask, end } = answerer()
    const lane = async (asks: number): Promise<void> => {
      for (let n = 0; n < asks; n++) {
        if ((await ask(n)) !== n + 1) throw new Error(`${name} answered wrong`)
      }
    }
    return {
      async run() {
        await Promise.all(Array.from({ length: lanes }, () => lane(work / lanes)))
      },
      end,
    }
  }
  return { name, share, start: begin }
}

export const ask: Question = {
  name: 'ask',
  description: 'questions with answers',
  parts: [
    {
      name: 'one at a time',
      description: 'each answer is awaited before the next ask',
      measure: 'rate',
      unit: 'asks/s',
      work: 204_800,
      quickWork: 6_400,
      contenders: [askers('troupe', troupe, 1), askers('nact', nact, 1, 0.25), askers('xstate', xstate, 1)],
    },
    {
      name: '64 at once',
      description: '64 askers, each awaits its answer',
      measure: 'rate',
      unit: 'asks/s',
      work: 204_800,
      quickWork: 6_400,
      contenders: [askers('troupe', troupe, 64), askers('nact', nact, 64, 0.25), askers('xstate', xstate, 64)],
      targets: [{ kind: 'ratio', peer: 'nact', atLeast: 8 }],
    },
  ],
}
