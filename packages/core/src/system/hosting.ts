/**
 * The actors that other nodes spawned here: set up with what their definition turns out to be, stopped when their
 * parent's node is gone, and when this system ends.
 */
import { createCell } from '../actor/spawn.ts'
import type { Kernel } from '../actor/kernel.ts'
import { Children } from '../actor/children.ts'
import { SystemDownError } from '../errors/actor-errors.ts'
import { stopSentinel } from '../model/envelope.ts'
import { type ExitReason, SHUTDOWN } from '../model/exit-reason.ts'
import type { Self } from '../model/self.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import type { Child, ParentPort } from '../model/target.ts'
import type { AnyDefinition, FindDefinition } from './access.ts'

export class Hosting {
  readonly #kernel: Kernel
  readonly #children = new Children()
  /** This system ends. Parents elsewhere hear so from their links, not child by child: they may start none of them anew here. */
  #closed = false

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** Returns at once; what cannot be found is a failed start. */
  spawn(request: SpawnRequest, parent: ParentPort, find: FindDefinition): Child {
    const { nodeId, name } = this.#kernel
    const child = createCell(this.#kernel, {
      parent: this.#portTo(parent),
      parentPath: parent.target?.path ?? `troupe://${name}`,
      definition: deferred(request, this.#closed ? this.#refuse : find),
      args: request.args,
      name: request.name,
      mailbox: request.mailbox,
      onEnd: request.onEnd,
      address: { node: nodeId, origin: request.origin, seq: request.seq },
    })
    this.#children.add(child, null)
    child.watch({ ended: () => this.#children.remove(child) })
    return child
  }

  /** The parent is gone: the child is asked to stop, and killed when it does not in time. */
  orphaned(child: Child, reason: ExitReason): void {
    const { clock, stopTimeout } = this.#kernel
    child.bury(reason)
    if (child.outcome) return
    const timer = clock.start(stopTimeout, () => child.kill(), 'deadline')
    child.watch({ ended: () => timer.cancel() })
    void child.deliver(stopSentinel(reason))
  }

  /** Stops all in reverse, and kills what is left after `ms` milliseconds. */
  stop(ms: number): Promise<void> {
    this.#close()
    return new Promise((resolve) => this.#children.stopAll(ms, this.#kernel.clock, resolve))
  }

  kill(): void {
    this.#close()
    this.#children.killAll(this.#kernel.clock, () => undefined)
  }

  list(): readonly Child[] {
    return this.#children.list()
  }

  /** Nobody waits for a verdict any more. */
  #close(): void {
    this.#closed = true
    for (const child of this.#children.list()) child.bury(SHUTDOWN)
  }

  #portTo(parent: ParentPort): ParentPort {
    return {
      target: parent.target,
      childReady: (child) => parent.childReady(child),
      childEnded: (child, reason) => {
        if (!this.#closed) parent.childEnded(child, reason)
      },
    }
  }

  readonly #refuse: FindDefinition = ({ definition }) => {
    throw new SystemDownError(this.#kernel.name, `start ${definition.name}`)
  }
}

/** Stands in for a definition that is looked up when the actor is set up, so that its mailbox exists before. */
function deferred(request: SpawnRequest, find: FindDefinition): AnyDefinition {
  const { module, name } = request.definition
  const setup = (self: Self, ...args: readonly unknown[]): unknown => {
    const found = find(request)
    // Safe: the arguments came with the definition's name; their types were checked where the spawn was written.
    return found instanceof Promise
      ? found.then((definition) => definition.setup(self, ...(args as never)))
      : found.setup(self, ...(args as never))
  }
  return { name, module, setup }
}
