/**
 * The near end of the raw contenders of the queue and pipe questions: two threads with a MessageChannel between them, or two
 * processes whose parent passes values on with `process.send`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { RawOrder, RawReport } from './channel-raw.ts'

const PROGRAM = new URL('./channel-raw.js', import.meta.url)

export interface RawSide {
  send(order: RawOrder): void
  /** The next report that is no value. */
  report(): Promise<RawReport>
  end(): Promise<void>
}

export interface RawSides {
  readonly producer: RawSide
  readonly consumer: RawSide
}

/** Two threads. */
export async function threadSides(): Promise<RawSides> {
  const { port1, port2 } = new MessageChannel()
  const [producer, consumer] = await Promise.all([port1, port2].map((port) => threadSide(port)))
  if (producer === undefined || consumer === undefined) throw new Error('two threads were to be started')
  return { producer, consumer }
}

async function threadSide(port: MessageChannel['port1']): Promise<RawSide> {
  const worker = new Worker(PROGRAM)
  const reports = new Reports()
  worker.on('message', (report) => reports.add(report as RawReport)) // safe: channel-raw sends nothing else
  worker.postMessage({ kind: 'port', port } satisfies RawOrder, [port])
  await reports.next()
  return {
    send: (order) => worker.postMessage(order),
    report: () => reports.next(),
    end: async () => void (await worker.terminate()),
  }
}

/** Two processes: what one sends, this one passes on to the other. */
export async function processSides(): Promise<RawSides> {
  const producer = await processSide((value) => consumer.send({ kind: 'value', value }))
  const consumer = await processSide((value) => producer.send({ kind: 'value', value }))
  return { producer, consumer }
}

/** One process; `heard` is called for each value from it. */
export async function processSide(heard: (value: number) => void): Promise<RawSide> {
  const child = fork(fileURLToPath(PROGRAM), [], { serialization: 'json', execArgv: [] })
  const reports = new Reports()
  child.on('message', (message) => {
    const report = message as RawReport // safe: channel-raw sends nothing else
    if (report.kind === 'value') heard(report.value)
    else reports.add(report)
  })
  await once(child, 'spawn')
  return {
    send: (order) => void child.send(order),
    report: () => reports.next(),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

/** What was reported and not yet asked for, or asked for and not yet reported. */
class Reports {
  readonly #reports: RawReport[] = []
  readonly #waiting: ((report: RawReport) => void)[] = []

  add(report: RawReport): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#reports.push(report)
    else waiting(report)
  }

  next(): Promise<RawReport> {
    const report = this.#reports.shift()
    if (report !== undefined) return Promise.resolve(report)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
