/**
 * The bench: asks the questions of the command line, one part after the other, and prints what came of it. Run by `pnpm bench`.
 */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { askPart } from './harness.ts'
import { type BenchOptions, HELP, parseOptions, UsageError } from './options.ts'
import { loadQuestion } from './questions.ts'
import { type PartReport, toReport } from './report.ts'
import { partTable, type Style, targetLine } from './table.ts'

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const

const interruption = new AbortController()
for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(code)
    process.exitCode = code
    interruption.abort(new Error(`ended by ${signal}`))
  })
}

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === null) console.log(HELP)
  else await bench(options)
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`bench: ${error.message}\n\n${HELP}`)
    process.exitCode = 2
  } else {
    console.error(`bench: ${interruption.signal.aborted ? 'interrupted' : describe(error)}`)
    process.exitCode ??= 1
  }
}

async function bench(options: BenchOptions): Promise<void> {
  const style: Style = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? 'colored' : 'plain'
  const reports: PartReport[] = []
  const tables = options.form === 'table'
  if (tables) console.log(`${machineLine()}\n`)
  for (const name of options.questions) {
    const question = await loadQuestion(name)
    for (const part of question.parts) {
      const outcomes = await askPart(name, part, options, { signal: interruption.signal, progress })
      progress('')
      if (outcomes.length === 0) continue
      const report = toReport(question, part, outcomes, options.effort)
      reports.push(report)
      if (tables) console.log(partTable(report, style))
    }
  }
  if (tables) console.log(targetLine(reports, style))
  else console.log(JSON.stringify({ machine: machine(), options, parts: reports }, null, 2))
  const failed = reports.some(({ contenders }) => contenders.some(({ failure }) => failure !== null))
  const missed = reports.some(({ targets }) => targets.some(({ verdict }) => verdict === 'missed'))
  if (failed || (missed && options.targets === 'strict')) process.exitCode = 1
}

function machine() {
  const [load = 0] = loadavg()
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? '',
    cores: availableParallelism(),
    load,
  }
}

function machineLine(): string {
  const { node, platform, cpu, cores, load } = machine()
  const busy = load > cores / 2 ? '; the machine is busy, so only ratios count' : ''
  return `Node ${node}, ${platform}, ${cores} × ${cpu.trim()}, load ${load.toFixed(1)}${busy}`
}

/** One line that is written over, where a person watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
