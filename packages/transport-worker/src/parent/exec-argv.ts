/**
 * The flags of Node that a worker inherits: those that this program was started with, without what is meant for this one
 * process. Users' own flags are added by the caller.
 */

/** What belongs to one process: the code it evaluates, its debugger, its file watcher, its test runner. */
const OWN =
  /^(-e|-p|-pe|-i|--|-|--(eval|print|interactive|input-type|experimental-default-type|inspect.*|debug-port|watch.*|test.*|experimental-test.*|prof-process|build-.*))$/

/**
 * What a thread takes by itself. All other flags of a program hold for its threads anyway, and Node refuses them in a thread's
 * own list.
 */
const PER_THREAD =
  /^(-C|-r|--(conditions|require|import|loader|experimental-loader|enable-source-maps|warnings|no-warnings|disable-warning|trace-warnings|trace-uncaught|trace-deprecation|no-deprecation|throw-deprecation|pending-deprecation|unhandled-rejections|preserve-symlinks|preserve-symlinks-main|experimental-vm-modules|experimental-import-meta-resolve))$/

/** A child process's. */
export function inheritedByProcess(execArgv: readonly string[]): string[] {
  return pick(execArgv, (flag) => !OWN.test(flag))
}

/** A thread's; undefined: whatever its parent has, which Node gives it unseen when it is given no list. */
export function inheritedByThread(execArgv: readonly string[]): string[] | undefined {
  const inherits = pick(execArgv, (flag) => !OWN.test(flag))
  if (inherits.length === execArgv.length) return undefined
  return pick(inherits, (flag) => PER_THREAD.test(flag))
}

/** A thread's when it has flags of its own. */
export function listedForThread(execArgv: readonly string[]): string[] {
  return pick(execArgv, (flag) => PER_THREAD.test(flag))
}

/** Flags with their values. What does not begin with a dash is the value of the flag before it: the list holds no script. */
function pick(execArgv: readonly string[], wanted: (flag: string) => boolean): string[] {
  let takes = false
  return execArgv.filter((argument) => {
    const isFlag = argument.startsWith('-')
    if (isFlag) takes = wanted(argument.split('=', 1)[0] ?? argument)
    return takes
  })
}
