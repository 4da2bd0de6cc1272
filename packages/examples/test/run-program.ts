/**
 * Runs one of the examples as a program of its own, and waits for its end. It is the built one, as users run it: started
 * through a loader for TypeScript, each of its workers would take ten times as long.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { beforeAll } from 'vitest'
import { build } from '../../../scripts/lib/prepare.mjs'

// What changed since it was built, for each test file that runs programs.
beforeAll(() => build(), 240_000)

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts `program`, a path under src/, and calls back with all of stdout each time that there is more of it; `env` is added to ours. */
export async function runProgram(
  program: string,
  args: readonly string[] = [],
  onOutput?: (stdout: string, child: ChildProcess) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const path = fileURLToPath(new URL(`../dist/${program.replace(/\.ts$/, '.js')}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let seen = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk
    onOutput?.(seen, child)
  })
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  const stderr = await text(child.stderr)
  return { code: await code, stdout: seen, stderr }
}
