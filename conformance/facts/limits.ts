/** Facts about limits: what may overlap, and how many calls are allowed. */
import { attachedA, LIST, overlapping } from '../lab/fixtures/attach.js'
import type { Lab } from '../lab/lab.js'
import { type Fact, is, NotRun, notRun } from './fact.js'

const BLOCKING = "the code is retried all over Terraform's provider and documented nowhere"
const PER_CEN = { certainty: 'I', question: 6, source: BLOCKING } as const

/** The code of the first try of a change that overlapped with the attach of another VPC. */
const during = (change: 'attachOnOtherCen' | 'route' | 'associate') => async (lab: Lab) => {
  const { statusOfB, first } = await lab.use(overlapping)
  if (statusOfB !== 'Attaching') throw new NotRun(`the other attach had ended: ${statusOfB}`)
  return first[change]
}

/** As many readings at once as the product may send in a second at the start. */
const BURST = 100

export const LIMIT_FACTS: readonly Fact[] = [
  {
    ...PER_CEN,
    id: 'limits.other-cen',
    sentence: 'While a VPC is being attached, another one can be attached to another CEN',
    assumedIn: 'lib/admission/limiter.ts createLimiter (a concurrency limit for each CEN)',
    expected: is('accepted'),
    prove: during('attachOnOtherCen'),
  },
  {
    ...PER_CEN,
    id: 'limits.vpc-route',
    sentence: 'While a VPC is being attached, a route can be added to the table of another one',
    assumedIn: 'lib/alibaba/enterprise/driver.ts slotOf',
    expected: is('accepted'),
    prove: during('route'),
  },
  {
    ...PER_CEN,
    id: 'limits.same-router',
    sentence:
      'While a VPC is being attached, another attachment of the same router can be associated: the limit is above one',
    assumedIn:
      'lib/emulator/world/world.ts ATTACHES_AT_ONCE; lib/admission/concurrency-limit.ts createConcurrencyLimit (finds the limit)',
    expected: is('accepted'),
    prove: during('associate'),
  },
  {
    id: 'limits.burst',
    sentence: `${BURST} readings at once are answered`,
    certainty: 'I',
    source: 'no limit of these actions is published; those of other readings are 300 to 500 a minute',
    question: 11,
    assumedIn: 'lib/admission/limiter.ts DEFAULT_CAPS',
    expected: is('0 throttled'),
    prove: async (lab) => {
      const { cenId } = await lab.use(attachedA)
      const query = { CenId: cenId, RegionId: lab.regionId }
      const answers = await Promise.all(
        Array.from({ length: BURST }, () => lab.own.unrepeated(LIST, query, lab.limits())),
      )
      const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.failure.code]))
      const throttled = codes.filter((code) => /Throttling/i.test(code)).length
      const others = [...new Set(codes.filter((code) => !/Throttling/i.test(code)))]
      return [`${throttled} throttled`, ...others].join(', ')
    },
  },
  {
    id: 'limits.retry-after',
    sentence: 'The header x-acs-retry-after of a throttled call is in milliseconds',
    certainty: 'I',
    source: 'the retry loop of @darabonba/typescript takes it so',
    assumedIn: 'lib/alibaba/sdk/call-failure.ts toCallFailure',
    expected: is('milliseconds'),
    prove: notRun(
      'no call is throttled on purpose; if limits.burst was, the transcript has the waits that were asked for',
    ),
  },
  {
    id: 'limits.attachments-per-router',
    sentence: 'The number of attachments of a router is limited',
    certainty: 'D',
    source: 'page CreateTransitRouterVpcAttachment (QuotaExceeded.CenQuotaVpcAttachPerTransitRouter)',
    question: 11,
    expected: is('a number'),
    prove: notRun('only Quota Center has the number; no call of CEN reads it'),
  },
]
