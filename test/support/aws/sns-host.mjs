/**
 * Loaded before a program (or imported by a test): connections to SNS's hosts are made to SNS_STAND_IN (host:port) on loopback and
 * trust the certificate in SNS_STAND_IN_CA. TLS and its check of the host name are unchanged.
 */
import { syncBuiltinESMExports } from 'node:module'
import tls from 'node:tls'

const { connect } = tls
tls.connect = (options, ...rest) => {
  const name = options.servername ?? options.host
  if (!/^sns\..*\.amazonaws\.com$/.test(name ?? '')) return connect(options, ...rest)
  const [host, port] = (process.env.SNS_STAND_IN ?? '').split(':')
  const { path: _, ...others } = options
  return connect({ ...others, host, port: Number(port), servername: name, ca: process.env.SNS_STAND_IN_CA }, ...rest)
}
syncBuiltinESMExports()
