/**
 * Runs another program and waits for it, signals included: a child that is still at work is never left behind. Used by x.mjs,
 * check.mjs and matrix.mjs.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const WINDOWS = process.platform === 'win32'
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** Tells people, on stderr, what goes on. @param {string} text */
export function say(text) {
  process.stderr.write(`troupe: ${text}\n`)
}

/**
 * Runs `command` and resolves to its exit code, 128 + n when signal n ended it. With `quiet`, its output shows only when it
 * fails. With `rejects` (the default), a code other than 0 rejects with an error that carries it as `exitCode`. With `group`, a
 * signal reaches all that the child started; a child that reads from the terminal cannot have a group of its own.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean, rejects?: boolean, group?: boolean, what?: string }} [options]
 * @returns {Promise<number>}
 */
export async function run(
  command,
  args,
  { cwd = root, env = {}, quiet = false, rejects = true, group = false, what = command } = {},
) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell: WINDOWS && command === 'npx',
    detached: group && !WINDOWS,
  })
  /** @type {Buffer[]} */
  const output = []
  child.stdout?.on('data', (chunk) => output.push(chunk))
  child.stderr?.on('data', (chunk) => output.push(chunk))
  /** @type {NodeJS.Signals | undefined} */
  let received
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    received = signal
    // In a terminal, Ctrl-C reached the child too. Ours is then a repetition, which each tool that we run here can bear.
    if (!group || WINDOWS || child.pid === undefined) child.kill(signal)
    else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal)
  }
  for (const signal of SIGNALS) process.on(signal, forward)
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    })
    const result = code === 0 && received ? 128 + constants.signals[received] : code
    if (result !== 0 && quiet && !received) process.stderr.write(Buffer.concat(output))
    if (result !== 0 && rejects) {
      throw Object.assign(new Error(`${what} ${received ? 'was interrupted' : `failed with code ${result}`}`), {
        exitCode: result,
      })
    }
    return result
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward)
  }
}
