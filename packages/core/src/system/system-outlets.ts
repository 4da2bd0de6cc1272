/**
 * Where a system's events, dead letters and log lines leave it.
 */
import { EventOutlet } from '../events/event-outlet.ts'
import type { DeadLetter, NodeEvent, SystemEvent } from '../model/event.ts'
import { describeExit } from '../model/exit-reason.ts'
import type { Logger } from '../model/self.ts'
import type { Outlets } from '../actor/kernel.ts'
import type { LogSink } from './console-log.ts'

export class SystemOutlets implements Outlets {
  readonly events: EventOutlet<SystemEvent> = new EventOutlet<SystemEvent>()
  readonly deadLetters: EventOutlet<DeadLetter> = new EventOutlet<DeadLetter>()
  readonly nodes: EventOutlet<NodeEvent>
  readonly #sink: LogSink
  /** Written by connect. */
  #asNobody: (run: () => void) => void = (run) => run()

  constructor(sink: LogSink, nodesUp: () => readonly NodeEvent[]) {
    this.#sink = sink
    this.nodes = new EventOutlet<NodeEvent>(nodesUp)
  }

  /** Called once. Listeners run in the middle of actors' turns, but are no part of them: `asNobody` sees to that. */
  connect(asNobody: (run: () => void) => void): void {
    this.#asNobody = asNobody
  }

  get wantsEvents(): boolean {
    return this.events.hasListeners
  }

  get wantsDeadLetters(): boolean {
    return this.deadLetters.hasListeners
  }

  log(path: string): Logger {
    return this.#sink(path)
  }

  deadLetter(letter: DeadLetter): void {
    if (this.deadLetters.hasListeners) this.#asNobody(() => this.deadLetters.emit(letter))
  }

  /** Failures and limits are written to the log too: an operator who listens to nothing still learns of them. */
  emit(event: SystemEvent): void {
    if (this.events.hasListeners) this.#asNobody(() => this.events.emit(event))
    switch (event.kind) {
      case 'unhandled-error':
        this.log(event.path).error(`an error in ${event.during}`, event.error)
        break
      case 'restart-limit':
        this.log(event.supervisor).error(
          `gives up: its child ${event.child} failed too often, last with ${describeExit(event.reason)}`,
        )
        break
      case 'blocked':
        if (event.path !== null) this.log(event.path).warn(`held up the event loop for ${event.ms} ms`)
        break
      case 'node-up':
        this.#asNobody(() => this.nodes.emit({ node: event.node, id: event.id, state: 'up', reason: null }))
        break
      case 'node-down':
        this.#asNobody(() => this.nodes.emit({ node: event.node, id: event.id, state: 'down', reason: event.reason }))
        break
      case 'actor-started':
      case 'actor-stopped':
      case 'child-restarting':
      case 'mailbox-pressure':
      case 'link-pressure':
      case 'peer-refused':
      case 'redial-failed':
        break
    }
  }

  close(): void {
    this.events.close()
    this.deadLetters.close()
    this.nodes.close()
  }
}
