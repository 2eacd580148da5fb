/** Self-signed X.509 certificates, encoded in DER (RFC 5280, ITU-T X.690), for clients that require https. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { DAY_MS } from '../../domain/clock.js'

export interface SelfSigned {
  /** PEM; a client must trust it. */
  readonly cert: string
  /** PEM, PKCS #8; never stored. */
  readonly key: string
}

interface CertificateSubject {
  readonly commonName: string
  readonly hosts: readonly string[]
  /** IP addresses, 4 or 16 bytes each. */
  readonly addresses: readonly Buffer[]
  readonly keyType: keyof typeof SIGNATURES
}

const LOOPBACK: CertificateSubject = {
  commonName: 'cen-attach emulator',
  hosts: ['localhost'],
  addresses: [Buffer.from([127, 0, 0, 1]), Buffer.concat([Buffer.alloc(15), Buffer.from([1])])],
  keyType: 'ec',
}
/** The longest lifetime that Apple's platforms accept. */
const LIFETIME_MS = 397 * DAY_MS
/** Valid from this long before now, for clients with a slow clock. */
const BACKDATED_MS = DAY_MS

const OID = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  sha256WithRsa: '06092a864886f70d01010b',
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
/** The last `unused` bits are padding. */
const bits = (content: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content)
const TRUE = der(0x01, Buffer.from([0xff]))
/** UTCTime, `YYMMDDhhmmssZ`, until 2049. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`))
const extension = (name: keyof typeof OID, value: Buffer, critical = false): Buffer =>
  sequence(oid(name), ...(critical ? [TRUE] : []), octets(value))

/** The signature algorithm of each type of key; that of RSA has a NULL parameter (RFC 4055). */
const SIGNATURES = {
  ec: sequence(oid('ecdsaWithSha256')),
  rsa: sequence(oid('sha256WithRsa'), der(0x05)),
} as const

const generateKeyPair = (keyType: CertificateSubject['keyType']) =>
  keyType === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    : generateKeyPairSync('rsa', { modulusLength: 2_048 })

/** Its own certificate authority, valid for 397 days; by default for localhost, 127.0.0.1 and ::1, with a P-256 key. */
export function selfSigned(nowMs: number, subject: Partial<CertificateSubject> = {}): SelfSigned {
  const { commonName, hosts, addresses, keyType } = { ...LOOPBACK, ...subject }
  const { publicKey, privateKey } = generateKeyPair(keyType)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = SIGNATURES[keyType]
  const name = sequence(der(0x31, sequence(oid('commonName'), der(0x0c, Buffer.from(commonName)))))
  const alternativeNames = [
    ...hosts.map((host) => der(0x82, Buffer.from(host))),
    ...addresses.map((address) => der(0x87, address)),
  ]
  const extensions = [
    extension('basicConstraints', sequence(TRUE), true),
    // digitalSignature and keyCertSign.
    extension('keyUsage', bits(Buffer.from([0x84]), 2), true),
    extension('extendedKeyUsage', sequence(oid('serverAuth'))),
    extension('subjectAltName', sequence(...alternativeNames)),
    extension('subjectKeyIdentifier', octets(createHash('sha1').update(spki).digest())),
  ]
  // Positive, without a leading zero octet.
  const serial = der(0x02, Buffer.from([0x40]), randomBytes(15))
  const validity = sequence(time(nowMs - BACKDATED_MS), time(nowMs - BACKDATED_MS + LIFETIME_MS))
  const version3 = der(0xa0, der(0x02, Buffer.from([2])))
  const body = sequence(version3, serial, algorithm, name, validity, name, spki, der(0xa3, sequence(...extensions)))
  const certificate = sequence(body, algorithm, bits(sign('sha256', body, privateKey)))
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

const pem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
