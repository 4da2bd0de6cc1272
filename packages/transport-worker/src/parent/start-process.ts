/**
 * Starts a child process that runs the bootstrap, linked by an extra pipe, with a second pipe by which it notices that this
 * program is gone. It leads a process group of its own, so that a Ctrl-C in the terminal is for this program alone, which
 * then decides.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { LINK_FD, WATCH_FD } from '../shared/descriptors.ts'
import { StreamLink } from '../shared/stream-link.ts'
import { bringsTsx } from '../shared/typescript.ts'
import { bootstrapFor } from './bootstrap-entry.ts'
import { inheritedByProcess } from './exec-argv.ts'
import { bootData, type ChildProcessOptions, definedOnly, settingsOf, type Stdio } from './options.ts'
import { type LinkOwner, type NodeReport, outputEnds, type StartedWorker } from './started-worker.ts'

export async function startProcess(options: ChildProcessOptions, owner: LinkOwner): Promise<StartedWorker> {
  if ('bun' in process.versions)
    throw new Error('childProcess() needs Node or Deno: on Bun no pipe can be handed to a child. thread() works there')
  const { bootstrap, tsx } = bootstrapFor(options)
  const inherited = inheritedByProcess(process.execArgv)
  const loader = tsx === null || bringsTsx(inherited) ? [] : ['--import', tsx.loader]
  const file = bootstrap.startsWith('file:') ? fileURLToPath(bootstrap) : bootstrap
  const flags = [...inherited, ...loader, ...(options.execArgv ?? [])]
  const child = spawn(process.execPath, [...flags, file, ...(options.argv ?? [])], spawnOptions(options))
  const ended = whenEnded(child)
  await once(child, 'spawn') // rejects with what kept it from running
  const { link: pipe, watch } = ownPipes(child)
  const label = `process-${child.pid}`
  const link = new StreamLink(pipe, { ...owner, peer: label })
  link.note({ kind: 'boot', boot: bootData(options, tsx === null ? 'on-demand' : 'active') })
  pipe.unref() // the child itself keeps the program running, or does not
  watch.unref()
  watch.on('error', () => watch.destroy()).resume()
  const { stdin, stdout, stderr } = child
  stdin?.on('error', () => {}) // its reader is gone: the exit reason says so
  const holders = [child, ...[stdin, stdout, stderr].filter((stream) => stream instanceof Socket)]
  const hold = (keepsAlive: boolean) => holders.forEach((each) => (keepsAlive ? each.ref() : each.unref()))
  if (settingsOf(options).daemon) hold(false)
  return {
    kind: 'process',
    label,
    pid: child.pid ?? 0,
    threadId: null,
    stdin,
    stdout,
    stderr,
    link,
    ended,
    end: (signal) => void child.kill(signal),
    drain: () => {}, // the pipe ends by itself, after what is in it
    hold,
  }
}

function spawnOptions(options: ChildProcessOptions): SpawnOptions {
  const { env, cwd } = options
  const stdio: (Stdio | 'pipe')[] = [...standardStreams(options.stdio ?? 'inherit')]
  stdio[LINK_FD] = 'pipe'
  stdio[WATCH_FD] = 'pipe'
  return {
    stdio,
    detached: process.platform !== 'win32', // there it would open a console window
    windowsHide: true,
    ...(env === undefined ? {} : { env: definedOnly(env) }),
    ...(cwd === undefined ? {} : { cwd }),
  }
}

function standardStreams(stdio: NonNullable<ChildProcessOptions['stdio']>): readonly Stdio[] {
  return typeof stdio === 'string' ? ['ignore', stdio, stdio] : stdio
}

function ownPipes(child: ChildProcess): { link: Socket; watch: Socket } {
  const { [LINK_FD]: link, [WATCH_FD]: watch } = child.stdio
  if (link instanceof Socket && watch instanceof Socket) return { link, watch }
  throw new Error('the child process came without its pipes')
}

/** Its end, after the output that its owner reads from a pipe. */
async function whenEnded(child: ChildProcess): Promise<NodeReport> {
  return await new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error })
    })
    child.once('exit', (code, signal) => {
      void outputEnds([child.stdout, child.stderr]).then(() => resolve({ code, signal, error: null }))
    })
  })
}
