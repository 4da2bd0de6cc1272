/**
 * What an actor costs: how many are made in a second, and the heap that one takes while it idles. Each has one number of state
 * and one handler, closures included.
 */
import { actor, type ActorRef, createSystem } from '@troupe/core'
import { spawn as spawnNact, start, stop } from 'nact'
import { type AnyActorRef, createActor, fromCallback } from 'xstate'
import type { Bout, Contender, Measure, Question } from '../question.ts'
import type { NactRef } from './nact-ref.ts'

/** Makes actors of one library. */
interface Crowd {
  /** Resolves when all of them are set up; holds them. */
  spawn(size: number): void | Promise<void>
  /** Ends them and lets go of them. */
  disperse(): void | Promise<void>
  end(): void | Promise<void>
}

const Idler = actor({
  name: 'Idler',
  setup(_self, first: number) {
    let count = first
    return {
      add(n: number) {
        count += n
      },
    }
  },
})

function troupe(): Crowd {
  const system = createSystem({ name: 'bench' })
  let refs: ActorRef[] = []
  return {
    async spawn(size) {
      for (let index = 0; index < size; index++) refs.push(system.spawn(Idler, [index]))
      await refs.at(-1)?.ready
    },
    async disperse() {
      for (const ref of refs) ref.kill()
      await refs.at(-1)?.exited
      refs = []
    },
    end: () => system.shutdown(),
  }
}

function nact(): Crowd {
  const system = start()
  let refs: NactRef[] = []
  let named = 0
  return {
    spawn(size) {
      // Names that nact makes up collide among this many.
      for (let index = 0; index < size; index++) {
        refs.push(spawnNact(system, (count: number, n: number) => count + n, `idler-${named++}`, { initialState: index }))
      }
    },
    disperse() {
      for (const ref of refs) stop(ref)
      refs = []
    },
    end: () => stop(system),
  }
}

interface Add {
  readonly type: 'add'
  readonly n: number
}

function xstate(): Crowd {
  const logic = fromCallback<Add, number>(({ receive, input }) => {
    let count = input
    receive(({ n }) => {
      count += n
    })
  })
  let refs: AnyActorRef[] = []
  return {
    spawn(size) {
      for (let index = 0; index < size; index++) refs.push(createActor(logic, { input: index }).start())
    },
    disperse() {
      for (const ref of refs) ref.stop()
      refs = []
    },
    end: () => undefined,
  }
}

function rateOf(crowd: Crowd, work: number): Bout {
  return { run: () => crowd.spawn(work), reset: () => crowd.disperse(), end: () => crowd.end() }
}

function heapOf(crowd: Crowd, work: number): Bout {
  return {
    async run() {
      const before = await heapUsed()
      await crowd.spawn(work)
      return ((await heapUsed()) - before) / work
    },
    reset: () => crowd.disperse(),
    end: () => crowd.end(),
  }
}

/** After a few collections with turns between them, for what finalizers and promises hold. */
async function heapUsed(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('heap is measured with --expose-gc')
  for (let times = 0; times < 3; times++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return process.memoryUsage().heapUsed
}

function contenders(measure: Measure): readonly Contender[] {
  const toBout = measure === 'memory' ? heapOf : rateOf
  return [
    { name: 'troupe', start: (work) => toBout(troupe(), work) },
    { name: 'nact', start: (work) => toBout(nact(), work) },
    { name: 'xstate', share: 0.5, start: (work) => toBout(xstate(), work) },
  ]
}

export const spawn: Question = {
  name: 'spawn',
  description: 'what an actor costs',
  parts: [
    {
      name: 'rate',
      description: '100,000 actors are made and set up',
      measure: 'rate',
      unit: 'actors/s',
      work: 100_000,
      quickWork: 2_000,
      contenders: contenders('rate'),
      targets: [{ kind: 'ratio', peer: 'nact', atLeast: 2 }],
    },
    {
      name: 'heap',
      description: 'heap of an idle actor, among 100,000',
      measure: 'memory',
      unit: 'bytes',
      work: 100_000,
      quickWork: 10_000,
      contenders: contenders('memory'),
      targets: [{ kind: 'limit', atMost: 1_500 }],
    },
  ],
}
