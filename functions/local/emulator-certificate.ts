/** The certificate of `emulator --tls`, as a file that clients are told to trust. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type SelfSigned, selfSigned } from '../../lib/emulator/http/certificate.js'
import { UsageError } from '../terminal/print.js'

export interface Trust {
  readonly signed: SelfSigned
  /** Absolute. */
  readonly file: string
}

/** `true`: into a new folder of the system's temporary one. Throws a WrongUse if the file cannot be written. */
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

/** NODE_EXTRA_CA_CERTS adds to what Node trusts; the two others stand for all that their clients trust. */
export const howToTrust = (file: string): string =>
  `To trust its certificate: Node by NODE_EXTRA_CA_CERTS, as below. Go (Terraform, aliyun) and OpenSSL, for that client only: SSL_CERT_FILE=${file}; Python's requests: REQUESTS_CA_BUNDLE=${file}`
