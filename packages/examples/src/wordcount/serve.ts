/**
 * `--serve`: this program as a worker for others. Whoever knows the secret may have texts counted here, and nothing else.
 */
import { describeExit } from '@troupe/core'
import type { System } from '@troupe/core'
import { wsListener } from '@troupe/transport-ws'
import { CountingActor } from './counting-actor.ts'
import type { ServeOptions } from './options.ts'
import { SECRET_VARIABLE } from '../secret.ts'

/** Listens until the system ends. */
export async function serve(system: System, { port, host, insecure, until }: ServeOptions, secret: string): Promise<void> {
  const listening = await system.listen(
    wsListener({ port, host, secret, offer: [CountingActor], authorize: (_, action) => action === 'spawn', insecure }),
  )
  console.log(`serving word counts on ${listening.address}`)
  console.log(`connect with ${SECRET_VARIABLE}=… wordcount --connect ${listening.address}`)
  system.nodes.subscribe(({ node, state, reason }) =>
    console.log(state === 'up' ? `${node} came` : `${node} left${reason ? `: ${describeExit(reason)}` : ''}`),
  )
  if (until === 'stdin-ends') {
    process.stdin.once('end', () => void system.shutdown())
    process.stdin.resume()
  }
  await system.terminated
  process.stdin.pause()
}
