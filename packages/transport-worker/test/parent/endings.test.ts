import { constants } from 'node:os'
import { type ExitReason, isTroupeError } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { type ChildProcessOptions, childProcess, thread, type ThreadOptions, type WorkerNode } from '../../src/index.ts'
import { Endings } from '../fixtures/endings.ts'
import { testSystem } from '../support.ts'

type Ways = Parameters<(typeof Endings)['setup']>[0] extends never ? never : string
type Row = [
  what: string,
  act: (node: WorkerNode, tell: (method: Ways, ...args: unknown[]) => void) => unknown,
  reason: object,
  code: number,
]

const error = (fields: object): object => ({ kind: 'error', error: expect.objectContaining(fields) as unknown })

/** What threads and processes answer alike. */
const both: Row[] = [
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

const processes: Row[] = [
  ['aborts', (_, tell) => tell('abort'), { kind: 'signal', signal: 'SIGABRT' }, -constants.signals.SIGABRT],
  ['crashes', (_, tell) => tell('signal', 'SIGSEGV'), { kind: 'signal', signal: 'SIGSEGV' }, -11],
  ['runs out of memory', (_, tell) => tell('fillHeap'), { kind: 'signal', signal: 'SIGABRT' }, -6],
  ...(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal): Row => [
    `gets ${signal} from outside`,
    ({ pid }) => process.kill(pid, signal),
    { kind: 'signal', signal },
    -constants.signals[signal],
  ]),
]

const threads: Row[] = [
  ['runs out of memory', (_, tell) => tell('fillHeap'), error({ code: 'ERR_WORKER_OUT_OF_MEMORY' }), 1],
  ['calls process.exit(300)', (_, tell) => tell('exit', 300), { kind: 'exit', code: 44 }, 44],
]

async function tryEnding(definition: ReturnType<typeof thread>, act: Row[1]) {
  await using system = testSystem()
  const node = await system.start(definition)
  expect([node.alive, node.exitCode]).toEqual([true, null])
  const endings = system.spawn(Endings, [], { on: node })
  const other = system.spawn(Endings, [], { on: node })
  await endings.ready
  const pending = other.ask('wait').catch((thrown: unknown) => thrown)
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

function check([, act, expected, code]: Row, definition: ReturnType<typeof thread>) {
  return tryEnding(definition, act).then(({ node, reason, askReason, actorReason }) => {
    expect(reason).toEqual(expected)
    expect(node.exitCode).toBe(code)
    expect(askReason.kind).toBe(reason.kind)
    expect(actorReason.kind).toBe(reason.kind)
  })
}

const threadOptions: ThreadOptions = { resourceLimits: { maxOldGenerationSizeMb: 48 } }
const processOptions: ChildProcessOptions = { stdio: 'ignore', execArgv: ['--max-old-space-size=48'] }

describe('a thread that', () => {
  it.each([...both, ...threads])('%s', (...row) => check(row, thread(threadOptions)))
})

describe('a child process that', () => {
  it.each([...both, ...processes])('%s', (...row) => check(row, childProcess(processOptions)))
})
