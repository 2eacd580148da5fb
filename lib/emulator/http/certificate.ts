/** A self-signed X.509 certificate for loopback, written in DER (RFC 5280, ITU-T X.690): for clients that speak https only. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface SelfSigned {
  /** PEM; what a client has to trust. */
  readonly cert: string
  /** PEM; never written anywhere. */
  readonly key: string
}

const NAMES = ['localhost']
const ADDRESSES = [Buffer.from([127, 0, 0, 1]), Buffer.concat([Buffer.alloc(15), Buffer.from([1])])]
/** Apple's platforms refuse longer ones. */
const LIFETIME_MS = 397 * 86_400_000
/** For clients whose clock is behind. */
const BEFORE_MS = 86_400_000

const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  subjectKeyIdentifier: '0603551d0e',
  keyUsage: '0603551d0f',
  subjectAltName: '0603551d11',
  basicConstraints: '0603551d13',
  extendedKeyUsage: '0603551d25',
  serverAuth: '06082b06010505070301',
} as const
const oid = (name: keyof typeof OID): Buffer => Buffer.from(OID[name], 'hex')

/** Tag, length, content. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...items: Buffer[]): Buffer => der(0x30, ...items)
const octets = (content: Buffer): Buffer => der(0x04, content)
/** `unused` bits at the end do not count. */
const bits = (content: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content)
const TRUE = der(0x01, Buffer.from([0xff]))
/** UTCTime: YYMMDDhhmmssZ, to 2049. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`))
const extension = (name: keyof typeof OID, value: Buffer, critical = false): Buffer =>
  sequence(oid(name), ...(critical ? [TRUE] : []), octets(value))

/** Its own certificate authority, for localhost, 127.0.0.1 and ::1, valid for 397 days; key: P-256. */
export function selfSigned(nowMs: number): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(oid('ecdsaWithSha256'))
  const name = sequence(der(0x31, sequence(oid('commonName'), der(0x0c, Buffer.from('cen-attach emulator')))))
  const names = [
    ...NAMES.map((host) => der(0x82, Buffer.from(host))),
    ...ADDRESSES.map((address) => der(0x87, address)),
  ]
  const extensions = [
    extension('basicConstraints', sequence(TRUE), true),
    // digitalSignature and keyCertSign.
    extension('keyUsage', bits(Buffer.from([0x84]), 2), true),
    extension('extendedKeyUsage', sequence(oid('serverAuth'))),
    extension('subjectAltName', sequence(...names)),
    extension('subjectKeyIdentifier', octets(createHash('sha1').update(spki).digest())),
  ]
  // Positive, without a leading zero octet.
  const serial = der(0x02, Buffer.from([0x40]), randomBytes(15))
  const validity = sequence(time(nowMs - BEFORE_MS), time(nowMs - BEFORE_MS + LIFETIME_MS))
  const version3 = der(0xa0, der(0x02, Buffer.from([2])))
  const body = sequence(version3, serial, algorithm, name, validity, name, spki, der(0xa3, sequence(...extensions)))
  const certificate = sequence(body, algorithm, bits(sign('sha256', body, privateKey)))
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

const pem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
