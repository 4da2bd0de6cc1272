/**
 * Numbers and tables as text of fixed width.
 */

/** With thousands set apart: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** In units of 1,000,000 bytes, small ones of 1,000: 4.2 MB, 12.0 kB. */
export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Rows as lines, columns as wide as their widest cell, two spaces between them. */
export function formatTable(rows: readonly (readonly string[])[], align: readonly ('left' | 'right')[]): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0
      return align[column] === 'right' ? cell.padStart(width) : cell.padEnd(width)
    }),
  )
  return lines.map((cells) => `  ${cells.join('  ')}`.trimEnd()).join('\n')
}
