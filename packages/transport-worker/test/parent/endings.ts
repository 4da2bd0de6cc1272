/**
 * Every way in which a worker ends, as a table: what threads and processes answer alike, and how each is tried.
 */
import { type ExitReason, isTroupeError, type NodeDefinition } from '@troupe/core'
import { expect } from 'vitest'
import type { WorkerNode } from '../../src/index.ts'
import { Endings } from '../fixtures/endings.ts'
import { testSystem } from '../support.ts'
import { far } from '../workers.ts'

type Tell = (method: string, ...args: unknown[]) => void

/** What it does, how it is made to do so, and how it is then said to have ended. */
export type Row = [what: string, act: (node: WorkerNode, tell: Tell) => unknown, reason: object, code: number]

/** An error with these fields. */
export const error = (fields: object): object => ({ kind: 'error', error: expect.objectContaining(fields) as unknown })

/** What threads and processes answer alike. */
export const both: Row[] = [
  ['calls process.exit(0)', (_, tell) => tell('exit', 0), { kind: 'normal' }, 0],
  ['calls process.exit(3)', (_, tell) => tell('exit', 3), { kind: 'exit', code: 3 }, 3],
  ['calls process.exit(255) later', (_, tell) => tell('exitSoon', 255), { kind: 'exit', code: 255 }, 255],
  ['throws where nobody catches', (_, tell) => tell('throwSoon'), error({ message: 'too hot', degrees: 2_800 }), 1],
  ['rejects where nobody catches', (_, tell) => tell('reject'), error({ message: 'too hot' }), 1],
  ['throws null', (_, tell) => tell('throwNull'), error({ message: 'the worker threw null' }), 1],
  ['overflows its stack', (_, tell) => tell('overflow'), error({ name: 'RangeError' }), 1],
  ['shuts its own system down', (_, tell) => tell('shutdown'), { kind: 'shutdown' }, 0],
  ['is terminated', (node) => node.terminate(), { kind: 'shutdown' }, 0],
  ['is closed', (node) => node.close(), { kind: 'shutdown' }, 0],
  ['is killed', (node) => node.kill(), { kind: 'killed' }, -9],
  ['is killed in a busy loop', (node, tell) => [tell('spin'), setTimeout(() => node.kill(), 50)], { kind: 'killed' }, -9],
  [
    'is terminated in a busy loop',
    (node, tell) => [tell('spin'), node.terminate({ grace: 100 })],
    { kind: 'shutdown', detail: expect.stringContaining('after its grace') as unknown },
    0,
  ],
]

/** Starts the worker, ends it so, and looks at all who hear of it. */
async function tryEnding(definition: NodeDefinition<WorkerNode>, act: Row[1]) {
  await using system = testSystem()
  const node = await system.start(definition)
  expect([node.alive, node.exitCode]).toEqual([true, null])
  const endings = system.spawn(far(Endings), [], { on: node })
  const other = system.spawn(far(Endings), [], { on: node })
  await endings.ready
  const pending = other
    .with({ timeout: Infinity })
    .ask('wait')
    .catch((thrown: unknown) => thrown)
  const lookedUp = node.lookup('nobody')
  act(node, (method, ...args) => void endings.tell(method as never, ...(args as never)))
  const reason = await node.exited
  const rejected = await pending
  expect(isTroupeError(rejected, 'TROUPE_ACTOR_STOPPED')).toBe(true)
  expect([node.alive, await node.join(0)]).toEqual([false, true])
  node.kill()
  await node.terminate()
  await expect(lookedUp.ask('x' as never)).rejects.toThrow()
  return { node, reason, askReason: (rejected as { reason: ExitReason }).reason, actorReason: await endings.exited }
}

export function check([, act, expected, code]: Row, definition: NodeDefinition<WorkerNode>) {
  return tryEnding(definition, act).then(({ node, reason, askReason, actorReason }) => {
    expect(reason).toEqual(expected)
    expect(node.exitCode).toBe(code)
    expect(askReason.kind).toBe(reason.kind)
    expect(actorReason.kind).toBe(reason.kind)
  })
}
