import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { actor, createSystem } from '@troupe/core'
import type { ActorRef, System } from '@troupe/core'
import { wsListener } from '@troupe/transport-ws'
import { describe, expect, it } from 'vitest'
import { CountingActor } from '../../src/wordcount/counting-actor.ts'
import type { CoordinatorProtocol, RemoteCounterProtocol } from '../../src/wordcount/protocol.ts'
import { runProgram } from '../run-program.ts'
import { tempTree } from './temp-tree.ts'

const MAIN = 'wordcount/main.ts'
/** Programs start one after the other, each with a loader for TypeScript; in milliseconds. */
const SLOW = 60_000
const SECRET = 'no-one-else-knows-this'

interface Document {
  files: number
  words: number
  workers: { id: string; kind: string; node: string; files: number; restarts: number; ends: { exitCode: number }[] }[]
  killed: string | null
  comparison: { equal: boolean } | null
}

function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.md`, `one two ${'x '.repeat(index)}`]))
}

describe('word count on other machines', { timeout: SLOW }, () => {
  it('counts right in a second program that is killed in the middle and started again', async () => {
    await using tree = await tempTree(manyFiles(120))
    const { code, stdout } = await runProgram(MAIN, [tree.root, '--remote', '--json'])
    const report = JSON.parse(stdout) as Document
    expect(code).toBe(0)
    expect(report).toMatchObject({ files: 120, words: 240 + (120 * 119) / 2, killed: 'machine-1', comparison: { equal: true } })
    expect(report.workers).toHaveLength(4)
    for (const { kind, node, restarts, ends } of report.workers) {
      expect({ kind, node, restarts }).toEqual({ kind: 'remote', node: 'machine-1', restarts: 1 })
      expect(ends.map((end) => end.exitCode)).toEqual([1, 0])
    }
  })

  it('has others count what a machine had that never comes back', async () => {
    await using tree = await tempTree(manyFiles(60))
    await using vanishing = createSystem({ name: 'vanishing' })
    await using staying = createSystem({ name: 'staying' })
    const host = await vanishingHost()
    const addresses = [
      await listen(vanishing, vanishesAt(2, host.vanish), { server: host.server }),
      await listen(staying, CountingActor, { port: 0 }),
    ]
    const args = [tree.root, '--json', '--workers', '2', ...addresses.flatMap((address) => ['--connect', address])]
    const { code, stdout } = await runProgram(MAIN, args, undefined, { TROUPE_SECRET: SECRET })
    const report = JSON.parse(stdout) as Document
    expect(code).toBe(0)
    expect(report).toMatchObject({ files: 60, killed: null, comparison: { equal: true } })
    expect(report.workers.map(({ node }) => node)).toEqual(['machine-1', 'machine-2'])
    expect(report.workers[0]?.restarts).toBe(1)
    expect(report.workers[1]).toMatchObject({ restarts: 0, files: 60 - (report.workers[0]?.files ?? 0) })
  })

  it('serves until Ctrl-C, and says at which address', async () => {
    await using tree = await tempTree(manyFiles(10))
    let counting: ReturnType<typeof runProgram> | undefined
    const served = await runProgram(
      MAIN,
      ['--serve'],
      (stdout, child) => {
        const [line, address] = /connect with TROUPE_SECRET=… wordcount --connect (ws:\S+)\n/.exec(stdout) ?? []
        if (line === undefined || address === undefined || counting) return
        counting = runProgram(MAIN, [tree.root, '--connect', address], undefined, { TROUPE_SECRET: SECRET })
        void counting.then(() => child.kill('SIGINT'))
      },
      { TROUPE_SECRET: SECRET },
    )
    const counted = await counting
    expect(counted?.stdout).toContain('equal to a single-threaded count of the same files')
    expect(counted?.stdout).toMatch(/worker-4 +on machine-1 .* shutdown +0$/m)
    expect(counted?.code).toBe(0)
    expect(served.stdout).toContain('wordcount came\n')
    expect(served.stdout + served.stderr + (counted?.stdout ?? '')).not.toContain(SECRET)
    expect(served.code).toBe(130)
  })

  it.each([
    [undefined, 'TROUPE_SECRET is not set'],
    ['short', 'TROUPE_SECRET has 5 characters, expected 16 or more'],
  ])('refuses the secret %s with code 2', async (secret, sentence) => {
    for (const args of [['--serve'], ['--connect', 'ws://127.0.0.1:1']]) {
      const { code, stdout, stderr } = await runProgram(MAIN, args, undefined, { TROUPE_SECRET: secret })
      expect(stderr).toContain(sentence)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })

  it('fails where nobody answers', async () => {
    await using tree = await tempTree(manyFiles(1))
    const ended = await runProgram(MAIN, [tree.root, '--connect', 'ws://127.0.0.1:1'], undefined, { TROUPE_SECRET: SECRET })
    expect(ended.stderr).toContain('ECONNREFUSED')
    expect(ended.code).toBe(1)
  })
})

async function listen(system: System, counter: typeof CountingActor, at: { port: number } | { server: Server }): Promise<string> {
  return (await system.listen(wsListener({ ...at, secret: SECRET, offer: [counter] }))).address
}

/** A server that can end as if its machine lost its power. */
async function vanishingHost(): Promise<{ server: Server; vanish(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer().on('connection', (socket: Socket) => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const vanish = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { server, vanish }
}

/** Counts like the real one, and never answers the batch at which it calls back. */
function vanishesAt(batch: number, vanish: () => void): typeof CountingActor {
  return actor({
    name: CountingActor.name,
    module: import.meta.url,
    setup(self, coordinator: ActorRef<CoordinatorProtocol>, worker: string): RemoteCounterProtocol {
      const real = self.spawn(CountingActor, [coordinator, worker])
      let batches = 0
      return {
        async countContents(contents) {
          batches++
          if (batches < batch) return real.with({ by: self }).ask('countContents', contents)
          vanish()
          return new Promise((resolve) => self.signal.addEventListener('abort', () => resolve(new Map())))
        },
      }
    },
  })
}
