/** Log lines hold no secrets. */
import { describe, expect, it } from 'vitest'
import { createJsonLog } from '../../lib/telemetry/json-log.js'

function written(fields: object): string {
  let text = ''
  const log = createJsonLog('info', {
    write(line) {
      text += line
    },
  })
  log.info('receipt:settled', { ...fields })
  log.debug('never:written', { ...fields })
  return text
}

describe('a log line', () => {
  it.each<[string, object]>([
    ['in a text', { correlationId: 'accessKeySecret=hush' }],
    ['in a header', { error: 'Authorization: ACS3-HMAC-SHA256 Credential=hush' }],
    ['in a URL', { error: 'GET http://host/?Signature=hush&x=hush' }],
    ['under its own name', { securityToken: 'hush', deep: { accessKeySecret: 'hush' } }],
    ['deep inside', { errors: [{ cause: { message: 'x-acs-security-token: hush' } }] }],
  ])('holds no secret: %s', (_name, fields) => {
    expect(written(fields)).toContain('"event":"receipt:settled"')
    expect(written(fields)).not.toContain('hush')
  })

  it('is one JSON object, and is written only at the configured level', () => {
    const text = written({ requestId: 'a\nb' })
    expect(text.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(text)).toMatchObject({ level: 'info', event: 'receipt:settled', requestId: 'a\nb' })
  })
})
