/**
 * A transport over the platform's MessagePort, in browsers and Node alike: between a page and its worker, a window and its
 * frame, two threads. Whoever holds one port, the door, takes calls on it; a call comes with a port for the answer, and the
 * answer is the port of the link. What is posted there is a frame, a number (bytes taken, which is how a sender learns that it
 * is too fast), or null (the end).
 */
import type { Connector, ExitReason, Link, LinkEvents, LinkPolicy, Listener, Reconnect } from '@troupe/core/transport'

/** Bytes on their way above which `send` says to wait, and below which `drain` follows. */
const HIGH_WATER = 1_048_576
const LOW_WATER = HIGH_WATER / 2
/** The receiver says what it took after so many bytes. */
const RECEIPT = HIGH_WATER / 16
/** Milliseconds that a caller waits: a port tells nobody whether somebody listens at its other end. */
const ANSWER = 1_000

interface Call {
  readonly answer: MessagePort
}

/** Calls whoever listens at the other end of the door. */
export function portConnector(door: MessagePort, policy: LinkPolicy & { readonly reconnect?: Reconnect } = {}): Connector {
  return {
    ...policy,
    connect: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const { port1, port2 } = new MessageChannel()
        const settle = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          port1.close()
        }
        const refuse = (reason: unknown): void => {
          settle()
          reject(reason)
        }
        const abort = (): void => refuse(signal.reason)
        const timer = setTimeout(() => refuse(new Error(`nobody took the call within ${ANSWER} ms`)), ANSWER)
        signal.addEventListener('abort', abort)
        port1.onmessage = ({ data: link }: MessageEvent<MessagePort>) => {
          settle()
          resolve(new PortLink(link))
        }
        door.postMessage({ answer: port2 } satisfies Call, [port2])
      }),
  }
}

/** Takes the calls that come through the door. */
export function portListener(door: MessagePort, policy: LinkPolicy = {}): Listener {
  return {
    ...policy,
    async listen(accept) {
      const take = ({ data: { answer } }: MessageEvent<Call>): void => {
        const { port1, port2 } = new MessageChannel()
        answer.postMessage(port2, [port2])
        accept(new PortLink(port1))
      }
      door.addEventListener('message', take)
      door.start()
      return { address: 'port:', close: async () => door.removeEventListener('message', take) }
    },
  }
}

class PortLink implements Link {
  readonly peer = 'port'
  readonly #port: MessagePort
  #events: LinkEvents | null = null
  /** Bytes sent without a receipt, and whether `send` said to wait for that. */
  #outstanding = 0
  #over = false
  /** Bytes taken without a receipt given. */
  #taken = 0
  #state: 'open' | 'closing' | 'closed' = 'open'
  #reason: ExitReason | null = null

  constructor(port: MessagePort) {
    this.#port = port
  }

  /** The port keeps what comes before. */
  open(events: LinkEvents): void {
    this.#events = events
    this.#port.addEventListener('message', ({ data }: MessageEvent<Uint8Array | number | null>) => this.#take(data))
    this.#port.addEventListener('close', () => this.#end()) // where the platform has it; elsewhere core's heartbeat finds out
    this.#port.start()
    if (this.#state !== 'open') queueMicrotask(() => this.#end())
  }

  send(frame: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    const whole = frame.byteLength === frame.buffer.byteLength ? frame : frame.slice() // else all around it would be posted, too
    this.#outstanding += whole.byteLength
    this.#port.postMessage(whole, [whole.buffer as ArrayBuffer])
    this.#over ||= this.#outstanding > HIGH_WATER
    return !this.#over
  }

  close(reason: ExitReason = { kind: 'normal' }): void {
    if (this.#state !== 'open') return
    this.#port.postMessage(null)
    this.#leave(reason)
  }

  #take(data: Uint8Array | number | null): void {
    if (this.#state !== 'open') return
    if (data === null) return this.#leave({ kind: 'normal' })
    if (typeof data === 'number') return this.#receipt(data)
    this.#taken += data.byteLength
    if (this.#taken >= RECEIPT) {
      this.#port.postMessage(this.#taken)
      this.#taken = 0
    }
    this.#events?.frame(data)
  }

  #receipt(bytes: number): void {
    this.#outstanding -= bytes
    if (!this.#over || this.#outstanding > LOW_WATER) return
    this.#over = false
    this.#events?.drain()
  }

  #leave(reason: ExitReason): void {
    this.#state = 'closing'
    this.#reason = reason
    this.#port.close() // what was posted arrives all the same
    queueMicrotask(() => this.#end()) // not every platform reports the end to the one who closed
  }

  #end(): void {
    if (this.#state === 'closed' || this.#events === null) return
    this.#state = 'closed'
    this.#events.closed(this.#reason ?? { kind: 'disconnected', node: this.peer })
  }
}
