/**
 * Children for supervisors under test: they write into a journal what becomes of them, and end as they are told.
 */
import { actor } from '../../src/actor/define.ts'
import type { SupervisorProtocol } from '../../src/actor/supervisor.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import { type ExitReason, describeExit } from '../../src/model/exit-reason.ts'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Deferred } from '../../src/model/self.ts'
import type { ChildSpec } from '../../src/supervision/child-spec.ts'
import { turns } from './waiting.ts'

/** What happened, in order: `+a` for a start, `-a shutdown` for an orderly end. */
export class Journal {
  readonly #lines: string[] = []

  readonly add = (line: string): void => void this.#lines.push(line)

  /** What was written since the last look. */
  read(): string {
    return this.#lines.splice(0).join(', ')
  }
}

/** What members answer. */
export interface MemberProtocol {
  add(n: number): void
  get(): number
  fail(message?: string): never
  leave(reason: ExitReason): void
  /** Waits for ever, as far as the actor is concerned. */
  hang(): Promise<never>
  keep(n: number): void
  release(): void
  wait(): Deferred<number>
  /** Ends the system that it lives in. */
  shutDown(): void
}

export interface MemberOptions {
  /** Runs in setup; what it returns is waited for. */
  readonly onStart?: () => unknown
  /** Runs in onStop; what it returns is waited for. */
  readonly onStop?: () => unknown
}

/** A child that keeps a journal. */
export function member(journal: Journal, id: string, options: MemberOptions = {}): ActorDefinition<MemberProtocol, readonly []> {
  return actor({
    name: 'Member',
    setup(self): MemberProtocol | Promise<MemberProtocol> {
      journal.add(`+${id}`)
      let sum = 0
      let released = false
      self.onStop((reason) => {
        journal.add(`-${id} ${describeExit(reason)}`)
        return options.onStop?.()
      })
      const handlers: MemberProtocol = {
        add: (n) => void (sum += n),
        get: () => sum,
        fail: (message = 'told to fail') => {
          throw new Error(message)
        },
        leave: (reason) => self.stop(reason),
        hang: () => new Promise(() => undefined),
        keep: (n) => {
          if (released) sum += n
          else self.stash()
        },
        release: () => {
          released = true
          self.unstash()
        },
        wait: () => self.defer<number>(),
        shutDown: () => void self.system.shutdown(),
      }
      const starting = options.onStart?.()
      return starting instanceof Promise ? starting.then(() => handlers) : handlers
    },
  })
}

/** Specs of members, by id: `{ a: {}, b: { restart: 'transient' } }`. */
export function members(journal: Journal, specs: Readonly<Record<string, Partial<ChildSpec> & MemberOptions>>): ChildSpec[] {
  return Object.entries(specs).map(([id, { onStart, onStop, ...spec }]) => ({
    id,
    actor: member(journal, id, { ...(onStart && { onStart }), ...(onStop && { onStop }) }),
    ...spec,
  }))
}

export type SupervisorRef = ActorRef<SupervisorProtocol>

/** The member that a supervisor has under this id. */
export async function childOf(supervisor: SupervisorRef, id: string): Promise<ActorRef<MemberProtocol>> {
  return (await supervisor.ask('child', id)) as ActorRef<MemberProtocol>
}

/** Ends a member so that its exit reason is of this kind. */
export function endBy(ref: ActorRef<MemberProtocol>, kind: 'normal' | 'shutdown' | 'error' | 'killed'): void {
  if (kind === 'killed') ref.kill()
  else if (kind === 'error') void ref.tell('fail')
  else void ref.tell('leave', { kind })
}

/** `a running 1` for each child: its state, and how often it was restarted. */
export async function statesOf(supervisor: SupervisorRef): Promise<string> {
  await turns()
  const children = await supervisor.ask('children')
  return children.map(({ id, state, restarts }) => `${id} ${state} ${restarts}`).join(', ')
}
