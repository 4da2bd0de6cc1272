/**
 * Where in a value a node sits, said as JavaScript: `args[0].order.customer`.
 */

/** One step from a container to what is in it. Kept as data, because paths are spelled only when something is wrong. */
export type Step =
  | string
  | number
  | { readonly kind: 'map-key'; readonly entry: number }
  | { readonly kind: 'map-value'; readonly entry: number; readonly key: unknown }
  | { readonly kind: 'set-item'; readonly item: number }
  | { readonly kind: 'call'; readonly method: string }

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** The text of one step, to be appended to a path. */
export function spellStep(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'string') return IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  switch (step.kind) {
    case 'map-key':
      return `.keys()[${step.entry}]`
    case 'map-value':
      return typeof step.key === 'string' || typeof step.key === 'number'
        ? `.get(${JSON.stringify(step.key)})`
        : `.values()[${step.entry}]`
    case 'set-item':
      return `.values()[${step.item}]`
    case 'call':
      return `.${step.method}()`
  }
}
