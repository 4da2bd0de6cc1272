/**
 * All questions, by name, in the order asked. Each is loaded when it is chosen, so that one cannot break another.
 */
import type { Question } from './question.ts'

const QUESTIONS: Readonly<Record<string, () => Promise<Question>>> = {
  tell: async () => (await import('./questions/tell.ts')).tell,
  'ping-pong': async () => (await import('./questions/ping-pong.ts')).pingPong,
  ring: async () => (await import('./questions/ring.ts')).ring,
  ask: async () => (await import('./questions/ask.ts')).ask,
  spawn: async () => (await import('./questions/spawn.ts')).spawn,
  skynet: async () => (await import('./questions/skynet.ts')).skynet,
  'hop-thread': async () => (await import('./questions/hop-thread.ts')).hopThread,
  'hop-process': async () => (await import('./questions/hop-process.ts')).hopProcess,
  'hop-ws': async () => (await import('./questions/hop-ws.ts')).hopWs,
  'hop-tcp': async () => (await import('./questions/hop-tcp.ts')).hopTcp,
  pool: async () => (await import('./questions/pool.ts')).pool,
  queue: async () => (await import('./questions/queue.ts')).queue,
  pipe: async () => (await import('./questions/pipe.ts')).pipe,
  dict: async () => (await import('./questions/dict.ts')).dict,
  lock: async () => (await import('./questions/lock.ts')).lock,
  codec: async () => (await import('./questions/codec.ts')).codec,
}

export const questionNames: readonly string[] = Object.keys(QUESTIONS)

/** Throws for a name that is not in `questionNames`. */
export async function loadQuestion(name: string): Promise<Question> {
  const load = QUESTIONS[name]
  if (load === undefined) throw new Error(`there is no question "${name}": there are ${questionNames.join(', ')}`)
  return await load()
}
