/**
 * A worker that was started, as both kinds look from the parent: something with a link that can be ended and that ends.
 */
import type { Readable, Writable } from 'node:stream'
import type { WorkerLink, WorkerLinkOptions } from '../shared/worker-link.ts'

/** What Node reported of a worker's end. */
export interface NodeReport {
  readonly code: number | null
  readonly signal: string | null
  /** What kept it from running, or what it did not catch. */
  readonly error: Error | null
}

/** The part of a link's options that the parent decides once for all kinds of workers. */
export type LinkOwner = Pick<WorkerLinkOptions, 'onNote' | 'onClosed' | 'maxFrame'>

export interface StartedWorker {
  readonly kind: 'thread' | 'process'
  /** For people, and the node's name where it was given none: `thread-3`, `process-4711`. */
  readonly label: string
  readonly pid: number
  readonly threadId: number | null
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly link: WorkerLink
  /** Resolves once it has ended and all of its output has come through. Never rejects. */
  readonly ended: Promise<NodeReport>
  /** Ends it by force. A thread knows one way only. */
  end(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Takes what waits in the link after its end, where that is not heard by itself. */
  drain(): void
  /** Whether it keeps this program running. */
  hold(keepsAlive: boolean): void
}

/** How long output that nobody fetches may hold up the news of a worker's end. */
const OUTPUT_WAIT = 1_000

/** Resolves when streams that somebody reads have ended. */
export async function outputEnds(streams: readonly (Readable | null)[]): Promise<void> {
  const read = streams.filter(
    (stream) => stream !== null && stream.readableFlowing !== null && !stream.readableEnded && !stream.destroyed,
  )
  if (read.length === 0) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, OUTPUT_WAIT)
    let left = read.length
    const done = () => {
      if (--left > 0) return
      clearTimeout(timer)
      resolve()
    }
    for (const stream of read) stream?.once('close', done)
  })
}
