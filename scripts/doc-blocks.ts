/**
 * Runs the examples of README.md, docs/ and the packages' READMEs, so that they stay true. How to write one:
 *
 *     ```ts                    a whole module: it is compiled against the built packages, and run by Node on its own
 *     ```ts no-run             compiled only: it never ends, or needs what a test has not
 *     ```ts file=counter.ts    compiled, and there for the blocks of the same document: import { Counter } from './counter.ts'
 *     ```ts file=main.ts run   both
 *     ```typescript            for the reader alone: a fragment, not checked
 *
 * A comment `//> text` says what the block prints: all such lines, in order, are its whole standard output. A block runs for
 * 25 seconds at most and has to end by itself, with code 0. Used by test/docs.test.ts.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './lib/run.mjs'

const LIMIT = 25_000
const home = join(root, '.cache/docs')

/** One fenced block of a document. */
export interface Block {
  /** The document, from the workspace's folder. */
  readonly document: string
  /** Where its fence stands. */
  readonly line: number
  readonly code: string
  readonly runs: boolean
  /** Where it is compiled from. The document's lines keep their numbers there. */
  readonly path: string
  /** What it says that it prints; undefined if it says nothing. */
  readonly prints: string | undefined
}

/** The documents whose blocks are examples. */
export function documents(): string[] {
  const docs = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }) : []
  const packages = readdirSync(join(root, 'packages'))
  const all = ['README.md', ...docs.map((name) => `docs/${name}`), ...packages.map((name) => `packages/${name}/README.md`)]
  return all.filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
}

/** The blocks of one document, in order. */
export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8')
  const folder = join(home, document.replaceAll(/\W+/g, '-'))
  const fences = text.matchAll(/^```ts(?:[ ]+(?<words>[^\n]*))?\n(?<code>[\s\S]*?)^```\s*$/gm)
  return [...fences].map(({ index, groups }) => {
    const line = text.slice(0, index).split('\n').length
    const { words = '', code = '' } = groups ?? {}
    const name = /\bfile=(\S+)/.exec(words)?.[1]
    const runs = name === undefined ? !/\bno-run\b/.test(words) : /\brun\b/.test(words)
    const prints = [...code.matchAll(/\/\/> ?(.*)$/gm)].map((match) => match[1])
    const path = join(folder, name ?? `line-${line}.ts`)
    return { document, line, code, runs, path, prints: prints.length > 0 ? prints.join('\n') : undefined }
  })
}

/** Compiles all blocks at once, and returns what the compiler has to say, by document and line. */
export function compile(blocks: readonly Block[]): string[] {
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }\n')
  for (const { path, line, code } of blocks) {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, '\n'.repeat(line) + code)
  }
  const paths = blocks.map(({ path }) => path)
  const twice = blocks.filter(({ path }, index) => paths.indexOf(path) !== index)
  const program = ts.createProgram(paths, OPTIONS)
  const emitted = program.emit()
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics]
  return [
    ...twice.map(({ document, line }) => `${document}:${line} has a file name that an earlier block has`),
    ...diagnostics.map((diagnostic) => tell(diagnostic, blocks)),
  ]
}

/** Runs a compiled block; resolves to its standard output, rejects if it fails or does not end. */
export function runBlock({ path }: Block): Promise<string> {
  const script = path.replace(/\.ts$/, '.js')
  return new Promise((resolve, reject) => {
    // Not what vitest gave this process: the block runs as a user's program would, on the built packages.
    const env = { ...process.env, NODE_OPTIONS: '', NODE_ENV: '' }
    const options = { cwd: join(path, '..'), env, timeout: LIMIT, killSignal: 'SIGKILL' as const }
    execFile(process.execPath, [script], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(error.killed ? `did not end within ${LIMIT} ms\n${stdout}${stderr}` : stderr, { cause: error }))
    })
  })
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  rewriteRelativeImportExtensions: true,
  inlineSourceMap: true,
  inlineSources: true,
}

function tell({ file, start, messageText }: ts.Diagnostic, blocks: readonly Block[]): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (file === undefined || start === undefined) return text
  const block = blocks.find(({ path }) => path === file.fileName)
  return `${block?.document ?? file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1} ${text}`
}
