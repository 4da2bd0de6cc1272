/**
 * A client's stay in one room, in a terminal as in a page: it connects, enters, and enters again whenever the link or the room was
 * lost. What there is to show goes to a view.
 */
import { actor, describeExit, isTroupeError } from '@troupe/core'
import type { ActorRef, RefOf, RemoteNode, System } from '@troupe/core'
import type { Connector } from '@troupe/core/transport'
import { LOBBY } from './protocol.ts'
import type { Line, LobbyProtocol, MemberProtocol, RoomInfo, RoomProtocol } from './protocol.ts'

/** How soon a lost link is called again: in milliseconds, at first and at most. */
const RECONNECT = { min: 100, max: 5_000 }

export interface View {
  line(line: Line): void
  members(names: readonly string[]): void
  /** 'away': the link or the room is lost, and a way back is tried. `why` is for people. */
  state(state: 'in' | 'away', why: string): void
}

export interface VisitOptions {
  readonly system: System
  readonly connector: Connector
  readonly room: string
  readonly name: string
  readonly view: View
}

/** The client's actor: the room tells it what happens, and knows by it who speaks. */
export const Member = actor({
  name: 'Member',
  setup(_self, view: View): MemberProtocol & { say(room: ActorRef<RoomProtocol>, text: string): void } {
    let since = 0
    let last = 0
    /** Lines that come before those that were said meanwhile; null while it is in the room. */
    let early: Line[] | null = []
    const show = (line: Line): void => {
      if (line.number <= last) return
      last = line.number
      view.line(line)
    }
    return {
      line(line) {
        if (early) early.push(line)
        else show(line)
      },
      away() {
        early ??= []
      },
      entered(entered) {
        // A room that was opened anew counts from one again.
        if (entered.since !== since) last = 0
        since = entered.since
        for (const line of [...entered.lines, ...(early ?? [])]) show(line)
        early = null
        view.members(entered.members)
      },
      members: (names) => view.members(names),
      say: (room, text) => void room.tell('say', text),
    }
  },
})

export class Visit {
  /** Resolves when the visit is over; rejects when nobody answers the first call, and when the room or the server refuses. */
  readonly ended: Promise<void>
  readonly #options: VisitOptions
  readonly #member: RefOf<typeof Member>
  /** Both null while there is none. Written by #stay. */
  #node: RemoteNode | null = null
  #room: ActorRef<RoomProtocol> | null = null
  #isOver = false

  constructor(options: VisitOptions) {
    this.#options = options
    this.#member = options.system.spawn(Member, [options.view])
    this.ended = this.#stay()
      .catch((error: unknown) => {
        if (!this.#isOver) throw error
      })
      .finally(() => this.leave())
  }

  /** False while there is nobody to hear it. */
  say(text: string): boolean {
    if (this.#room === null) return false
    void this.#member.tell('say', this.#room, text)
    return true
  }

  async rooms(): Promise<readonly RoomInfo[]> {
    return this.#node?.alive ? this.#node.lookup<LobbyProtocol>(LOBBY).ask('rooms') : []
  }

  /** What was said before still leaves; the room hears of the member's end; then the link is closed. */
  async leave(): Promise<void> {
    this.#isOver = true
    this.#member.stop()
    await this.#member.exited
    await this.#node?.close()
  }

  async #stay(): Promise<void> {
    const { system, connector, view } = this.#options
    const node = await system.connect({ ...connector, reconnect: RECONNECT })
    this.#node = node
    for (let how = 'connected'; !this.#isOver && (await node.up());) {
      this.#room = await this.#enter(node)
      if (this.#room === null) continue
      view.state('in', how)
      const reason = await this.#room.exited // its link's end is the room's end, seen from here
      this.#room = null
      void this.#member.tell('away')
      if (!this.#isOver) view.state('away', describeExit(reason))
      how = 'connected again'
    }
  }

  /** The room, entered; null when the link was lost on the way there. */
  async #enter(node: RemoteNode): Promise<ActorRef<RoomProtocol> | null> {
    const { room, name } = this.#options
    try {
      const opened = await node.lookup<LobbyProtocol>(LOBBY).ask('room', room)
      if (opened.kind === 'refused') throw new Error(opened.why)
      const entered = await opened.room.ask('enter', name, this.#member)
      if (entered.kind === 'refused') throw new Error(entered.why)
      await this.#member.ask('entered', entered)
      return opened.room
    } catch (error) {
      if (isTroupeError(error, 'TROUPE_ACTOR_STOPPED') && !node.alive) return null
      throw error
    }
  }
}
