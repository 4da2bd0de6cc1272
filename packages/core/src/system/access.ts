/**
 * What the peer at the other end of a link may start here. A worker's parent may name any module, because both are one
 * program; anybody else may name only what was offered. Nothing that a peer says is ever imported.
 */
import type { ActorDefinition } from '../model/definition.ts'
import type { LinkPolicy } from '../model/link-policy.ts'
import type { SpawnRequest } from '../model/spawn-request.ts'
import { DefinitionNotFoundError, NotOfferedError } from '../errors/remote-errors.ts'
import { REGISTERED } from '../serialization/register-definition.ts'
import { definitionNamed } from '../serialization/registry.ts'

export type AnyDefinition = ActorDefinition<unknown, never>

/** Finds the definition that a spawn asks for. Throws, or rejects, with what to tell the spawner. */
export type FindDefinition = (request: SpawnRequest) => AnyDefinition | Promise<AnyDefinition>

/** What a peer may do over one link. */
export interface Grant {
  readonly find: FindDefinition
  readonly policy: LinkPolicy
}

/** For links between the parts of one program. */
export const TRUSTED_POLICY: LinkPolicy = {}

/** What the transport says of its links, and what the caller says instead. */
export function policyOf(carrier: LinkPolicy, options: LinkPolicy): LinkPolicy {
  const { secret, offer, authorize, quotas } = { ...definedOf(carrier), ...definedOf(options) }
  return definedOf({ secret, offer, authorize, quotas })
}

function definedOf({
  secret,
  offer,
  authorize,
  quotas,
}: { readonly [Key in keyof LinkPolicy]: LinkPolicy[Key] | undefined }): LinkPolicy {
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(offer === undefined ? {} : { offer }),
    ...(authorize === undefined ? {} : { authorize }),
    ...(quotas === undefined ? {} : { quotas }),
  }
}

/** Loads a module of this program. Given by whoever started this node. */
export type LoadModule = (url: string) => Promise<object>

/** Only what is on the list, by name. */
export function offered(node: string, definitions: readonly AnyDefinition[]): FindDefinition {
  const byName = new Map<string, AnyDefinition>()
  for (const definition of definitions) {
    const other = byName.get(definition.name)
    if (other !== undefined && other !== definition) throw new TypeError(`offer lists two definitions named "${definition.name}"`)
    byName.set(definition.name, definition)
  }
  return ({ definition }) => {
    const found = byName.get(definition.name)
    if (found !== undefined) return found
    throw new NotOfferedError(node, 'spawn', definition.name)
  }
}

/** Any module of this program. Each definition is looked up once. */
export function loadable(load: LoadModule): FindDefinition {
  const known = new Map<string, AnyDefinition>()
  return ({ definition: { module, name } }) => {
    if (module === undefined) {
      throw new DefinitionNotFoundError(
        name,
        'it has no module: give it `module: import.meta.url` and export it under its name, to spawn it on another node',
      )
    }
    if (module === REGISTERED) return registered(name)
    const key = `${module}#${name}`
    return known.get(key) ?? find(load, module, name).then((found) => (known.set(key, found), found))
  }
}

function registered(name: string): AnyDefinition {
  const found = definitionNamed(name)
  if (found !== undefined) return found
  throw new DefinitionNotFoundError(name, 'it is not registered here: load the module that registers it before it is spawned')
}

async function find(load: LoadModule, module: string, name: string): Promise<AnyDefinition> {
  let exports: object
  try {
    exports = await load(module)
  } catch (error) {
    throw new DefinitionNotFoundError(
      name,
      `its module ${module} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
  const found = Object.values<unknown>({ ...exports }).find((value) => isDefinition(value) && value.name === name)
  if (isDefinition(found)) return found
  throw new DefinitionNotFoundError(name, `its module ${module} exports no definition of that name`)
}

function isDefinition(value: unknown): value is AnyDefinition {
  return typeof value === 'object' && value !== null && 'setup' in value && typeof value.setup === 'function' && 'name' in value
}
