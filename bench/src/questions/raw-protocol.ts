/**
 * What the raw contenders of hop-thread and hop-process say to their workers: one message each, as a program without Troupe
 * would. The worker's side of it is here too.
 */

export type RawRequest =
  | { readonly kind: 'take'; readonly name: string; readonly n: number }
  | { readonly kind: 'taken' }
  | { readonly kind: 'increment'; readonly id: number; readonly n: number }
  /** A buffer, or base64 where the channel has only JSON. */
  | { readonly kind: 'take-bytes'; readonly bytes: Uint8Array | string }
  | { readonly kind: 'taken-bytes' }

export type RawReply =
  { readonly kind: 'sum'; readonly sum: number } | { readonly kind: 'answer'; readonly id: number; readonly n: number }

/** Answers a worker's requests, one at a time. */
export function createRawServant(reply: (message: RawReply) => void): (request: RawRequest) => void {
  let sum = 0
  let bytes = 0
  return (request) => {
    switch (request.kind) {
      case 'take':
        sum += request.n
        break
      case 'taken':
        reply({ kind: 'sum', sum })
        sum = 0
        break
      case 'increment':
        reply({ kind: 'answer', id: request.id, n: request.n + 1 })
        break
      case 'take-bytes':
        bytes += typeof request.bytes === 'string' ? Buffer.from(request.bytes, 'base64').byteLength : request.bytes.byteLength
        break
      case 'taken-bytes':
        reply({ kind: 'sum', sum: bytes })
        bytes = 0
        break
    }
  }
}
