/** Facts about grants between accounts, and what each account must have. */
import { hasServiceRole } from '../../lib/alibaba/inspection/service.js'
import { attachedA } from '../lab/fixtures/attach.js'
import { bareOwner, grantedOwner } from '../lab/fixtures/grants.js'
import { answered } from '../lab/lab.js'
import { type Fact, is, NotRun, notRun, seconds, withinSeconds } from './fact.js'

export const GRANT_FACTS: readonly Fact[] = [
  {
    id: 'grants.missing',
    sentence: 'An attach across accounts without a grant is refused with the code of Basic Edition, misspelt as there',
    certainty: 'I',
    source: 'the page of Enterprise Edition has no such code',
    question: 2,
    assumedIn: 'lib/domain/codes/enterprise.ts ASSUMED_CODES',
    expected: is('Forbbiden.AttachChildInstanceAcrossUid'),
    prove: async (lab) => (await lab.use(grantedOwner)).before.dryRun,
  },
  {
    id: 'grants.unknown-account',
    sentence: 'An attach that names an owner that does not exist is refused as Bid.NotFound',
    certainty: 'I',
    source: 'on Basic Edition Operation.FailedAndTryAgain may mean it, too',
    assumedIn: 'lib/emulator/undocumented-codes.ts noSuchAccount',
    expected: is('Bid.NotFound'),
    prove: async (lab) => (await lab.use(grantedOwner)).ofNobody,
  },
  {
    id: 'grants.vswitches-before',
    sentence: 'ListGrantVSwitchesToCen lists nothing of a VPC that is not granted',
    certainty: 'I',
    source: 'the page does not state it',
    question: 8,
    assumedIn: 'lib/alibaba/enterprise/calls/networks.ts listGrantVSwitchesToCen',
    expected: is('0 listed'),
    prove: async (lab) => (await lab.use(grantedOwner)).before.vSwitches,
  },
  {
    id: 'grants.vswitches-before-attach',
    sentence: 'ListGrantVSwitchesToCen lists the vSwitches of a granted VPC before it is attached',
    certainty: 'I',
    source: 'the page does not state it',
    question: 8,
    assumedIn: 'lib/alibaba/enterprise/calls/networks.ts listGrantVSwitchesToCen',
    expected: is('1 listed'),
    prove: async (lab) => (await lab.use(grantedOwner)).after.vSwitches,
  },
  {
    id: 'grants.old-call-counts',
    sentence: "Vpc's GrantInstanceToCen lets a VPC be attached to an Enterprise router",
    certainty: 'C',
    source: 'a public Terraform module grants by the old call and attaches to a router',
    question: 7,
    expected: is('DryRunOperation'),
    prove: async (lab) => (await lab.use(grantedOwner)).after.dryRun,
  },
  {
    id: 'grants.one-record',
    sentence:
      "Vpc's GrantInstanceToCen is listed by Cbn's DescribeGrantRulesToResource, called by the owner: one record",
    certainty: 'I',
    source: 'no page relates the two',
    question: 7,
    assumedIn: 'lib/emulator/actions/cbn/grants/grant-instance-to-transit-router.ts answerGrantInstanceToTransitRouter',
    expected: is('1 record'),
    prove: async (lab) => `${(await lab.use(grantedOwner)).rules.length} record`,
  },
  {
    id: 'grants.payer',
    sentence: 'Without OrderType the owner of the CEN pays',
    certainty: 'I',
    source: 'the default is not documented',
    question: 7,
    assumedIn: 'lib/emulator/actions/cbn/grants/describe-grant-rules-to-resource.ts answerDescribeGrantRulesToResource',
    expected: is('PayByCenOwner'),
    prove: async (lab) => String((await lab.use(grantedOwner)).rules[0]?.OrderType ?? 'no record'),
  },
  {
    id: 'grants.seen-soon',
    sentence: 'A grant is seen by the owner of the CEN within 30 seconds',
    certainty: 'C',
    source: 'a public C# client retries for 30 s after a grant',
    question: 7,
    expected: withinSeconds(30),
    prove: async (lab) => seconds((await lab.use(grantedOwner)).seenMs),
  },
  {
    id: 'grants.overlapping',
    sentence: 'A second grant of one VPC while the first is being made is refused as a conflict',
    certainty: 'C',
    source:
      "Terraform's provider retries OperationFailed.TaskConflict; concurrent grants are documented as not supported",
    expected: is('OperationFailed.TaskConflict'),
    prove: async (lab) => (await lab.use(grantedOwner)).second,
  },
  {
    id: 'grants.again',
    sentence: 'A grant that is there can be granted again',
    certainty: 'I',
    source: 'not documented; Smartag answers DuplicatedGrantRule',
    assumedIn: 'lib/emulator/world/grants.ts GrantStore',
    expected: is('accepted'),
    prove: async (lab) => (await lab.use(grantedOwner)).again,
  },
  {
    id: 'grants.not-made',
    sentence: 'DescribeGrantRulesToCen answers an empty list, and no error, without a grant',
    certainty: 'D',
    source: 'page DescribeGrantRulesToCen of Cbn',
    expected: is('not granted'),
    prove: async (lab) => ((await lab.use(grantedOwner)).before.isGranted ? 'granted' : 'not granted'),
  },
  {
    id: 'grants.revoked',
    sentence: 'A grant made by the old call is revoked by RevokeInstanceFromTransitRouter',
    certainty: 'I',
    source: 'follows if the two are one record',
    question: 7,
    assumedIn: 'lib/domain/grant-call.ts revokeCall',
    expected: is('revoked'),
    prove: async (lab) => (await lab.use(grantedOwner)).revoked,
  },
  {
    id: 'grants.role-of-the-owner',
    sentence: 'AliyunServiceRoleForCEN is needed in the account that owns the network',
    certainty: 'I',
    source: 'a public Terraform module makes it there',
    question: 12,
    assumedIn: 'lib/domain/grant-call.ts MENDINGS',
    expected: is('NoPermission.AliyunServiceRoleForCEN'),
    prove: async (lab) => {
      const bare = lab.account('bare')
      if (answered(await hasServiceRole(bare.ram, lab.limits()), 'GetRole'))
        throw new NotRun('the third account has the role: give keys of an account without it')
      return (await lab.use(bareOwner)).code
    },
  },
  {
    id: 'grants.role-of-the-cen',
    sentence: 'AliyunServiceRoleForCEN exists in the account of a CEN with attachments of its own networks',
    certainty: 'I',
    source: 'the console makes it on first use',
    question: 12,
    assumedIn: 'lib/domain/grant-call.ts MENDINGS',
    expected: is('exists'),
    prove: async (lab) => {
      await lab.use(attachedA)
      return answered(await hasServiceRole(lab.own.ram, lab.limits()), 'GetRole') ? 'exists' : 'does not exist'
    },
  },
  {
    id: 'grants.service-in-both',
    sentence: 'The transit router service must be open in both accounts',
    certainty: 'D',
    source: 'page CreateTransitRouterVpcAttachment (Forbidden.ResourceOwnerTransitRouterServiceNotOpen)',
    question: 12,
    expected: is('refused'),
    prove: notRun('it cannot be closed again where it is open, and a suite must not open it'),
  },
]
