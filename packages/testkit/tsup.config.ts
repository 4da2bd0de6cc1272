import { defineConfig } from 'tsup'
import { preset } from '../../tsup.base.ts'

export default defineConfig(preset({ index: 'src/index.ts', 'semantics/index': 'src/semantics/index.ts' }))
