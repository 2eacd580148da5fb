/** The certificate of `emulator --tls`, as a file for clients to trust. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type SelfSigned, selfSigned } from '../../lib/emulator/http/certificate.js'
import { UsageError } from '../terminal/print.js'

interface Trust {
  readonly signed: SelfSigned
  /** Absolute. */
  readonly file: string
}

/** `true`: into a new temporary folder. Throws wrong use if the file cannot be written. */
export function writeCertificate(to: string | true, nowMs: number): Trust {
  const signed = selfSigned(nowMs)
  const file = to === true ? join(mkdtempSync(join(tmpdir(), 'cen-attach-emulator-')), 'emulator.pem') : resolve(to)
  try {
    writeFileSync(file, signed.cert)
  } catch (error) {
    throw new UsageError([`--tls: ${(error as Error).message}`])
  }
  return { signed, file }
}

/** NODE_EXTRA_CA_CERTS adds to the trusted certificates of Node; the two others replace those of their clients. */
export const howToTrust = (file: string): string =>
  `To trust its certificate: Node by NODE_EXTRA_CA_CERTS, as below. Go (Terraform, aliyun) and OpenSSL, for that client only: SSL_CERT_FILE=${file}; Python's requests: REQUESTS_CA_BUNDLE=${file}`
