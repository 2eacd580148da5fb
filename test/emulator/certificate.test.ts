import { X509Certificate } from 'node:crypto'
import { get } from 'node:https'
import { describe, expect, it } from 'vitest'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { selfSigned } from '../../lib/emulator/http/certificate.js'
import { createShiftedClock } from '../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../lib/emulator/http/server.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'

const NOW = Date.parse('2026-11-25T12:00:00Z')

describe('the self-signed certificate', () => {
  const certificate = new X509Certificate(selfSigned(NOW).cert)

  it('is its own authority, for loopback only, and valid for 397 days', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    expect(certificate.ca).toBe(true)
    expect(certificate.checkHost('localhost')).toBe('localhost')
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkIP('::1')).toBe('::1')
    expect(certificate.checkHost('example.com')).toBeUndefined()
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(Date.parse(certificate.validFrom)).toBe(NOW - 86_400_000)
    expect(Date.parse(certificate.validTo)).toBe(NOW + 396 * 86_400_000)
  })

  it('has a new key and serial number each time', () => {
    const other = new X509Certificate(selfSigned(NOW).cert)
    expect(other.serialNumber).not.toBe(certificate.serialNumber)
    expect(other.verify(certificate.publicKey)).toBe(false)
  })

  it.each(['127.0.0.1', 'localhost'])(
    'allows https to %s for a client that trusts it, and for no other',
    async (host) => {
      const signed = selfSigned(Date.now())
      const world = readWorldFile('{}')
      if (!world.ok) throw new Error('the empty world')
      const clock = createShiftedClock(systemClock)
      const server = await startEmulatorServer(createEmulator(world.world, clock, Math.random), clock, 0, signed)
      const url = server.url.replace('127.0.0.1', host)
      const statusOf = (ca?: string) =>
        new Promise<number | string | undefined>((resolve) => {
          const request = get(`${url}/_emulator/state`, { ...(ca && { ca }) }, ({ statusCode }) => resolve(statusCode))
          request.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
        })
      expect(url).toMatch(/^https:/)
      expect(await statusOf(signed.cert)).toBe(200)
      expect(await statusOf()).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
      await server.stop()
    },
  )
})
