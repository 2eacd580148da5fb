import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codesMarkdown } from '../../docs/generate/error-codes.js'
import { ALL_CODES, FAILURE_KINDS } from '../../lib/domain/error-codes.js'
import { failureOf, meaningOf } from '../../lib/domain/failure.js'
import { RETRY_POLICY } from '../../lib/reconcile/retry-policy.js'

/** The codes on AttachCenChildInstance's own page, and what each means for the worker. */
const DOCUMENTED: Record<string, string> = {
  'Forbbiden.AttachChildInstanceAcrossBid': 'rejected',
  'IncorrectStatus.VpcSwitch': 'busy',
  'Forbbiden.CloudBoxVSwitchExist': 'rejected',
  'OperationFailed.InvalidVpcStatus': 'busy',
  'OperationFailed.InvalidTransitRouter': 'rejected',
  'OperationUnsupported.CenFullLevel': 'rejected',
  'IncorrectStatus.VpcRouteTable': 'busy',
  'InvalidOperation.VbrAttachedToEcr': 'rejected',
  'OperationUnsupported.VpcRoutePropagationSource': 'rejected',
  'InvalidStatus.ResourceStatus': 'busy',
  'IncorrectStatus.TransitRouter': 'not-ready',
  InvalidParameter: 'rejected',
  Unauthorized: 'unauthorized',
  'Forbidden.AttachChildInstance': 'rejected',
  'Bid.NotFound': 'rejected',
  'Operation.FailedAndTryAgain': 'busy',
  'InvalidOperation.ChildInstanceRIAlreadyExist': 'rejected',
  'Forbbiden.AttachChildInstanceAcrossUid': 'not-granted',
  'InvalidOperation.ChildInstanceAlreadyAttached': 'already-attached',
  'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance': 'rejected',
  'IllegalParam.RegionId': 'rejected',
}

/** Codes that public clients of the same API treat as transient (retry lists of the Terraform provider). */
const SEEN: Record<string, string> = {
  'Operation.Blocking': 'busy',
  'InvalidOperation.CenInstanceStatus': 'busy',
  'InvalidOperation.ChildInstanceStatus': 'busy',
  'InstanceStatus.NotSupport': 'busy',
  TaskConflict: 'busy',
  'OperationFailed.TaskConflict': 'busy',
  TokenProcessing: 'busy',
  LOCK_ERROR: 'busy',
  UnknownError: 'unavailable',
  InternalError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  'Rejected.Throttling': 'throttled',
  'Throttling.User': 'throttled',
  'Throttling.Api': 'throttled',
  'IncorrectStatus.Vpc': 'busy',
  'InvalidStatus.Resource': 'busy',
  'InvalidAccessKeyId.NotFound': 'credentials',
  SignatureDoesNotMatch: 'credentials',
  'InvalidSecurityToken.Expired': 'credentials',
  NoPermission: 'unauthorized',
  'Forbidden.RAM': 'unauthorized',
  ParameterCenInstanceId: 'rejected',
  'MissingParameter.CenId': 'rejected',
  'QuotaExceeded.CenCountExceeded': 'rejected',
}

describe('what a code means', () => {
  it.each(Object.entries({ ...DOCUMENTED, ...SEEN }))('%s is %s', (code, kind) => {
    expect(meaningOf(code).kind).toBe(kind)
    expect(meaningOf(code.toUpperCase()).kind).toBe(kind)
  })

  it('marks exactly the documented codes as documented', () => {
    const marked = ALL_CODES.filter(({ documented }) => documented).map(({ code }) => code)
    expect(marked.sort()).toEqual(Object.keys(DOCUMENTED).sort())
  })

  it.each([
    ['DescribeCenAttachedChildInstanceAttribute', 'ParameterInstanceId', 'absent'],
    ['AttachCenChildInstance', 'ParameterInstanceId', 'rejected'],
    ['GrantInstanceToCbn', 'DuplicatedGrantRule', 'already-granted'],
    ['DescribeCens', 'Operation.Blocking', 'busy'],
  ])('depends on the action: %s, %s is %s', (action, code, kind) => {
    expect(meaningOf(code, 400, action).kind).toBe(kind)
    expect(failureOf({ code, action }).kind).toBe(kind)
  })

  it('takes the corrected spelling for that of the API', () => {
    expect(meaningOf('Forbidden.AttachChildInstanceAcrossUid').kind).toBe('not-granted')
    expect(meaningOf('InvalidOperation.CenAlreadyAutoPublishRouteToInstance').row?.documented).toBe(true)
  })

  it('takes an unlisted 4xx code for unknown, and an unlisted 5xx code for an unknown outcome', () => {
    for (const status of [undefined, 400, 403, 404, 409, 429])
      expect(meaningOf('Brand.New', status).kind).toBe('unknown')
    expect(meaningOf('Brand.New', 500).kind).toBe('unavailable')
    expect(meaningOf('IncorrectStatus.VpcSwitch', 500).kind).toBe('busy')
  })

  it('lists no code twice, gives advice for each, and has a rule for each kind', () => {
    const codes = ALL_CODES.flatMap(({ code, actions }) =>
      [actions].flat().map((action) => `${action} ${code.toLowerCase()}`),
    )
    expect(new Set(codes).size).toBe(codes.length)
    expect(ALL_CODES.filter(({ advice }) => advice.length < 10)).toEqual([])
    expect(Object.keys(RETRY_POLICY).sort()).toEqual([...FAILURE_KINDS].sort())
  })

  it('is documented in docs/error-codes.md', () => {
    expect(readFileSync('docs/error-codes.md', 'utf8')).toBe(codesMarkdown())
  })
})

describe('the text of a server', () => {
  it('is well-formed and bounded, and a code or an id is a single line', () => {
    const failure = failureOf({ code: `A\ud800\n${'x'.repeat(300)}`, message: 'so\udc00', apiRequestId: '\ud800id' })
    expect(failure.code).toBe(`A  ${'x'.repeat(253)}`)
    expect(failure.message).toBe('so\ufffd')
    expect(failure.apiRequestId).toBe(' id')
    expect(failureOf({ code: 'X', message: 'y'.repeat(2_000_000) }).message).toHaveLength(12_000)
    expect(failureOf({ code: `${'x'.repeat(255)}😀` }).code).toBe('x'.repeat(255))
  })

  it('is an unreadable answer if the code is empty', () => {
    expect(failureOf({ code: ' \u0000' })).toMatchObject({ code: 'UnreadableAnswer', kind: 'unavailable' })
  })

  it('is scrubbed before it is cut', () => {
    const token = `signature=${'z'.repeat(3_000)}`
    const { message } = failureOf({ code: 'X', message: `${'y '.repeat(5_900)}${token}` })
    expect(message).not.toContain('zzz')
  })

  it('may ask for a wait of at most 5 minutes', () => {
    expect(failureOf({ code: 'Throttling', retryAfterMs: 1e15 }).retryAfterMs).toBe(300_000)
    for (const retryAfterMs of [-1, Number.NaN])
      expect(failureOf({ code: 'Throttling', retryAfterMs })).not.toHaveProperty('retryAfterMs')
  })
})
