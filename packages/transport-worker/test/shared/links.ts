/**
 * Pairs of joined links, and a way to hear what comes out of one.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { ExitReason } from '@troupe/core/transport'
import { once } from 'node:events'
import { PortLink } from '../../src/shared/port-link.ts'
import { threadPort } from '../../src/shared/thread-port.ts'
import { StreamLink } from '../../src/shared/stream-link.ts'
import { webPort } from '../../src/web/web-port.ts'
import type { WorkerLink, WorkerLinkOptions } from '../../src/shared/worker-link.ts'

export type PairOptions = Partial<Omit<WorkerLinkOptions, 'peer'>>

/** Two links that are each other's ends; disposal ends both. */
export interface Pair extends AsyncDisposable {
  readonly near: WorkerLink
  readonly far: WorkerLink
}

export async function portPair(near: PairOptions = {}, far: PairOptions = {}): Promise<Pair> {
  const { port1, port2 } = new MessageChannel()
  return {
    near: new PortLink(threadPort(port1), { peer: 'far', ...near }),
    far: new PortLink(threadPort(port2), { peer: 'near', ...far }),
    async [Symbol.asyncDispose]() {
      port1.close()
      port2.close()
    },
  }
}

/** As in a browser: Node has the platform's ports, too. */
export async function webPair(near: PairOptions = {}, far: PairOptions = {}): Promise<Pair> {
  const { port1, port2 } = new globalThis.MessageChannel()
  return {
    near: new PortLink(webPort(port1), { peer: 'far', ...near }),
    far: new PortLink(webPort(port2), { peer: 'near', ...far }),
    async [Symbol.asyncDispose]() {
      port1.close()
      port2.close()
    },
  }
}

export interface StreamPair extends Pair {
  readonly near: StreamLink
  readonly far: StreamLink
  readonly sockets: { readonly near: Socket; readonly far: Socket }
}

export async function streamPair(near: PairOptions = {}, far: PairOptions = {}): Promise<StreamPair> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-'))
  const path = join(folder, 'link')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const accepted = once(server, 'connection')
  const dialed = connect(path)
  const [socket] = (await accepted) as [Socket]
  const left = new StreamLink(dialed, { peer: 'far', ...near })
  const right = new StreamLink(socket, { peer: 'near', ...far })
  return {
    near: left,
    far: right,
    sockets: { near: dialed, far: socket },
    async [Symbol.asyncDispose]() {
      dialed.destroy()
      socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

/** Opens a link, and collects what it says. */
export class Ear {
  readonly frames: Uint8Array[] = []
  readonly closed: ExitReason[] = []
  /** Frames and ends, in the order heard. */
  readonly order: string[] = []
  drains = 0
  readonly ended: Promise<ExitReason>
  #wake: (() => void)[] = []

  constructor(link: WorkerLink) {
    let end: (reason: ExitReason) => void = () => {}
    this.ended = new Promise((resolve) => (end = resolve))
    link.open({
      frame: (bytes) => {
        this.frames.push(bytes)
        this.#heard(`frame ${bytes.length}`)
      },
      drain: () => {
        this.drains++
        this.#heard('drain')
      },
      closed: (reason) => {
        this.closed.push(reason)
        this.#heard('closed')
        end(reason)
      },
    })
  }

  /** Resolves when `condition` holds, looked at after each thing heard. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  #heard(what: string): void {
    this.order.push(what)
    for (const wake of this.#wake.splice(0)) wake()
  }
}
