/**
 * The near end of the raw contenders: numbers its asks and matches the answers, as a program without Troupe would.
 */
import type { RawReply, RawRequest } from './raw-protocol.ts'
import type { Peer } from './hop.ts'

export interface RawChannel {
  send(request: RawRequest): void
  /** Called once, before the first `send`. */
  listen(hear: (reply: RawReply) => void): void
  /** How bytes go through it; without it, as they are. */
  readonly sendBytes?: (bytes: Uint8Array<ArrayBuffer>) => void
  end(): Promise<void>
}

export function createRawPeer(channel: RawChannel): Peer {
  const waiting = new Map<number, (answer: number) => void>()
  const sums: ((sum: number) => void)[] = []
  let lastId = 0
  channel.listen((reply) => {
    switch (reply.kind) {
      case 'sum':
        sums.shift()?.(reply.sum)
        break
      case 'answer':
        waiting.get(reply.id)?.(reply.n)
        waiting.delete(reply.id)
        break
    }
  })
  const askSum = (kind: 'taken' | 'taken-bytes') =>
    new Promise<number>((resolve) => {
      sums.push(resolve)
      channel.send({ kind })
    })
  const sendBytes = channel.sendBytes ?? ((bytes: Uint8Array) => channel.send({ kind: 'take-bytes', bytes }))
  return {
    take: (n) => channel.send({ kind: 'take', name: 'reading', n }),
    taken: () => askSum('taken'),
    increment: (n) =>
      new Promise((resolve) => {
        const id = ++lastId
        waiting.set(id, resolve)
        channel.send({ kind: 'increment', id, n })
      }),
    takeBytes: (bytes) => sendBytes(bytes),
    takenBytes: () => askSum('taken-bytes'),
    end: () => channel.end(),
  }
}
