/**
 * The script of the web worker: what the page may spawn there.
 */
import { serve } from '@troupe/transport-worker/web'
import { Counter } from './counter.ts'

serve(Counter)
