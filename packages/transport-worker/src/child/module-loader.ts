/**
 * Imports the modules that the parent names. TypeScript is left to tsx or to the platform; tsx is registered when the first
 * module needs it, since on older Nodes that takes longer than all the rest of a worker's start.
 */
import { fileURLToPath } from 'node:url'
import type { BootData } from '../shared/boot-data.ts'
import { loadFollowed } from '../shared/module-loading.ts'
import { isTypeScript, resolveEntry } from '../shared/resolve-entry.ts'
import { cannotRead, findTsx, readsTypeScript } from '../shared/typescript.ts'

/** A module's exports, by name. */
export type LoadModule = (module: string) => Promise<Record<string, unknown>>

/** What tsx's API exports. */
interface TsxApi {
  register(): unknown
}

export function createModuleLoader(tsx: BootData['tsx']): LoadModule {
  let registered: Promise<void> | null = tsx === 'active' || readsTypeScript() ? Promise.resolve() : null
  return async (module) => {
    const url = resolveEntry(checkUrl(module))
    if (isTypeScript(url)) await (registered ??= registerTsx(url))
    return await importModule(url)
  }
}

function checkUrl(module: string): string {
  if (URL.canParse(module) && new URL(module).protocol === 'file:') return module
  throw new TypeError(`a module is named by its file: URL, as import.meta.url is, not by ${JSON.stringify(module)}`)
}

async function registerTsx(url: string): Promise<void> {
  const tsx = findTsx(url)
  if (tsx === null) throw cannotRead(url)
  // Safe: it is tsx's own file.
  const api = (await import(tsx.api)) as TsxApi
  api.register()
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    const namespace = await loadFollowed(url, () => import(url) as Promise<Record<string, unknown>>)
    const { default: commonJs } = namespace
    // What a CommonJS module exports may only be visible in its default.
    return typeof commonJs === 'object' && commonJs !== null ? { ...commonJs, ...namespace } : namespace
  } catch (error) {
    throw explain(error, url)
  }
}

/** Node's own sentences for TypeScript that it cannot read do not say what to do. */
function explain(error: unknown, url: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const file = fileURLToPath(url)
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return new Error(
      `${file} uses TypeScript that Node can only strip, not translate (enum, namespace, parameter properties): run the program with tsx, or build it`,
      { cause: error },
    )
  }
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return new Error(
      `${file} is TypeScript inside node_modules, which Node does not read: publish it as JavaScript, or run the program with tsx`,
      { cause: error },
    )
  }
  return error
}
