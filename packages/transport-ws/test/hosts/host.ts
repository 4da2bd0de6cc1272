/**
 * A process in a network namespace, as a test drives it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { bundled } from '../../../../scripts/bundled.ts'
import type { NodeNews, Order, Outcome } from './host-protocol.ts'

const PROGRAM = bundled('transport-ws/test/hosts/host-program.ts')

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

export class Host implements AsyncDisposable {
  readonly name: string
  readonly news: NodeNews[] = []
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  #heard: (() => void)[] = []
  #lastId = 0

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
    child.on('message', (message) => this.#hear(message as Outcome | NodeNews)) // safe: host-program says nothing else
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()))
    void this.#ended.then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`host ${name} is gone`))
    })
  }

  /** Resolves when its system runs. */
  static async start(name: string, space: string): Promise<Host> {
    const args = ['netns', 'exec', space, process.execPath, PROGRAM, name]
    const host = new Host(name, spawn('ip', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))
    await host.#answer(0)
    return host
  }

  /** Rejects with an Error that has the code of the one over there. */
  order(order: Order): Promise<unknown> {
    const id = ++this.#lastId
    const answer = this.#answer(id)
    this.#child.send({ ...order, id })
    return answer
  }

  /** Resolves once that node was heard to be up, or down, after the news at `from`; rejects after 20 s. */
  async heard(node: string, state: NodeNews['state'], from = 0): Promise<void> {
    const late = AbortSignal.timeout(20_000)
    while (!this.news.slice(from).some((news) => news.node === node && news.state === state)) {
      late.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#heard.push(resolve)
        late.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#ended
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #hear(message: Outcome | NodeNews): void {
    if (message.kind === 'node') {
      this.news.push(message)
      const heard = this.#heard
      this.#heard = []
      for (const go of heard) go()
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'done') waiting?.resolve(message.value)
    else waiting?.reject(Object.assign(new Error(message.message), { code: message.code }))
  }
}
