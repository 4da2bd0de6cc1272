/**
 * The actor that does for a blocked thread what that one asks for: it takes from a channel and puts into it, on a thread whose
 * event loop turns.
 */
import { actor, pack, unpack } from '../../index.ts'
import type { ActorDefinition, Self } from '../../index.ts'
import { CannotBlockError } from './errors.ts'
import type { ChannelOptions } from './queue.ts'
import type { SyncMemory } from './sync-memory.ts'

/** A queue, or the end of a pipe. */
export interface SyncSource {
  /** Of the actor that owns it. */
  readonly address: string
  take(options: ChannelOptions): Promise<unknown>
  send(value: unknown, options: ChannelOptions): Promise<void>
}

export type SyncRequest =
  | { readonly kind: 'take'; readonly timeout: number | undefined }
  | { readonly kind: 'send'; readonly value: unknown; readonly timeout: number | undefined }

export type SyncAnswer = { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly error: unknown }

export interface SyncServerProtocol {
  /** A handle has arrived at the node that says so, which will call as `user`. */
  held(user: number): void
  close(): void
}

export const SyncServer: ActorDefinition<SyncServerProtocol, readonly [source: SyncSource, memory: SyncMemory]> = actor({
  name: 'troupe.SyncServer',
  setup(self: Self, source: SyncSource, memory: SyncMemory) {
    /** By user, for those who must not call: why. */
    const refusals = new Map<number, Error>()
    /** Aborted when nothing can be done for the caller any more. */
    const over = new AbortController()
    self.onStop(() => {
      memory.close()
      over.abort()
    })
    void serve()
    return {
      held(user: number) {
        const { node } = self.request
        const isCaller = (): boolean => memory.user === user
        self.watch(node, () => {
          if (isCaller()) self.stop()
        })
        if (nodeOf(node.address) !== nodeOf(source.address)) return
        // Seen before or after its first request, which comes another way.
        const error = new CannotBlockError('the channel lives in the thread that would block, which then could not serve it')
        refusals.set(user, error)
        if (isCaller()) over.abort(error)
      },
      close: () => self.stop(),
    }

    async function serve(): Promise<void> {
      for (let request = await memory.request(); request !== null; request = await memory.request()) {
        const answer = await answerTo(request)
        if (answer !== null) await memory.answer(answer)
      }
      self.stop()
    }

    /** Null when there is nobody to hear it. */
    async function answerTo(bytes: Uint8Array): Promise<Uint8Array | null> {
      try {
        const refusal = refusals.get(memory.user)
        if (refusal !== undefined) throw refusal
        // Safe: handles send nothing else.
        const request = unpack(bytes, { maxBytes: Number.POSITIVE_INFINITY }) as SyncRequest
        return toBytes({ kind: 'done', value: await act(request) })
      } catch (error) {
        return self.signal.aborted ? null : toBytes({ kind: 'failed', error })
      }
    }

    async function act(request: SyncRequest): Promise<unknown> {
      const options = { by: self, signal: over.signal, ...(request.timeout === undefined ? {} : { timeout: request.timeout }) }
      if (request.kind === 'take') return await source.take(options)
      return await source.send(request.value, options)
    }
  },
})

function toBytes(answer: SyncAnswer): Uint8Array {
  return pack(answer, { root: answer.kind })
}

/** Of an address: `troupe://shop~V1St/12`. */
function nodeOf(address: string): string {
  return address.split('/')[2] ?? address
}
