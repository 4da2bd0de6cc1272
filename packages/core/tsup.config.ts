import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(
  library(
    { index: 'src/index.ts', 'parallel/index': 'src/parallel/index.ts', 'transport/index': 'src/transport/index.ts' },
    { alsoFiles: ['src/serialization/msgpack-codec.ts'] }, // for bench/: a codec has no door
  ),
)
