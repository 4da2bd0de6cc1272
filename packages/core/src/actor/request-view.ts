/**
 * What `self.request` shows of the message being handled.
 */
import { isNodeAddress } from '../model/address.ts'
import type { Envelope, ReplyPort, StreamPort } from '../model/envelope.ts'
import type { AnyRef } from '../model/ref.ts'
import type { Request } from '../model/self.ts'
import type { Target } from '../model/target.ts'
import type { Kernel } from './kernel.ts'

export class RequestView implements Request {
  readonly #kernel: Kernel
  readonly trace: string | null
  readonly #sender: Target | null
  readonly #port: ReplyPort | StreamPort | null
  /** The actor's own signal, and the open requests that end with it. */
  readonly #own: () => { readonly signal: AbortSignal; readonly requests: OpenRequests }
  #signal: AbortSignal | null = null

  /** Keeps none of the message's arguments: it may outlive the message. */
  constructor(kernel: Kernel, envelope: Envelope, own: () => { readonly signal: AbortSignal; readonly requests: OpenRequests }) {
    this.#kernel = kernel
    this.trace = envelope.trace
    this.#sender = envelope.sender
    this.#port = envelope.port
    this.#own = own
  }

  get sender(): AnyRef | null {
    const sender = this.#sender
    return sender === null || isNodeAddress(sender.address) ? null : this.#kernel.refTo(sender)
  }

  get node(): AnyRef {
    const [sender, { elsewhere, nodeId }] = [this.#sender, this.#kernel]
    // Code outside of actors sends in the name of its node.
    if (sender !== null && isNodeAddress(sender.address)) return this.#kernel.refTo(sender)
    return this.#kernel.refTo(elsewhere.nodeTarget(sender?.address.node ?? nodeId))
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#makeSignal())
  }

  get deadline(): number | null {
    const deadline = this.#port !== null && 'deadline' in this.#port ? this.#port.deadline : Number.POSITIVE_INFINITY
    return deadline === Number.POSITIVE_INFINITY ? null : deadline
  }

  #makeSignal(): AbortSignal {
    const { signal, requests } = this.#own()
    const port = this.#port
    if (port === null || signal.aborted) return signal
    const controller = new AbortController()
    if (isOver(port)) controller.abort()
    else {
      port.onCancel((reason) => controller.abort(reason))
      requests.add(port, controller)
    }
    return controller.signal
  }
}

/** Open requests that are looked through when there are twice as many as last time, but not below this number. */
const FEW = 16

/** The requests whose signal somebody holds: they are aborted when their actor ends, and forgotten once they are answered. */
export class OpenRequests {
  readonly #open = new Map<ReplyPort | StreamPort, AbortController>()
  #sweepAt = FEW

  add(port: ReplyPort | StreamPort, controller: AbortController): void {
    this.#open.set(port, controller)
    if (this.#open.size < this.#sweepAt) return
    for (const known of this.#open.keys()) if (isOver(known)) this.#open.delete(known)
    this.#sweepAt = Math.max(FEW, this.#open.size * 2)
  }

  abort(reason: unknown): void {
    for (const [port, controller] of this.#open) if (!isOver(port)) controller.abort(reason)
    this.#open.clear()
  }
}

function isOver(port: ReplyPort | StreamPort): boolean {
  return 'settled' in port ? port.settled : port.closed
}
