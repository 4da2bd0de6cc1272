import { type ExitReason, describeExit } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import type { WorkerLink } from '../../src/shared/worker-link.ts'
import { SERVING } from '../../src/web/greeting.ts'
import { WebLife } from '../../src/web/web-life.ts'

/** A worker of which only what it reports is real. */
class StandIn extends EventTarget {
  terminated = 0

  static life(): { worker: StandIn; life: WebLife; closed: string[] } {
    const worker = new StandIn()
    const closed: string[] = []
    // Safe: a life uses nothing else of a Worker and of a link.
    const life = new WebLife(worker as unknown as Worker, 'w1', () => undefined)
    life.begin({
      close: (reason?: ExitReason) => closed.push(reason === undefined ? '' : describeExit(reason)),
    } as unknown as WorkerLink)
    return { worker, life, closed }
  }

  terminate(): void {
    this.terminated++
  }

  fails(details: object): void {
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), details))
  }
}

const boom = new RangeError('boom')
const shutdown = { kind: 'shutdown' } as const

type Row = [what: string, happens: (life: WebLife, worker: StandIn) => unknown, reason: string]

const ends: Row[] = [
  ['closes its link in order', (life) => life.linkEnded({ kind: 'normal' }), 'normal'],
  ['has a system that was shut down', (life) => life.linkEnded(shutdown), 'shutdown'],
  ['has a system that failed', (life) => life.linkEnded({ kind: 'error', error: boom }), 'error (RangeError: boom)'],
  ['breaks its link', (life) => life.linkEnded({ kind: 'disconnected', node: 'w1' }), 'disconnected (w1)'],
  ['does not catch an error', (life) => life.note({ kind: 'uncaught', error: boom }), 'error (RangeError: boom)'],
  ['cannot shake hands', (life) => life.note({ kind: 'failed', error: boom }), 'error (RangeError: boom)'],
  ['does not serve in time', (life) => life.giveUp(boom), 'error (RangeError: boom)'],
  ['cannot load its script', (_, worker) => worker.fails({}), 'error (Error: w1 could not load its script)'],
  [
    'has a script that throws',
    (_, worker) => worker.fails({ message: 'Uncaught boom', filename: 'w.js', lineno: 3 }),
    'error (Error: Uncaught boom (w.js:3))',
  ],
  ['is killed', (life) => life.kill(), 'killed'],
  ['is terminated and ends in time', (life) => (void life.terminate(10_000), life.linkEnded({ kind: 'normal' })), 'shutdown'],
  ['is terminated and needs force', (life) => void life.terminate(0), 'shutdown (by SIGKILL, after its grace)'],
  [
    'is terminated and fails',
    (life) => (void life.terminate(10_000), life.note({ kind: 'uncaught', error: boom })),
    'error (RangeError: boom)',
  ],
  ['is killed after it was terminated', (life) => (void life.terminate(Infinity), life.kill()), 'killed'],
  ['is closed by core', (life) => (life.closing(shutdown), life.linkEnded(shutdown)), 'shutdown'],
  [
    'is closed by core for an error',
    (life) => (life.closing({ kind: 'error', error: boom }), life.linkEnded({ kind: 'error', error: boom })),
    'error (RangeError: boom)',
  ],
]

describe('the life of a web worker', () => {
  it.each(ends)('has its reason when it %s', async (_, happens, reason) => {
    const { worker, life, closed } = StandIn.life()
    worker.dispatchEvent(new MessageEvent('message', { data: SERVING }))
    await life.serving
    expect(life.reason).toBe(null)
    happens(life, worker)
    expect(describeExit(await life.exited)).toBe(reason)
    expect([life.reason, worker.terminated, closed]).toEqual([await life.exited, 1, [reason]])
  })

  it('ends once, for the first reason', async () => {
    const { worker, life } = StandIn.life()
    life.kill()
    life.note({ kind: 'uncaught', error: boom })
    life.linkEnded(shutdown)
    worker.fails({})
    expect([await life.exited, await life.terminate(0), worker.terminated]).toEqual([{ kind: 'killed' }, { kind: 'killed' }, 1])
  })

  it('does not serve when it ends before, and takes no other message for serving', async () => {
    const { worker, life } = StandIn.life()
    worker.dispatchEvent(new MessageEvent('message', { data: 'hello' }))
    life.kill()
    await expect(life.serving).rejects.toThrow('w1 ended before it served: killed')
  })
})
