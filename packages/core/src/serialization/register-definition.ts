/**
 * Definitions that nodes of a program find by name alone: for libraries, whose modules no program names by URL. The process
 * where such an actor shall live has loaded the library.
 */
import { checkText } from '../base/check.ts'
import type { ActorDefinition } from '../model/definition.ts'
import { addWorkerModule, storeDefinition } from './registry.ts'

/** Stands for a module on the wire. */
export const REGISTERED = 'troupe:registered'

/**
 * Registers a definition under its name, and returns it as one that workers of this program find without importing anything.
 * Peers that are not trusted still spawn only what they are offered. Names belong to the whole program: `shop.Cart`.
 */
export function registerDefinition<Protocol, Args extends readonly unknown[]>(
  definition: ActorDefinition<Protocol, Args>,
): ActorDefinition<Protocol, Args> {
  checkText('registerDefinition: name', definition.name)
  const registered = { ...definition, module: REGISTERED }
  storeDefinition(registered)
  return registered
}

/**
 * Says that workers of this program shall load `specifier` before they are ready, because this process has: classes and
 * definitions that it registers are then known there. Transports know which modules they can load.
 */
export function loadInWorkers(specifier: string): void {
  checkText('loadInWorkers', specifier)
  addWorkerModule(specifier)
}
