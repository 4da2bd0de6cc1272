import type { Options } from 'tsup'
import { preset } from '../tsup.base.ts'

// Nothing is cleared away: another bench may be running from there.
const options: Options = { ...preset({}), clean: false }

export default options
