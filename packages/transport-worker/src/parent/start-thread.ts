/**
 * Starts a thread that runs the bootstrap, linked by a message port. The thread begins with a small CommonJS stub, which
 * registers tsx where it must: Node 20 offers threads no other way.
 */
import {
  MessageChannel,
  type ResourceLimits,
  SHARE_ENV,
  Worker,
  type WorkerOptions as NodeWorkerOptions,
} from 'node:worker_threads'
import type { ThreadData } from '../shared/boot-data.ts'
import { PortLink } from '../shared/port-link.ts'
import { threadPort } from '../shared/thread-port.ts'
import { bringsTsx } from '../shared/typescript.ts'
import { bootstrapFor } from './bootstrap-entry.ts'
import { inheritedByThread, listedForThread } from './exec-argv.ts'
import { bootData, definedOnly, settingsOf, type ThreadOptions } from './options.ts'
import { type LinkOwner, type NodeReport, outputEnds, type StartedWorker } from './started-worker.ts'

const STUB = `
const { workerData } = require('node:worker_threads')
const start = async () => {
  if (workerData.tsx !== null) (await import(workerData.tsx)).register()
  await import(workerData.bootstrap)
}
start()`

/** From here on a thread loads what `--import` names, tsx for instance. */
const LOADS_IMPORTS = 22

export function startThread(options: ThreadOptions, owner: LinkOwner): StartedWorker {
  const { port1: near, port2: far } = new MessageChannel()
  const worker = new Worker(STUB, nodeOptions(options, far))
  const { threadId } = worker
  const label = `thread-${threadId}`
  const link = new PortLink(threadPort(near), { ...owner, peer: label })
  near.unref() // the thread itself keeps the program running, or does not
  if (settingsOf(options).daemon) worker.unref()
  return {
    kind: 'thread',
    label,
    pid: process.pid,
    threadId,
    stdin: null,
    stdout: null,
    stderr: null,
    link,
    ended: whenEnded(worker),
    end: () => void worker.terminate(),
    drain: () => link.takeRest(),
    hold: (keepsAlive) => (keepsAlive ? worker.ref() : worker.unref()),
  }
}

function nodeOptions(options: ThreadOptions, port: ThreadData['port']): NodeWorkerOptions {
  const flags =
    options.execArgv === undefined
      ? inheritedByThread(process.execArgv)
      : [...listedForThread(process.execArgv), ...options.execArgv]
  const { bootstrap, tsx } = bootstrapFor(options)
  const importsTsx = bringsTsx(flags ?? process.execArgv) && Number.parseInt(process.versions.node, 10) >= LOADS_IMPORTS
  const workerData: ThreadData = {
    bootstrap,
    tsx: importsTsx ? null : (tsx?.api ?? null),
    boot: bootData(options, tsx === null ? 'on-demand' : 'active'),
    port,
  }
  return {
    eval: true,
    workerData,
    transferList: [port],
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.argv === undefined ? {} : { argv: [...options.argv] }),
    ...(flags === undefined ? {} : { execArgv: flags }),
    ...(options.env === undefined ? {} : { env: options.env === SHARE_ENV ? SHARE_ENV : definedOnly(options.env) }),
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits satisfies ResourceLimits }),
  }
}

/** Its end, after its output: what the thread printed comes through its streams, which end after it. */
async function whenEnded(worker: Worker): Promise<NodeReport> {
  let error: Error | null = null
  worker.on('error', (thrown: unknown) => {
    error = thrown instanceof Error ? thrown : new Error(`the thread threw ${String(thrown)}`)
  })
  const code = await new Promise<number>((resolve) => worker.once('exit', resolve))
  await outputEnds([worker.stdout, worker.stderr])
  return { code, signal: null, error }
}
