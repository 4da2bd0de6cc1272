/**
 * What went wrong with one file, as data: it becomes a line in the report, not the end of the program.
 */

export interface Unreadable {
  readonly path: string
  /** Such as `EACCES: permission denied`. */
  readonly problem: string
}

/** What Node says of a failed file operation, without the operation and the path that follow the first comma. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && 'syscall' in error ? (error.message.split(',', 1)[0] ?? error.message) : error.message
}
