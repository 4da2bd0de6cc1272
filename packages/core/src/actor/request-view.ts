/**
 * What `self.request` shows of the message being handled.
 */
import type { Envelope } from '../model/envelope.ts'
import { replyPort, streamPort } from '../model/envelope.ts'
import type { AnyRef } from '../model/ref.ts'
import { ActorRef } from '../model/ref.ts'
import type { Request } from '../model/self.ts'
import type { Kernel } from './kernel.ts'

export class RequestView implements Request {
  readonly #kernel: Kernel
  readonly #envelope: Envelope
  readonly #own: () => AbortSignal
  #signal: AbortSignal | null = null

  constructor(kernel: Kernel, envelope: Envelope, own: () => AbortSignal) {
    this.#kernel = kernel
    this.#envelope = envelope
    this.#own = own
  }

  get sender(): AnyRef | null {
    const { sender } = this.#envelope
    return sender === null ? null : new ActorRef(this.#kernel.courier, sender)
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#makeSignal())
  }

  get deadline(): number | null {
    const deadline = replyPort(this.#envelope)?.deadline ?? Number.POSITIVE_INFINITY
    return deadline === Number.POSITIVE_INFINITY ? null : deadline
  }

  get trace(): string | null {
    return this.#envelope.trace
  }

  #makeSignal(): AbortSignal {
    const own = this.#own()
    const port = replyPort(this.#envelope) ?? streamPort(this.#envelope)
    if (port === null) return own
    const controller = new AbortController()
    port.onCancel((reason) => controller.abort(reason))
    if (own.aborted) controller.abort(own.reason)
    else own.addEventListener('abort', () => controller.abort(own.reason), { once: true, signal: controller.signal })
    return controller.signal
  }
}
