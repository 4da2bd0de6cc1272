/**
 * The actors with which the promises are tried. Other nodes load them from this module.
 */
import { type AnyRef, type ActorRef, type Dynamic, type ExitReason, actor, supervisor } from '@troupe/core'

/** Keeps what it is told, in order. */
export const Recorder = actor({
  name: 'Recorder',
  module: import.meta.url,
  setup() {
    const seen: unknown[] = []
    return {
      note(value: unknown) {
        seen.push(value)
      },
      seen: () => seen,
      echo: (value: unknown) => value,
    }
  },
})

/** Fails, ends and waits as it is told. */
export const Worker = actor({
  name: 'Worker',
  module: import.meta.url,
  setup(self, start: number = 0) {
    let count = start
    let busy = 0
    let most = 0
    return {
      add(n: number) {
        count += n
      },
      get: () => count,
      fail(message: string) {
        throw new RangeError(message)
      },
      async failLater(message: string) {
        await turn()
        throw new TypeError(message)
      },
      never: () => new Promise<never>(() => undefined),
      leave(reason?: ExitReason) {
        self.stop(reason)
      },
      /** Counts how many run at once. */
      async overlap() {
        busy++
        most = Math.max(most, busy)
        await turn()
        busy--
      },
      most: () => most,
      numbers: (n: number) => countTo(n),
      unpicklable: () => () => undefined,
      untilAborted(report: ActorRef<Dynamic>) {
        const { signal } = self.request
        self.defer()
        signal.addEventListener('abort', () => report.tell('aborted'), { once: true })
      },
    }
  },
})

/** Sends to another actor and then ends, in one turn. */
export const LastWords = actor({
  name: 'LastWords',
  module: import.meta.url,
  setup(self) {
    return {
      speak(to: ActorRef<Dynamic>, count: number, how: 'stop' | 'throw') {
        for (let index = 0; index < count; index++) to.tell('word', index)
        if (how === 'throw') throw new Error('last words')
        self.stop()
      },
    }
  },
})

/** Watches, links and tells what it hears. */
export const Observer = actor({
  name: 'Observer',
  module: import.meta.url,
  setup(self, report: ActorRef<Dynamic>) {
    return {
      watch(ref: AnyRef) {
        self.watch(ref, (reason) => report.tell('ended', reason))
      },
      trap() {
        self.trapExit((_ref, reason) => report.tell('exit', reason))
      },
      link(ref: AnyRef) {
        self.link(ref)
      },
      word(index: number) {
        report.tell('word', index)
      },
      alive: () => true,
    }
  },
})

/** Has children, and says when hooks run. */
export const Parent = actor({
  name: 'Parent',
  module: import.meta.url,
  setup(self, report: ActorRef<Dynamic>, names: readonly string[]) {
    for (const name of names) self.spawn(Leaf, [report], { name })
    self.onStop((reason) => report.tell('stopped', 'parent', reason))
    return { children: () => self.children.length, path: () => self.path }
  },
})

export const Leaf = actor({
  name: 'Leaf',
  module: import.meta.url,
  setup(self, report: ActorRef<Dynamic>) {
    const name = self.path.slice(self.path.lastIndexOf('/') + 1)
    self.onStop((reason) => report.tell('stopped', name, reason))
    return {}
  },
})

/** Asks another actor, and waits for the answer. */
export const Asker = actor({
  name: 'Asker',
  module: import.meta.url,
  setup(self) {
    let peer: ActorRef<Dynamic> | null = null
    return {
      meet(ref: ActorRef<Dynamic>) {
        peer = ref
      },
      async askPeer(depth: number): Promise<unknown> {
        if (depth === 0 || peer === null) return 'bottom'
        return peer.ask('askPeer', depth - 1)
      },
      async askPeerLater(depth: number): Promise<unknown> {
        await turn()
        if (depth === 0 || peer === null) return 'bottom'
        return peer.with({ by: self }).ask('askPeerLater', depth - 1)
      },
    }
  },
})

/** A supervisor on the other node. */
export const Crew = supervisor({
  name: 'Crew',
  module: import.meta.url,
  children: [{ id: 'worker', actor: Worker, args: [7] }],
})

export const ALL = [Recorder, Worker, LastWords, Observer, Parent, Leaf, Asker, Crew] as const

function* countTo(n: number): Generator<number> {
  for (let index = 0; index < n; index++) yield index
}

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
