/**
 * Knows, in a worker, that a module is being loaded for what it exports. Such a module must not start workers: when it is the
 * program's main module, as it often is by mistake, each worker would start the next ones without end. (Python's
 * `multiprocessing` refuses the same, and asks for `if __name__ == '__main__'`.)
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** The URL of the module, over its top level and all that this calls and awaits. */
const loading = new AsyncLocalStorage<string>()
/** How many modules are being loaded: the following costs every promise of the worker a little, and ends with the last one. */
let underWay = 0

/** Imports a module. While it does, and only then, the rest of the worker pays for being followed. */
export async function loadFollowed<Module>(url: string, load: () => Promise<Module>): Promise<Module> {
  underWay++
  try {
    return await loading.run(url, load)
  } finally {
    if (--underWay === 0) loading.disable()
  }
}

/** Throws when a module starts a worker at its top level while it is loaded in one. */
export function refuseWhileLoading(): void {
  const url = loading.getStore()
  if (url === undefined) return
  throw new Error(
    `${url} starts a worker while it is loaded in one: give the actors that workers run a module of their own, apart from the program that starts the workers`,
  )
}
