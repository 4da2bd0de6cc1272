/**
 * What pickling costs, written and read back: `pack` and `unpack`, which check every byte, and the codec of a link to a worker,
 * which trusts them and sends the shape of each record once.
 */
import { deserialize, serialize } from 'node:v8'
import { pack, unpack } from '@troupe/core'
import type { Bout, Contender, Part, Question } from '../question.ts'
import { oneThousandRows, richValue, tinyMessage, twentyFields } from './codec-values.ts'

type RoundTrip = (value: unknown) => unknown

/** What we use of core's codec, which has no door: programs meet it on links only. */
interface LinkCodec {
  readonly msgpackCodec: {
    createEncoder(
      refs: undefined,
      trust: 'trusted',
    ): {
      push(header: readonly unknown[], payload: unknown, root: string): void
      take(): Uint8Array
    }
    createDecoder(
      refs: undefined,
      trust: 'trusted',
    ): { decode(frame: Uint8Array, visit: (entry: readonly unknown[]) => void): void }
  }
}

async function createLinkTrip(): Promise<RoundTrip> {
  const codec = new URL('./serialization/msgpack-codec.js', import.meta.resolve('@troupe/core')).href
  const { msgpackCodec } = (await import(codec)) as LinkCodec // safe: core's own file, named by its layout
  const encoder = msgpackCodec.createEncoder(undefined, 'trusted')
  const decoder = msgpackCodec.createDecoder(undefined, 'trusted')
  return (value) => {
    let copy: unknown
    encoder.push([], value, 'value')
    decoder.decode(encoder.take(), (entry) => (copy = entry[0]))
    return copy
  }
}

const packTrip: RoundTrip = (value) => unpack(pack(value))
const jsonTrip: RoundTrip = (value) => JSON.parse(Buffer.from(JSON.stringify(value)).toString())
const cloneTrip: RoundTrip = (value) => structuredClone(value)
const v8Trip: RoundTrip = (value) => deserialize(serialize(value))

function contender(name: string, prepare: () => RoundTrip | Promise<RoundTrip>, makeValue: () => unknown): Contender {
  return {
    name,
    async start(work): Promise<Bout> {
      const value = makeValue()
      const trip = await prepare()
      if (typeof trip(value) !== 'object') throw new Error('nothing came back')
      return {
        run() {
          for (let times = 0; times < work; times++) trip(value)
        },
        end: () => undefined,
      }
    },
  }
}

function partOf(name: string, work: number, makeValue: () => unknown, json: 'with JSON' | 'without JSON'): Part {
  const peers = [
    contender('JSON', () => jsonTrip, makeValue),
    contender('structuredClone', () => cloneTrip, makeValue),
    contender('v8.serialize', () => v8Trip, makeValue),
  ]
  return {
    name,
    description: 'written and read back',
    measure: 'cost',
    unit: 'µs',
    work,
    quickWork: Math.ceil(work / 50),
    contenders: [
      contender('link', createLinkTrip, makeValue),
      contender('pack', () => packTrip, makeValue),
      ...(json === 'with JSON' ? peers : peers.slice(1)),
    ],
  }
}

export const codec: Question = {
  name: 'codec',
  description: 'values written and read back',
  parts: [
    partOf('tiny message', 50_000, tinyMessage, 'with JSON'),
    partOf('20 fields', 20_000, twentyFields, 'with JSON'),
    partOf('1,000 rows', 100, oneThousandRows, 'with JSON'),
    // JSON cannot write it: it has cycles, and types that it does not know.
    partOf('rich value', 2_000, richValue, 'without JSON'),
  ],
}
