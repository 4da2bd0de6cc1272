/**
 * Carries out what OTP's policy decides about a supervisor's children (supervision/ holds the policy as pure functions).
 * Event by event, so that the supervisor answers while a child is slow to start or to stop. Restarts of one-for-one
 * supervisors go on side by side, a node and those who live there together; the strategies that affect all siblings take
 * one plan after the other, as OTP does. Stopping a child, and the end of the supervisor, overtake all of it.
 */
import { StartFailedError } from '../errors/actor-errors.ts'
import { type Yield, createYield } from '../base/event-loop.ts'
import type { ExitReason } from '../model/exit-reason.ts'
import type { LaunchedNode } from '../model/node.ts'
import type { Child, Target } from '../model/target.ts'
import { AUTO_SHUTDOWN, RESTART_LIMIT, isWorkDone } from '../supervision/auto-shutdown.ts'
import { backoffDelay, nextAttempt } from '../supervision/backoff.ts'
import type { ChildSettings, SupervisorSettings } from '../supervision/child-spec.ts'
import { followersOf } from '../supervision/node-followers.ts'
import { type Place, type Plan, planEnd, planRestart } from '../supervision/restart-plan.ts'
import { RestartWindow } from '../supervision/restart-window.ts'
import { stopWaves } from '../supervision/shutdown-plan.ts'
import type { Cell } from './cell.ts'
import type { Supervision } from './incarnation.ts'
import { RestartWaits } from './restart-waits.ts'
import { type PlaceOwner, type StartResult, SupervisedChild } from './supervised-child.ts'
import { WorkLanes } from './work-lanes.ts'

const OVERTAKEN: StartResult = { kind: 'overtaken' }

export class SupervisionEngine implements Supervision, PlaceOwner {
  readonly #cell: Cell
  readonly #settings: SupervisorSettings
  readonly #window: RestartWindow
  readonly #waits: RestartWaits
  readonly #lanes = new WorkLanes()
  /** In start order. */
  readonly #children = new Map<string, SupervisedChild>()
  /** By what reports to the supervisor. Written through adopt and disown. */
  readonly #owners = new Map<Child, SupervisedChild>()
  /** Whether a plan for one child never concerns another one. */
  #isFlat: boolean
  #closing = false
  #turn: Yield | null = null
  /** Restarts since the event loop turned last. */
  #hasRestarted = false

  constructor(cell: Cell, settings: SupervisorSettings) {
    this.#cell = cell
    this.#settings = settings
    this.#window = new RestartWindow(settings.maxRestarts, settings.within)
    this.#waits = new RestartWaits(cell.kernel.clock)
    this.#isFlat = !isJoint(settings)
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
      if (!child.isNew) continue
      const result = await this.start(child, 'keep')
      if (this.#closing) return
      if (result.kind !== 'failed') continue
      this.#cell.end({ kind: 'error', error: new StartFailedError(child.path, result.error) }, 'orderly')
      return
    }
    this.#cell.isUp()
  }

