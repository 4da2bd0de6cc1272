/** The test certificates, see certs/README.md. */
import { readFileSync } from 'node:fs'

const pem = (name: string): string => readFileSync(new URL(`certs/${name}`, import.meta.url), 'utf8')

/** A certificate with its key. */
export const pair = (name: 'listener' | 'elsewhere' | 'caller' | 'intruder' | 'impostor'): { cert: string; key: string } => ({
  cert: pem(`${name}.crt`),
  key: pem(`${name}.key`),
})

export const authority: string = pem('authority.crt')
