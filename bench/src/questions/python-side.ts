/**
 * Python as a contender: bench/python/contender.py does the work in a process of its own, and says when it is done.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../question.ts'

const PROGRAM = fileURLToPath(new URL('../../python/contender.py', import.meta.url))

/** `side` is one of the program's; `order` what it does `work` times in a run. */
export function python(side: string, order: string, share = 1): Contender {
  return {
    name: 'python',
    share,
    async start(work) {
      const child = spawn('python3', [PROGRAM, side], { stdio: ['pipe', 'pipe', 'inherit'] })
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      const failed = new Promise<never>((_, reject) => {
        child.once('error', (error) => reject(new Error('python3 is needed for this contender', { cause: error })))
        child.once('exit', (code) => reject(new Error(`python3 ended with code ${code}`)))
      })
      failed.catch(() => undefined) // it ends at the end, too
      const done = async (): Promise<number | undefined> => {
        const line: IteratorResult<string, unknown> = await Promise.race([lines.next(), failed])
        const [word, measured] = String(line.value).split(' ')
        if (word !== 'done') throw new Error(`python3 said ${String(line.value)}`)
        return measured === undefined ? undefined : Number(measured)
      }
      await done()
      return {
        async run() {
          child.stdin.write(`${order},${work}\n`)
          return await done()
        },
        async end() {
          child.stdin.end()
          await failed.catch(() => undefined)
        },
      }
    },
  }
}
