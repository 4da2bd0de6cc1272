/**
 * Loads what the parent has loaded of Troupe beyond core itself, so that its classes arrive here and its actors can live here.
 * Nothing is loaded for parents that do not use it. A module that this version does not know is left out.
 */

/** Spelled out, so that bundlers put the module next to the bootstrap. */
const COMPANIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  '@troupe/core/parallel': () => import('@troupe/core/parallel'),
}

export async function loadCompanions(names: readonly string[]): Promise<void> {
  for (const name of names) await COMPANIONS[name]?.()
}