  add(id: string, settings: ChildSettings): SupervisedChild {
    const child = new SupervisedChild(this.#cell, id, settings, this)
    if (settings.on !== null) this.#isFlat = false
    this.#children.set(id, child)
    return child
  }

  remove(child: SupervisedChild): void {
    if (this.#children.get(child.id) === child) this.#children.delete(child.id)
    child.bury()
  }

  /** Starts a child that does not run, when its turn comes. One that fails is not there any more, or stays stopped. */
  start(child: SupervisedChild, ifFailed: 'keep' | 'remove'): Promise<StartResult> {
    return this.#lanes.run(this.#laneOf(child), async () => {
      if (child.state === 'running') return { kind: 'ready' }
      if (this.#closing || child.doomed || child.state !== 'empty' || this.#children.get(child.id) !== child) return OVERTAKEN
      const result = await child.start()
      if (result.kind !== 'failed') return result
      if (ifFailed === 'remove') this.remove(child)
      else child.bury()
      return result
    })
  }

  /** Ends a child for good as asked by a caller; those that live on it go with it. Waits for nothing but their ends. */
  async terminate(child: SupervisedChild): Promise<void> {
    const group = [child.id, ...followersOf(this.#placesAround(child), child.id)].flatMap((id) => this.#children.get(id) ?? [])
    for (const member of group) {
      member.doomed = true
      member.isNew = false
      this.#waits.drop(member.id)
    }
    for (const member of group.slice().reverse()) await member.stop()
    for (const member of group) {
      member.doomed = false
      if (this.#isKept(member)) member.bury()
      else this.remove(member)
    }
  }

  findNode(id: string): LaunchedNode | null {
    return this.#children.get(id)?.node ?? null
  }

  adopt(child: Child, place: SupervisedChild): void {
    this.#owners.set(child, place)
  }

  disown(child: Child): void {
    this.#owners.delete(child)
  }

  /** The child that reports as `target`, or that refs to `target` mean. */
  ownerOf(target: Target): SupervisedChild | undefined {
    // Safe: a map can be asked for what it may not hold.
    return this.#owners.get(target as Child)
  }

  patienceWith(child: Child): number | null {
    return this.#owners.get(child)?.patience ?? null
  }

  childReady(child: Child): void {
    this.#owners.get(child)?.isReady()
  }

  childEnded(child: Child, reason: ExitReason): void {
    const owner = this.#owners.get(child)
    if (owner === undefined) return
    if (owner.ended(reason) !== 'unasked' || this.#closing) return
    void this.#lanes.run(this.#laneOf(owner), () => this.#handleEnd(owner, reason))
  }

  stopAll(done: () => void): void {
    this.#closing = true
    this.#waits.close()
    void this.#stopWaves().then(done)
  }

  killAll(): void {
    this.#closing = true
    this.#waits.close()
    for (const child of [...this.#children.values()].reverse()) child.kill()
  }

  async #stopWaves(): Promise<void> {
    for (const wave of stopWaves(this.#settings.strategy, [...this.#children.keys()])) {
      await Promise.all(wave.flatMap((id) => this.#children.get(id)?.stop() ?? []))
      for (const id of wave) this.#children.get(id)?.bury()
    }
  }

  async #handleEnd(child: SupervisedChild, reason: ExitReason): Promise<void> {
    if (this.#closing || child.doomed || child.state !== 'held') return
    if (this.#hasLostNode(child) && child.settings.restart !== 'temporary') {
      // It went down with its node, whose own end restarts both and counts once.
      child.wait()
      return
    }
    const plan = planEnd(this.#settings.strategy, this.#placesAround(child), child.id, reason)
    if (plan.verdict === 'restart') return this.#restart(child, plan)
    const gone = plan.ended.flatMap((id) => this.#children.get(id) ?? [])
    for (const id of plan.stop) await this.#children.get(id)?.stop()
    for (const member of gone) {
      if (this.#isKept(member)) member.bury()
      else this.remove(member)
    }
    if (this.#closing || this.#settings.autoShutdown === 'never') return
    const remaining = [...this.#children.values()].filter((other) => !gone.includes(other))
    const done = isWorkDone(
      this.#settings.autoShutdown,
      gone.map(({ settings }) => settings),
      remaining.map(({ settings, place }) => ({ significant: settings.significant, state: place.state })),
    )
    if (done) this.#cell.end(AUTO_SHUTDOWN, 'orderly')
  }

  /** Counts, stops whom the plan says, waits, and starts whom it says; a start that fails counts as the next restart. */
  async #restart(child: SupervisedChild, plan: Plan): Promise<void> {
    const { kernel, path } = this.#cell
    const { backoff } = this.#settings
    const { reason } = child
    const now = kernel.clock.now()
    if (this.#window.record(now) === 'exceeded') {
      kernel.outlets.emit({ kind: 'restart-limit', supervisor: path, child: child.id, reason })
      this.#cell.end(RESTART_LIMIT, 'orderly')
      return
    }
    child.attempts = nextAttempt(backoff, child.attempts, child.ranFor(now))
    const delay = backoffDelay(backoff, child.attempts, kernel.random)
    const attempt = this.#window.count
    kernel.outlets.emit({ kind: 'child-restarting', path: child.path, supervisor: path, child: child.id, reason, attempt, delay })
    await this.#clear(plan)
    if (this.#closing) return
    if (delay === 0) {
      if (this.#hasRestarted) await this.#nextTurn()
      this.#noteRestart()
      return this.#startInTurn(plan.start)
    }
    // The wait holds up no other work: another plan may take over from it, and a stop takes out who is stopped.
    this.#waits.add(plan.start, delay, (ids) => {
      void this.#lanes.run(this.#laneOf(child), () => this.#startInTurn(ids))
    })
  }

  /** All that the plan starts anew is down and waits afterwards, unless a caller ends it. */
  async #clear(plan: Plan): Promise<void> {
    for (const id of plan.start) {
      const child = this.#children.get(id)
      if (child?.place.state !== 'active' && child?.doomed === false) child.wait()
    }
    for (const id of plan.stop) {
      const child = this.#children.get(id)
      await child?.stop()
      if (child?.state === 'held' && !child.doomed && plan.start.includes(id)) child.wait()
    }
    for (const id of plan.remove) {
      const child = this.#children.get(id)
      if (child !== undefined) this.remove(child)
    }
  }

  async #startInTurn(ids: readonly string[]): Promise<void> {
    for (const [at, id] of ids.entries()) {
      const child = this.#children.get(id)
      if (this.#closing) return
      if (child?.state !== 'pending' || !this.#hasPlace(child)) continue
      child.restarts++
      const result = await child.start()
      if (result.kind !== 'failed' || this.#closing) continue
      if (this.#hasLostNode(child)) {
        child.wait()
        continue
      }
      const plan = planRestart(this.#settings.strategy, this.#placesAround(child), id)
      await this.#startInTurn(ids.slice(at + 1).filter((other) => !plan.start.includes(other)))
      return this.#closing ? undefined : this.#restart(child, plan)
    }
  }

  /** False while its node is down: the node's restart takes it along; and where no node will come, it stays stopped. */
  #hasPlace(child: SupervisedChild): boolean {
    const { on } = child.settings
    if (on === null) return true
    const state = this.#children.get(on)?.state ?? 'empty'
    if (state === 'empty') child.bury()
    return state === 'running' && !this.#hasLostNode(child)
  }

  #hasLostNode({ settings }: SupervisedChild): boolean {
    if (settings.on === null) return false
    const node = this.findNode(settings.on)
    return node === null || !this.#cell.kernel.elsewhere.isUp(node.handle)
  }

  /** Whether its specification outlives it. */
  #isKept(child: SupervisedChild): boolean {
    return child.settings.restart !== 'temporary' && this.#settings.strategy !== 'simple-one-for-one'
  }

  #places(): readonly Place[] {
    return [...this.#children.values()].filter((child) => !child.isNew).map((child) => child.place)
  }

  #placesAround(child: SupervisedChild): readonly Place[] {
    return this.#isFlat ? [child.place] : this.#places()
  }

  #laneOf({ id, settings: { on } }: SupervisedChild): string {
    return isJoint(this.#settings) ? '' : (on ?? id)
  }

  /** A storm of restarts leaves the event loop its turns. */
  #nextTurn(): Promise<void> {
    return new Promise((resolve) => (this.#turn ??= createYield())(resolve))
  }

  #noteRestart(): void {
    if (this.#hasRestarted) return
    this.#hasRestarted = true
    void this.#nextTurn().then(() => (this.#hasRestarted = false))
  }
}

/** Whether one child's end affects its siblings. */
function isJoint({ strategy }: SupervisorSettings): boolean {
  return strategy === 'one-for-all' || strategy === 'rest-for-one'
}
