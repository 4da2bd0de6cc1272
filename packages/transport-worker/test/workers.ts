/**
 * Workers, definitions and programs for the tests, from the bundle that is made once per run: see scripts/test-bundle.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ActorDefinition, NodeDefinition } from '@troupe/core'
import { type Task, task } from '@troupe/core/parallel'
import { bundled } from '../../../scripts/bundled.ts'
import * as door from '../src/index.ts'

const bootstrap = pathToFileURL(bundled('transport-worker/src/child/bootstrap.ts'))

export function thread(options: door.ThreadOptions = {}): NodeDefinition<door.WorkerNode> {
  return door.thread({ bootstrap, ...options })
}

export function childProcess(options: door.ChildProcessOptions = {}): NodeDefinition<door.WorkerNode> {
  return door.childProcess({ bootstrap, ...options })
}

export const kinds = [
  ['thread', thread],
  ['child process', childProcess],
] as const

/** A definition as the workers find it. */
export function far<Protocol, Args extends readonly unknown[]>(
  definition: ActorDefinition<Protocol, Args>,
): ActorDefinition<Protocol, Args> {
  return { ...definition, module: moduleOf(definition.module ?? '') }
}

/** A task as the workers find it. This program knows it under that name, too. */
export function farTask<Args extends readonly unknown[], Result>(near: Task<Args, Result>): Task<Args, Result> {
  return task({ name: near.name, module: moduleOf(near.module), run: near })
}

/** An exported function of test/fixtures/initializers.ts as the workers find it. */
export function initializer(name: string): door.ModuleExport {
  return { module: moduleOf('initializers.ts'), name }
}

/** The URL of a bundled module of test/fixtures, by its own URL. */
function moduleOf(source: string): string {
  return pathToFileURL(bundled(`transport-worker/test/fixtures/${basename(source)}`)).href
}

/** A program that was started, with what it has printed. */
export interface Running {
  readonly child: ChildProcess
  readonly pid: number
  /** All of its output so far. */
  readonly text: () => string
  /** Resolves when it, and everybody who has its output, has closed that: workers inherit it. */
  readonly silent: Promise<void>
  readonly exited: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>
  /** Resolves with the words of the first line that begins so. */
  line(start: string): Promise<string[]>
}

/** Runs a program of test/programs in a process group of its own. */
export function runProgram(name: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [bundled(`transport-worker/test/programs/${name}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const { pid = 0, stdout } = child
  let text = ''
  const changed = new EventEmitter()
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    changed.emit('text')
  })
  const silent = once(stdout, 'close').then(() => void changed.emit('text', 'end'))
  return {
    child,
    pid,
    text: () => text,
    silent,
    exited: once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
    async line(start) {
      for (;;) {
        const line = text
          .split('\n')
          .slice(0, -1)
          .find((each) => each.startsWith(start))
        if (line !== undefined) return line.split(' ')
        if (stdout.destroyed) throw new Error(`the program ended without a line that begins with ${start}: ${text}`)
        await once(changed, 'text')
      }
    },
  }
}
