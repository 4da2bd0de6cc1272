/**
 * Carries out what OTP's policy decides about a supervisor's children (supervision/ holds the policy as pure functions).
 * Event by event, so that the supervisor answers while a child is slow to start or to stop. Restarts of one-for-one
 * supervisors go on side by side; the strategies that affect siblings take one plan after the other, as OTP does.
 */
import { StartFailedError } from '../errors/actor-errors.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { Child, Target } from '../model/target.ts'
import { AUTO_SHUTDOWN, RESTART_LIMIT, isWorkDone } from '../supervision/auto-shutdown.ts'
import { backoffDelay, nextAttempt } from '../supervision/backoff.ts'
import type { ChildSettings, SupervisorSettings } from '../supervision/child-spec.ts'
import { type Plan, planEnd, planRestart, planTerminate } from '../supervision/restart-plan.ts'
import { RestartWindow } from '../supervision/restart-window.ts'
import { stopWaves } from '../supervision/shutdown-plan.ts'
import type { Cell } from './cell.ts'
import type { Supervision } from './incarnation.ts'
import { type StartResult, SupervisedChild } from './supervised-child.ts'

export class SupervisionEngine implements Supervision {
  readonly #cell: Cell
  readonly #settings: SupervisorSettings
  readonly #window: RestartWindow
  /** In start order. */
  readonly #children = new Map<string, SupervisedChild>()
  #closing = false
  /** The plan under way, for strategies that affect siblings. */
  #last: Promise<void> = Promise.resolve()

  constructor(cell: Cell, settings: SupervisorSettings) {
    this.#cell = cell
    this.#settings = settings
    this.#window = new RestartWindow(settings.maxRestarts, settings.within)
  }

  get children(): ReadonlyMap<string, SupervisedChild> {
    return this.#children
  }

