/**
 * Reports as text: one table per part. Colors only where a terminal is.
 */
import { moreIsBetter } from './question.ts'
import type { ContenderReport, PartReport, TargetReport } from './report.ts'
import type { Summary } from './statistics.ts'

export type Style = 'plain' | 'colored'

const CODES = { good: '32', bad: '31', title: '1', quiet: '2' } as const

/** A part with its contenders, one a line. */
export function partTable(report: PartReport, style: Style): string {
  const paint = painter(style)
  const better = moreIsBetter(report.measure) ? 'more is better' : 'less is better'
  const title = `${paint('title', `${report.question}: ${report.part}`)}  ${report.description}, ${report.unit}; ${better}`
  const widths = columnWidths(report.contenders.map((contender) => cells(contender, report)))
  const lines = report.contenders.map((contender) => {
    if (contender.failure !== null) return `  ${contender.name}  ${paint('bad', `failed: ${indented(contender.failure)}`)}`
    const text = cells(contender, report).map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    const targets = report.targets.filter((one) => concerns(one, contender, report)).map((one) => `  ${verdictText(one, style)}`)
    return `  ${text.join('   ').trimEnd()}${targets.join('')}`
  })
  return [title, ...lines, ...shares(report).map((line) => paint('quiet', line)), ''].join('\n')
}

/** How many targets of all parts were met. */
export function targetLine(reports: readonly PartReport[], style: Style): string {
  const targets = reports.flatMap((report) => report.targets)
  const count = (verdict: TargetReport['verdict']) => targets.filter((one) => one.verdict === verdict).length
  const [missed, open] = [count('missed'), count('unmeasured')]
  const parts = [`${count('met')} met`, `${missed} missed`, ...(open > 0 ? [`${open} not measured`] : [])]
  return painter(style)(missed > 0 ? 'bad' : 'good', `targets: ${parts.join(', ')}`)
}

/** Three digits that count: 12.3 M, 456 k, 0.789. */
export function number(value: number): string {
  const size = Math.abs(value)
  if (size >= 999_500) return `${digits(value / 1e6)} M`
  if (size >= 9_995) return `${digits(value / 1e3)} k`
  return digits(value)
}

function cells({ name, summary, ratio }: ContenderReport, { contenders }: PartReport): readonly string[] {
  if (summary === null) return [name]
  const ours = contenders[0]?.name ?? 'troupe'
  const text =
    ratio === null
      ? ''
      : `${ours} is ${digits(ratio.median)} × (${digits(ratio.lowerQuartile)} to ${digits(ratio.upperQuartile)})`
  return [name, number(summary.median), spread(summary), text]
}

/** Who was given less to do than the first one, where somebody was. */
function shares({ contenders }: PartReport): readonly string[] {
  const whole = contenders[0]?.work ?? 0
  const less = contenders.filter(({ failure, work }) => failure === null && work !== whole)
  if (less.length === 0) return []
  const each = contenders
    .filter(({ failure }) => failure === null)
    .map(({ name, work }) => `${name} ${work.toLocaleString('en-US')}`)
  return [`  (work of one run: ${each.join(', ')})`]
}

function spread({ lowerQuartile, upperQuartile, min, max }: Summary): string {
  return `${number(lowerQuartile)} to ${number(upperQuartile)} [${number(min)}, ${number(max)}]`
}

function concerns({ target }: TargetReport, contender: ContenderReport, report: PartReport): boolean {
  return target.kind === 'ratio' ? contender.name === target.peer : contender === report.contenders[0]
}

function verdictText({ target, verdict }: TargetReport, style: Style): string {
  const wanted = target.kind === 'ratio' ? `≥ ${target.atLeast} ×` : `≤ ${number(target.atMost)}`
  if (verdict === 'unmeasured') return `target ${wanted}: not measured`
  return painter(style)(verdict === 'met' ? 'good' : 'bad', `target ${wanted}: ${verdict}`)
}

function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 99.95) return value.toFixed(0)
  if (size >= 9.995) return value.toFixed(1)
  return size >= 0.9995 ? value.toFixed(2) : value.toFixed(3)
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
}

function indented(text: string): string {
  return text.trim().replaceAll('\n', '\n    ')
}

function painter(style: Style): (code: keyof typeof CODES, text: string) => string {
  return (code, text) => (style === 'plain' ? text : `\u001b[${CODES[code]}m${text}\u001b[0m`)
}
