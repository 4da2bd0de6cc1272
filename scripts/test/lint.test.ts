/**
 * Plants one fault against each rule of the house, in a small copy of it, and expects the lint to catch each, where it is, and
 * nothing else. The rules stand in .oxlintrc.json and .dependency-cruiser.mjs.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../lib/run.mjs'

interface Fault {
  readonly rule: string
  readonly file: string
  readonly code: string
}

const core = 'packages/core/src'
const worker = 'packages/transport-worker/src'
const use = (path: string): string => `import { one } from '${path}'\n\nexport const two: unknown = one\n`
const useType = (path: string): string => `import type { One } from '${path}'\n\nexport type Two = One\n`

const IMPORTS: readonly Fault[] = [
  { rule: 'floor-model', file: `${core}/model/floor-up.ts`, code: use('../mailbox/clean.ts') },
  { rule: 'floor-errors', file: `${core}/errors/floor-up.ts`, code: useType('../model/clean.ts') },
  { rule: 'floor-base', file: `${core}/base/floor-up.ts`, code: use('../errors/clean.ts') },
  { rule: 'floor-mailbox', file: `${core}/mailbox/neighbor.ts`, code: use('../dispatch/clean.ts') },
  { rule: 'floor-dispatch', file: `${core}/dispatch/neighbor.ts`, code: use('../timers/clean.ts') },
  { rule: 'floor-supervision', file: `${core}/supervision/neighbor.ts`, code: useType('../events/clean.ts') },
  { rule: 'floor-timers', file: `${core}/timers/neighbor.ts`, code: use('../transport/clean.ts') },
  { rule: 'floor-serialization', file: `${core}/serialization/neighbor.ts`, code: use('../mailbox/clean.ts') },
  { rule: 'floor-events', file: `${core}/events/neighbor.ts`, code: use('../supervision/clean.ts') },
  { rule: 'floor-transport', file: `${core}/transport/neighbor.ts`, code: use('../serialization/clean.ts') },
  { rule: 'floor-actor', file: `${core}/actor/stranger.ts`, code: useType('../remote/clean.ts') },
  { rule: 'floor-remote', file: `${core}/remote/stranger.ts`, code: use('../actor/clean.ts') },
  { rule: 'floor-system', file: `${core}/system/door.ts`, code: use('../index.ts') },
  { rule: 'doors-are-for-others', file: `${core}/system/door.ts`, code: use('../index.ts') },
  { rule: 'doors-are-for-others', file: `${core}/remote/door.ts`, code: use('../transport/index.ts') },
  { rule: 'floor-parallel', file: `${core}/parallel/inside.ts`, code: use('../system/clean.ts') },
  { rule: 'known-floor', file: `${core}/utils.ts`, code: use('./base/clean.ts') },
  { rule: 'door-stays-below-parallel', file: `${core}/index.ts`, code: use('./parallel/clean.ts') },
  { rule: 'no-cycle', file: `${core}/system/circle.ts`, code: useType('./other.ts') },
  { rule: 'no-cycle-at-runtime', file: `${core}/model/circle.ts`, code: use('./other.ts') },
  { rule: 'core-runs-anywhere', file: `${core}/events/node.ts`, code: use('node:fs') },
  { rule: 'core-knows-no-other-package', file: `${core}/system/package.ts`, code: use('@troupe/testkit') },
  { rule: 'door-nanoid', file: `${core}/base/other-ids.ts`, code: use('nanoid') },
  { rule: 'door-msgpackr', file: `${core}/remote/packing.ts`, code: use('msgpackr') },
  { rule: 'door-rxjs', file: `${core}/actor/rx.ts`, code: useType('rxjs') },
  { rule: 'door-ws', file: `${worker}/parent/socket.ts`, code: use('ws') },
  { rule: 'no-barrel', file: `${core}/mailbox/index.ts`, code: `export { one } from './clean.ts'\n` },
  { rule: 'no-barrel', file: `${core}/timers/index.ts`, code: `export * from './clean.ts'\n` },
  { rule: 'parent-child', file: `${worker}/parent/uses-child.ts`, code: use('../child/clean.ts') },
  { rule: 'parent-child', file: `${worker}/child/uses-parent.ts`, code: use('../parent/clean.ts') },
  { rule: 'parent-child', file: `${worker}/shared/uses-child.ts`, code: useType('../child/clean.ts') },
  { rule: 'parent-child', file: `${worker}/web/uses-parent.ts`, code: useType('../parent/clean.ts') },
  { rule: 'web-knows-no-node', file: `${worker}/web/node.ts`, code: use('node:worker_threads') },
  { rule: 'through-the-door', file: `${worker}/parent/deep.ts`, code: use('../../../core/src/base/clean.ts') },
  { rule: 'src-knows-no-test', file: `${core}/actor/test.ts`, code: use('../../test/clean.ts') },
]

const tooLong = Array.from({ length: 300 }, (_, index) => `export const line${index} = ${index}\n`).join('')
const CODE: readonly Fault[] = [
  { rule: 'typescript(no-explicit-any)', file: `${core}/model/any.ts`, code: 'export type Loose = any\n' },
  {
    rule: 'typescript(no-non-null-assertion)',
    file: `${core}/model/non-null.ts`,
    code: 'export const first = (list: number[]): number => list[0]!\n',
  },
  {
    rule: 'typescript(no-floating-promises)',
    file: `${core}/model/floating.ts`,
    code: 'const work = async (): Promise<void> => {}\n\nexport function go(): void {\n  work()\n}\n',
  },
  {
    rule: 'typescript(switch-exhaustiveness-check)',
    file: `${core}/model/exhaustive.ts`,
    code: `export function sign(of: 'a' | 'b'): number {\n  switch (of) {\n    case 'a':\n      return 1\n  }\n  return 0\n}\n`,
  },
  { rule: 'eslint(max-lines)', file: `${core}/model/long.ts`, code: tooLong },
  {
    rule: 'eslint(no-restricted-globals)',
    file: `${core}/timers/timer.ts`,
    code: 'export const later = (run: () => void): unknown => setTimeout(run, 1)\n',
  },
  { rule: 'eslint(no-restricted-globals)', file: `${core}/base/process.ts`, code: 'export const id: unknown = process\n' },
  { rule: 'eslint(no-restricted-globals)', file: `${core}/remote/buffer.ts`, code: 'export const bytes: unknown = Buffer\n' },
  {
    rule: 'eslint(no-restricted-properties)',
    file: `${core}/timers/now.ts`,
    code: 'export const now = (): number => Date.now()\n',
  },
  {
    rule: 'eslint(no-restricted-properties)',
    file: `${core}/model/dice.ts`,
    code: 'export const dice = (): number => Math.random()\n',
  },
  { rule: 'eslint(no-console)', file: `${worker}/parent/print.ts`, code: `export const greet = (): void => console.log('hi')\n` },
]

/** What is allowed stands beside the faults: a rule that fires here is too strict. */
const folders = ['base', 'errors', 'model', 'actor', 'remote', 'system', 'parallel']
const mechanisms = ['mailbox', 'dispatch', 'supervision', 'timers', 'serialization', 'events', 'transport']
const floor = 'export interface One {\n  readonly one: 1\n}\n\nexport const one = 1\n'
const CLEAN: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...folders, ...mechanisms].map((folder) => [`${core}/${folder}/clean.ts`, floor])),
  [`${core}/base/ids.ts`]: use('nanoid'),
  [`${core}/base/clock.ts`]: 'export const later = (run: () => void): unknown => setTimeout(run, Date.now())\n',
  [`${core}/serialization/msgpack-codec.ts`]: use('msgpackr'),
  [`${core}/base/observable.ts`]: use('rxjs'),
  [`${core}/system/serve.ts`]: use('../actor/clean.ts'),
  [`${core}/system/down.ts`]: use('../actor/clean.ts'),
  [`${core}/system/other.ts`]: use('./circle.ts').replace('one', 'two as one'), // the far side of the planted circles,
  [`${core}/model/other.ts`]: use('./circle.ts').replace('one', 'two as one'), // which are reported once
  [`${core}/parallel/pool.ts`]: use('../index.ts'),
  [`${core}/parallel/index.ts`]: `export { two } from './pool.ts'\n`,
  [`${core}/transport/index.ts`]: `export { one } from './clean.ts'\nexport { two } from '../system/serve.ts'\n`,
  [`${core}/model/self.ts`]: useType('./definition.ts'),
  [`${core}/model/definition.ts`]: useType('./self.ts').replace('One', 'Two as One'),
  'packages/core/test/clean.ts': floor,
  [`${worker}/parent/clean.ts`]: floor,
  [`${worker}/child/clean.ts`]: floor,
  [`${worker}/shared/clean.ts`]: floor,
  [`${worker}/parent/down.ts`]: use('../shared/clean.ts'),
}