  list(): readonly Target[] {
    return [...this.#children.values()].flatMap(({ target }) => (target === null ? [] : [target]))
  }

  /** Starts all in order. On a failure those that started are stopped in reverse, and the supervisor's start has failed. */
  async rise(all: readonly ChildSettings[]): Promise<void> {
    const children = all.map((settings) => this.add(settings.id, settings))
    for (const child of children) {
      const result = await child.start()
      if (this.#closing) return
      if (result.kind !== 'failed') continue
      const error = new StartFailedError(child.path, result.error)
      child.bury({ kind: 'error', error })
      this.#cell.end({ kind: 'error', error }, 'orderly')
      return
    }
    this.#cell.isUp()
  }

  add(id: string, settings: ChildSettings): SupervisedChild {
    const child = new SupervisedChild(this.#cell, id, settings, (node) => this.#children.get(node)?.node ?? null)
    this.#children.set(id, child)
    return child
  }

  remove(child: SupervisedChild): void {
    child.bury()
    this.#children.delete(child.id)
  }

  childReady(child: Child): void {
    this.#owner(child)?.isReady()
  }

  childEnded(child: Child, reason: ExitReason): void {
    const owner = this.#owner(child)
    if (owner === undefined) return
    if (owner.settings.on !== null && !this.#nodeIsUp(owner.settings.on)) owner.lostNode()
    const how = owner.ended(reason)
    if (how === 'unasked' && !this.#closing) void this.#inOrder(() => this.#handleEnd(owner, reason))
  }

  /** Ends a child as asked by a caller; those on it go with it. */
  terminate(child: SupervisedChild): Promise<void> {
    return this.#inOrder(async () => {
      const plan = planTerminate(this.#places(), child.id)
      await this.#stop(plan)
      for (const id of [...plan.stop, child.id]) this.#children.get(id)?.bury({ kind: 'shutdown' })
      this.#remove(plan)
    })
  }

  stopAll(done: () => void): void {
    this.#closing = true
    void this.#stopWaves().then(done)
  }

  killAll(): void {
    this.#closing = true
    for (const child of [...this.#children.values()].reverse()) child.kill()
  }

  async #stopWaves(): Promise<void> {
    for (const wave of stopWaves(this.#settings.strategy, [...this.#children.keys()])) {
      await Promise.all(wave.map((id) => this.#children.get(id)?.stop()))
      for (const id of wave) this.#children.get(id)?.bury()
    }
  }

  #owner(child: Child): SupervisedChild | undefined {
    for (const candidate of this.#children.values()) if (candidate.owns(child)) return candidate
    return undefined
  }

  #nodeIsUp(id: string): boolean {
    const node = this.#children.get(id)?.node ?? null
    return node !== null && this.#cell.kernel.elsewhere.isUp(node.handle)
  }

  #places(): readonly SupervisedChild['place'][] {
    return [...this.#children.values()].map((child) => child.place)
  }

  /** With strategies that affect siblings, one piece of work after the other; otherwise at once. */
  #inOrder(work: () => Promise<void>): Promise<void> {
    const { strategy } = this.#settings
    if (strategy === 'one-for-one' || strategy === 'simple-one-for-one') return work()
    const next = this.#last.then(work)
    this.#last = next
    return next
  }

  async #handleEnd(child: SupervisedChild, reason: ExitReason): Promise<void> {
    if (this.#closing || child.state !== 'held' || !this.#children.has(child.id)) return
    const { on } = child.settings
    if (on !== null && !this.#nodeIsUp(on) && child.settings.restart !== 'temporary') {
      // It went down with its node, whose own end restarts both and counts once.
      child.wait()
      return
    }
    const plan = planEnd(this.#settings.strategy, this.#places(), child.id, reason)
    if (plan.verdict === 'restart') return this.#restart(child, plan, reason)
    const ended = plan.ended.flatMap((id) => this.#children.get(id)?.settings ?? [])
    await this.#stop(plan)
    for (const id of plan.ended) this.#children.get(id)?.bury()
    this.#remove(plan)
    const remaining = [...this.#children.values()].filter((other) => !plan.ended.includes(other.id))
    const done = isWorkDone(this.#settings.autoShutdown, ended, remaining.map((other) => ({ significant: other.settings.significant, state: other.place.state })))
    if (done && !this.#closing) this.#cell.end(AUTO_SHUTDOWN, 'orderly')
  }

  /** Counts, waits, and carries the plan out; a start that fails counts as the next restart. */
  async #restart(child: SupervisedChild, plan: Plan, reason: ExitReason): Promise<void> {
    const { kernel } = this.#cell
    const now = kernel.clock.now()
    if (this.#window.record(now) === 'exceeded') {
      kernel.outlets.emit({ kind: 'restart-limit', supervisor: this.#cell.path, child: child.id, reason })
      this.#cell.end(RESTART_LIMIT, 'orderly')
      return
    }
    child.attempts = nextAttempt(this.#settings.backoff, child.attempts, now - child.startedAt)
    const delay = backoffDelay(this.#settings.backoff, child.attempts, kernel.random)
    const attempt = this.#window.count
    kernel.outlets.emit({ kind: 'child-restarting', path: child.path, supervisor: this.#cell.path, child: child.id, reason, attempt, delay })
    await this.#stop(plan)
    this.#remove(plan)
    if (this.#closing) return
    for (const id of plan.start) this.#children.get(id)?.wait()
    if (delay === 0) return this.#startInTurn(plan.start)
    // The wait holds up no other work: another plan may overtake it, and a stop cancels it.
    child.startAfter(delay, () => void this.#inOrder(() => this.#startInTurn(plan.start)))
  }

  async #startInTurn(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const child = this.#children.get(id)
      if (this.#closing) return
      if (child === undefined || child.state === 'running' || child.state === 'starting') continue
      child.restarts++
      const result: StartResult = await child.start()
      if (result.kind === 'ready' || this.#closing) continue
      if (result.kind === 'overtaken') return
      const plan = planRestart(this.#settings.strategy, this.#places(), id)
      const rest = plan.start.length > 0 ? plan : { ...plan, start: ids.slice(ids.indexOf(id)) }
      return this.#restart(child, rest, { kind: 'error', error: result.error })
    }
  }

  /** One after the other, in the plan's order. */
  async #stop(plan: Plan): Promise<void> {
    for (const id of plan.stop) await this.#children.get(id)?.stop()
  }

  #remove(plan: Plan): void {
    for (const id of plan.remove) {
      const child = this.#children.get(id)
      if (child !== undefined) this.remove(child)
    }
  }
}
