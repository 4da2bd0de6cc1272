/**
 * The values that codecs are compared by.
 */

export function tinyMessage(): unknown {
  return { t: 'tick', n: 42 }
}

export function twentyFields(): unknown {
  return Object.fromEntries(Array.from({ length: 20 }, (_, field) => [`field${field}`, fieldValue(field)]))
}

export function oneThousandRows(): unknown {
  return Array.from({ length: 1_000 }, (_, id) => ({
    id,
    name: `customer ${id}`,
    city: ['Oslo', 'Lima', 'Quito', 'Turin'][id % 4],
    active: id % 3 === 0,
    balance: id * 1.25,
    visits: id % 17,
  }))
}

/** With cycles, shared references, and what JSON has no notation for. */
export function richValue(): unknown {
  const shared = { unit: 'mm', factor: 0.001 }
  const value: Record<string, unknown> = {
    at: new Date(1_700_000_000_000),
    tags: new Set(['a', 'b', 'c']),
    prices: new Map([
      ['coffee', 2.5],
      ['tea', 1.75],
    ]),
    total: 12_345_678_901_234_567_890n,
    pattern: /^[a-z]+$/giu,
    samples: new Float64Array([1, 2, 3, Number.NaN, -0]),
    missing: undefined,
    failure: new RangeError('out of range', { cause: new Error('the reason') }),
    width: shared,
    height: shared,
  }
  value['self'] = value
  return value
}

function fieldValue(field: number): unknown {
  switch (field % 4) {
    case 0:
      return field * 1_000
    case 1:
      return `value of field ${field}`
    case 2:
      return field / 3
    default:
      return field % 8 === 3
  }
}