const CONFIGS = ['.oxlintrc.json', '.dependency-cruiser.mjs', 'tsconfig.base.json', 'packages/core/tsconfig.json']
const tool = (path: string): string => join(root, path)
let house: string

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'troupe-faults-'))
  const files = { ...CLEAN, ...Object.fromEntries([...IMPORTS, ...CODE].map(({ file, code }) => [file, code])) }
  for (const [file, code] of Object.entries(files)) {
    await mkdir(dirname(join(house, file)), { recursive: true })
    await writeFile(join(house, file), code)
  }
  for (const config of CONFIGS) await cp(join(root, config), join(house, config))
  await cp(join(root, 'packages/core/tsconfig.json'), join(house, 'packages/transport-worker/tsconfig.json'))
})

afterAll(() => rm(house, { recursive: true, force: true }))

describe('the lint', () => {
  it('catches each planted import that the floors forbid, and no other', { timeout: 30_000 }, async () => {
    const bin = tool('scripts/node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const found = JSON.parse(await output(bin, ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'packages']))
    const violations: { from: string; rule: { name: string } }[] = found.summary.violations
    expect(unique(violations.map(({ from, rule }) => `${rule.name} ${from}`))).toEqual(named(IMPORTS))
  })

  it('catches each planted fault in the code, and no other', { timeout: 30_000 }, async () => {
    const found = JSON.parse(await output(tool('node_modules/oxlint/bin/oxlint'), ['--type-aware', '--format', 'json']))
    const diagnostics: { code: string; filename: string }[] = found.diagnostics
    expect(unique(diagnostics.map(({ code, filename }) => `${code} ${filename}`))).toEqual(named(CODE))
  })
})

/** What a tool prints, run in the house of faults: that it exits with an error is what we want of it. */
function output(bin: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: tool('node_modules/oxlint-tsgolint/bin/tsgolint.js') }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [bin, ...args], { cwd: house, env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${bin} printed nothing: ${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
}

function named(faults: readonly Fault[]): string[] {
  return unique(faults.map(({ rule, file }) => `${rule} ${file}`))
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)].sort()
}
