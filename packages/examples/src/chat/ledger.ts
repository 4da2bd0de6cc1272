/**
 * Keeps what rooms must not forget when they crash: who is in, and what was said last. It does nothing else, so that there is
 * nothing in it that could fail (OTP's error kernel).
 */
import { actor } from '@troupe/core'
import type { ActorRef } from '@troupe/core'
import type { Line, MemberProtocol } from './protocol.ts'

export interface RoomRecord {
  /** When the room was opened, in milliseconds since 1970. */
  readonly since: number
  readonly members: ReadonlyMap<string, ActorRef<MemberProtocol>>
  readonly lines: readonly Line[]
}

export const Ledger = actor({
  name: 'Ledger',
  setup() {
    const records = new Map<string, RoomRecord>()
    return {
      save(room: string, record: RoomRecord) {
        records.set(room, record)
      },
      load: (room: string): RoomRecord => records.get(room) ?? { since: Date.now(), members: new Map(), lines: [] },
    }
  },
})
