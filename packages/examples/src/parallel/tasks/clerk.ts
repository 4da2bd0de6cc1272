/**
 * The worker of `exit-codes`, `daemons` and `ctrl-c`: it can end in every way there is, and says good-bye where it is given the time.
 */
import { actor, describeExit } from '@troupe/core'
import type { ExitReason } from '@troupe/core'

export type Deed = 'finish' | 'exit with 3' | 'throw' | 'be killed by SIGKILL' | 'be killed by SIGTERM' | 'loop for ever'

export const Clerk = actor({
  name: 'Clerk',
  module: import.meta.url,
  setup(self, name: string) {
    // Runs for every end that leaves time for it: not for a kill, and not in a busy thread.
    self.onStop((reason) => console.log(`${name}: closing the books, ${describeExit(reason)}`))
    return {
      /** Is done after so many milliseconds. Until then it can be told other things, its end for instance. */
      work(ms: number) {
        self.after(ms, 'finish')
      },
      /** Ends its whole worker, in order. */
      finish() {
        console.log(`${name}: done`)
        void self.system.shutdown()
      },
      do(deed: Deed): ExitReason | void {
        if (deed === 'finish') void self.system.shutdown()
        else if (deed === 'exit with 3') process.exit(3)
        else if (deed === 'throw')
          setImmediate(() => fail(name)) // nobody catches that: the worker ends of it
        else if (deed === 'be killed by SIGKILL') process.kill(process.pid, 'SIGKILL')
        else if (deed === 'be killed by SIGTERM') process.kill(process.pid, 'SIGTERM')
        else for (;;); // nothing else runs in this thread any more
      },
    }
  },
})

function fail(name: string): never {
  throw new RangeError(`${name} cannot go on`)
}
