/**
 * How long a tree of actors takes to grow and to add up: each spawns ten, down to the leaves, which tell their numbers; sums come
 * back up, and whoever has told its sum ends. (github.com/atemerev/skynet)
 */
import { actor, type ActorDefinition, type ActorRef, createSystem } from '@troupe/core'
import { dispatch, spawn, start, stop } from 'nact'
import { type AnyActorRef, createActor, fromCallback } from 'xstate'
import type { Bout, Contender, Part, Question } from '../question.ts'
import { FinishLine } from './finish-line.ts'
import type { NactRef } from './nact-ref.ts'

const FAN = 10

interface Sums {
  sum(value: number): void
}

const Branch: ActorDefinition<Sums, [parent: ActorRef<Sums>, first: number, leaves: number]> = actor({
  name: 'Branch',
  setup(self, parent: ActorRef<Sums>, first: number, leaves: number) {
    let missing = FAN
    let total = 0
    const finish = (value: number): void => {
      void parent.tell('sum', value)
      self.stop()
    }
    if (leaves === 1) finish(first)
    else {
      const me = self.ref as ActorRef<Sums> // safe: `sum` is what it returns
      const share = leaves / FAN
      for (let child = 0; child < FAN; child++) self.spawn(Branch, [me, first + child * share, share])
    }
    return {
      sum(value: number) {
        total += value
        missing--
        if (missing === 0) finish(total)
      },
    }
  },
})

const Total = actor({
  name: 'Total',
  setup(_self, take: (total: number) => void) {
    return { sum: take }
  },
})

function troupe(leaves: number): Bout {
  const system = createSystem({ name: 'bench' })
  const line = new FinishLine()
  const total = system.spawn(Total, [checked(leaves, line)])
  return {
    run() {
      const done = line.wait()
      system.spawn(Branch, [total, 0, leaves])
      return done
    },
    end: () => system.shutdown(),
  }
}

type NactMessage =
  | { readonly type: 'grow'; readonly parent: NactRef; readonly first: number; readonly leaves: number }
  | { readonly type: 'sum'; readonly value: number }

interface NactState {
  readonly parent: NactRef
  readonly missing: number
  readonly total: number
}

function nact(leaves: number): Bout {
  const system = start()
  const line = new FinishLine()
  const take = checked(leaves, line)
  const total = spawn(
    system,
    (_state: unknown, message: NactMessage) => void (message.type === 'sum' && take(message.value)),
    'total',
  )
  let runs = 0
  return {
    run() {
      const done = line.wait()
      dispatch(spawn(system, nactBranch, `root-${runs++}`), { type: 'grow', parent: total, first: 0, leaves })
      return done
    },
    end: () => stop(system),
  }
}

function nactBranch(state: NactState, message: NactMessage, { self }: { readonly self: NactRef }): NactState {
  if (message.type === 'grow') {
    const { parent, first, leaves } = message
    if (leaves === 1) nactFinish(self, parent, first)
    const share = leaves / FAN
    for (let child = 0; leaves > 1 && child < FAN; child++) {
      dispatch(spawn(self, nactBranch, `branch-${child}`), {
        type: 'grow',
        parent: self,
        first: first + child * share,
        leaves: share,
      })
    }
    return { parent, missing: FAN, total: 0 }
  }
  const { parent, missing, total } = state
  if (missing === 1) nactFinish(self, parent, total + message.value)
  return { parent, missing: missing - 1, total: total + message.value }
}

function nactFinish(self: NactRef, parent: NactRef, value: number): void {
  dispatch(parent, { type: 'sum', value })
  stop(self)
}

interface Sum {
  readonly type: 'sum'
  readonly value: number
}

interface Growth {
  readonly parent: AnyActorRef
  readonly first: number
  readonly leaves: number
}

function xstate(leaves: number): Bout {
  const line = new FinishLine()
  const take = checked(leaves, line)
  const total = createActor(fromCallback<Sum>(({ receive }) => receive(({ value }) => take(value)))).start()
  const branch = fromCallback<Sum, Growth>(({ receive, self, input: { parent, first, leaves } }) => {
    let missing = FAN
    let total = 0
    const finish = (value: number): void => {
      parent.send({ type: 'sum', value } satisfies Sum)
      self.stop()
    }
    receive(({ value }) => {
      total += value
      missing--
      if (missing === 0) finish(total)
    })
    if (leaves === 1) {
      finish(first)
      return
    }
    const share = leaves / FAN
    for (let child = 0; child < FAN; child++) {
      createActor(branch, { input: { parent: self, first: first + child * share, leaves: share } }).start()
    }
  })
  return {
    run() {
      const done = line.wait()
      createActor(branch, { input: { parent: total, first: 0, leaves } }).start()
      return done
    },
    end: () => void total.stop(),
  }
}

/** Crosses the line, unless the sum of the leaves' numbers is wrong. */
function checked(leaves: number, line: FinishLine): (total: number) => void {
  const expected = (leaves * (leaves - 1)) / 2
  return (total) => {
    if (total !== expected) throw new Error(`the leaves add up to ${expected}, not ${total}`)
    line.cross()
  }
}

function skynetOf(name: string, leaves: number, contenders: readonly Contender[]): Part {
  return {
    name,
    description: `a tree with ${leaves.toLocaleString('en-US')} leaves grows, adds up and ends`,
    measure: 'time',
    unit: 'ms',
    work: leaves,
    quickWork: 1_000,
    contenders,
  }
}

export const skynet: Question = {
  name: 'skynet',
  description: 'a tree of actors grows and adds up',
  parts: [
    skynetOf('100k', 100_000, [
      { name: 'troupe', start: troupe },
      { name: 'nact', start: nact },
      { name: 'xstate', start: xstate },
    ]),
    skynetOf('1M', 1_000_000, [{ name: 'troupe', start: troupe }]),
  ],
}
