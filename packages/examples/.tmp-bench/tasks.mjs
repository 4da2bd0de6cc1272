import { task } from '@troupe/core/parallel'
const module = import.meta.url
export const square = task({ name: 'square', module, run: (x) => x * x })
export const spin = task({ name: 'spin', module, run: (ms) => { const e = performance.now() + ms; while (performance.now() < e); return ms } })
