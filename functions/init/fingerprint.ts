/** The fingerprint by which Alibaba pins the issuer of AWS's tokens: SHA-1 of the last certificate that its server sends. */
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

const TIMEOUT_MS = 5_000

/** 40 hexadecimal digits. Rejects if the server cannot be reached, or if its certificate is not trusted here. `ca`: trusted instead of Node's. */
export async function issuerFingerprint(issuer: string, ca?: string): Promise<string> {
  const { hostname: host, port } = new URL(issuer)
  const server = { host, port: Number(port) || 443, servername: host }
  const trusted = await handshake({ ...server, ...(ca !== undefined && { ca }) }, leafOf)
  // Without certificates to trust, the chain is what the server sent, and no more.
  const [leaf, last] = await handshake<[string, string]>({ ...server, ca: [], rejectUnauthorized: false }, (socket) => [
    leafOf(socket),
    lastOf(socket),
  ])
  if (leaf !== trusted) throw new Error(`${host} sent two certificates`)
  return last
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '')

const leafOf = (socket: TLSSocket): string => plain(socket.getPeerCertificate().fingerprint)

function lastOf(socket: TLSSocket): string {
  let certificate = socket.getPeerCertificate(true)
  // The issuer of a self-signed certificate is itself.
  while (certificate.issuerCertificate && certificate.issuerCertificate !== certificate)
    certificate = certificate.issuerCertificate
  return plain(certificate.fingerprint)
}

function handshake<T>(options: ConnectionOptions, read: (socket: TLSSocket) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      resolve(read(socket))
      socket.destroy()
    })
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in 5 s')))
    socket.on('error', reject)
  })
}
