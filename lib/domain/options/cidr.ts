/** IPv4 CIDR blocks: reading, overlap, containment. */

/** A block as its first address (an unsigned 32-bit number) and the length of its prefix. */
interface CidrBlock {
  readonly first: number
  readonly prefix: number
}

/** Decimal numbers without leading zeros, so that each block has one spelling. */
const BLOCK = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\/(0|[1-9]\d?)$/

const sizeOf = (prefix: number): number => 2 ** (32 - prefix)

/** Reads a block in canonical form: no leading zeros and no bits set after the prefix; undefined for any other text. */
export function readCidr(text: string): CidrBlock | undefined {
  const parts = BLOCK.exec(text)?.slice(1).map(Number)
  if (!parts) return undefined
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = parts
  if (prefix > 32 || [a, b, c, d].some((byte) => byte > 255)) return undefined
  const first = ((a * 256 + b) * 256 + c) * 256 + d
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined
}

/** True if every address of `inner` is in `outer`. */
export const contains = (outer: CidrBlock, inner: CidrBlock): boolean =>
  outer.prefix <= inner.prefix && inner.first - (inner.first % sizeOf(outer.prefix)) === outer.first

/** True if two blocks have an address in common. */
export const overlap = (one: CidrBlock, other: CidrBlock): boolean => contains(one, other) || contains(other, one)
