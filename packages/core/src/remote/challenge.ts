/**
 * One end's part of a mutual proof: its nonce, its keys, and every frame of the handshake in the order in which both ends
 * see them. Each proof covers all frames before it, the role of who proves, and the link's binding.
 *
 * Somebody with an unknown key id is treated as somebody with a wrong proof, frame by frame, so that it learns nothing.
 */
import type { Secret } from '../model/link-policy.ts'
import { type AuthKey, type Role, computeProof, deriveKeys, randomNonce, sameBytes } from './auth.ts'

export class Challenge {
  readonly nonce: Uint8Array = randomNonce()
  readonly #role: Role
  readonly #keys: readonly AuthKey[]
  readonly #binding: Uint8Array | undefined
  readonly #frames: Uint8Array[] = []
  #key: AuthKey
  /** False when the dialer named a key that is none of ours. */
  #isKnown = true

  /** Rejects AuthenticationError where the platform has no WebCrypto. */
  static async create(secret: Secret, role: Role, binding: Uint8Array | undefined): Promise<Challenge> {
    const keys = await deriveKeys(secret)
    const [current] = keys
    if (current === undefined) throw new TypeError('secret takes at least one text')
    return new Challenge(role, keys, current, binding)
  }

  private constructor(role: Role, keys: readonly AuthKey[], current: AuthKey, binding: Uint8Array | undefined) {
    this.#role = role
    this.#keys = keys
    this.#key = current
    this.#binding = binding
  }

  /** The key that the dialer uses, for its hello. */
  get keyId(): Uint8Array {
    return this.#key.id
  }

  /** The acceptor goes by the dialer's key, if it is one of its own. */
  choose(keyId: Uint8Array): void {
    const known = this.#keys.find(({ id }) => sameBytes(id, keyId))
    this.#isKnown = known !== undefined
    if (known !== undefined) this.#key = known
  }

  /** A frame of the handshake, from here or from there. Copied: a frame that is sent belongs to its link, which may move its buffer. */
  add(frame: Uint8Array): void {
    this.#frames.push(frame.slice())
  }

  async prove(): Promise<Uint8Array> {
    const proof = await this.#compute(this.#role)
    return this.#isKnown ? proof : randomNonce()
  }

  /** Whether the other end proved that it knows the key. */
  async check(proof: Uint8Array): Promise<boolean> {
    const expected = await this.#compute(this.#role === 'dialer' ? 'acceptor' : 'dialer')
    return sameBytes(expected, proof) && this.#isKnown
  }

  #compute(role: Role): Promise<Uint8Array> {
    const binding = this.#binding
    return computeProof(this.#key, role, binding === undefined ? this.#frames : [...this.#frames, binding])
  }
}
