import { defineConfig } from 'tsup'
import { filePerFile } from '../../tsup.base.ts'

export default defineConfig(filePerFile({ index: 'src/index.ts', 'semantics/index': 'src/semantics/index.ts' }))
