/**
 * Starts and ends the processes that hop-ws and hop-tcp talk to, and makes the certificate of the encrypted one.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type FarKind = 'troupe' | 'troupe tls' | 'troupe tcp' | 'troupe unix' | 'ws' | 'ws batched'

/** Nothing worth a secret passes here. */
export const BENCH_SECRET = 'what benchmarks say to each other'

const SERVER = fileURLToPath(new URL('./far-server.js', import.meta.url))

export interface FarProcess {
  readonly address: string
  end(): Promise<void>
}

export async function startFar(kind: FarKind): Promise<FarProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
  if (kind === 'troupe tls') makeCertificate(folder)
  const child = fork(SERVER, [kind], { execArgv: [], env: { ...process.env, BENCH_FOLDER: folder } })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => rmSync(folder, { recursive: true, force: true }))
  const address = await Promise.race([firstMessage(child), ended.then(() => Promise.reject(new Error(`${kind} did not start`)))])
  return {
    address,
    async end() {
      child.disconnect()
      await ended
    },
  }
}

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

/** In the process that was started: a folder of its own, for as long as it lives. */
export const FAR_FOLDER: string = process.env['BENCH_FOLDER'] ?? '.'

/** In the process that was started. */
export function readCertificate(): Certificate {
  return { key: readFileSync(join(FAR_FOLDER, 'key.pem')), cert: readFileSync(join(FAR_FOLDER, 'cert.pem')) }
}

function makeCertificate(folder: string): void {
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...key, '-days', '2', ...names, ...files], { stdio: 'ignore' })
}

function firstMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once('message', (address: string) => resolve(address)))
}
