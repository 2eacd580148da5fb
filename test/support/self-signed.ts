/** A certificate of its own for a server of the tests: X.509 version 3 (RFC 5280), RSA and SHA-256, in DER by hand. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface SelfSigned {
  /** Both as PEM. */
  readonly cert: string
  readonly private: string
}

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const [INTEGER, BIT_STRING, OCTET_STRING, UTF8_STRING, TIME, SEQUENCE, SET] = [2, 3, 4, 12, 24, 0x30, 0x31] as const
const bits = (content: Buffer) => tlv(BIT_STRING, Buffer.from([0]), content)
const oid = (hex: string) => tlv(6, Buffer.from(hex, 'hex'))
const time = (text: string) => tlv(TIME, Buffer.from(text))

const SHA256_WITH_RSA = tlv(SEQUENCE, oid('2a864886f70d01010b'), tlv(5))
const COMMON_NAME = oid('550403')
const SUBJECT_ALT_NAME = oid('551d11')

/** A certificate for `commonName`, valid from 2020 to 2100, with `hostName` as its subject alternative name where it is given. */
export function selfSigned(commonName: string, hostName?: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const name = tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, COMMON_NAME, tlv(UTF8_STRING, Buffer.from(commonName)))))
  const extensions =
    hostName === undefined
      ? []
      : [tlv(SEQUENCE, SUBJECT_ALT_NAME, tlv(OCTET_STRING, tlv(SEQUENCE, tlv(0x82, Buffer.from(hostName)))))]
  const unsigned = tlv(
    SEQUENCE,
    tlv(0xa0, tlv(INTEGER, Buffer.from([2]))),
    tlv(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    SHA256_WITH_RSA,
    name,
    tlv(SEQUENCE, time('20200101000000Z'), time('21000101000000Z')),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    ...extensions.map((extension) => tlv(0xa3, tlv(SEQUENCE, extension))),
  )
  const der = tlv(SEQUENCE, unsigned, SHA256_WITH_RSA, bits(sign('sha256', unsigned, privateKey)))
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.trim()}\n-----END CERTIFICATE-----\n`,
    private: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
