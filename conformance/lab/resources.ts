/** Everything that a run may create: the plan that is printed before the start, and the only names that can be created. */

/** The tag of every resource; its value is the id of the run. */
export const TAG_KEY = 'cen-attach-conformance'
const NAME_PREFIX = 'cen-attach-conformance'

export const nameOf = (runId: string, name: string): string => `${NAME_PREFIX}-${runId}-${name}`

/** `own`: of the keys. `owner`: a second account. `bare`: a third one, in which AliyunServiceRoleForCEN does not exist. */
export const ACCOUNTS = ['own', 'owner', 'bare'] as const
export type AccountName = (typeof ACCOUNTS)[number]

interface PlannedResource {
  readonly kind: 'cen' | 'vpc' | 'vswitch' | 'router'
  readonly account: AccountName
  /** Of a vSwitch its VPC, of a router its CEN. */
  readonly within?: string
  /** Of a VPC or vSwitch. */
  readonly cidrBlock?: string
  /** The index of the zone of a vSwitch. */
  readonly zone?: number
  readonly why: string
}

export const RESOURCES = {
  main: { kind: 'cen', account: 'own', why: 'Enterprise Edition, its router made by the first attach' },
  other: { kind: 'cen', account: 'own', why: 'what one CEN blocks in another' },
  'other-router': {
    kind: 'router',
    account: 'own',
    within: 'other',
    why: 'Enterprise Edition, by CreateTransitRouter',
  },
  legacy: { kind: 'cen', account: 'own', why: 'AttachCenChildInstance in a region without a router' },
  'vpc-a': { kind: 'vpc', account: 'own', cidrBlock: '10.213.0.0/20', why: 'attached with two zones' },
  'vsw-a1': { kind: 'vswitch', account: 'own', within: 'vpc-a', zone: 0, cidrBlock: '10.213.0.0/26', why: 'zone 1' },
  'vsw-a2': { kind: 'vswitch', account: 'own', within: 'vpc-a', zone: 1, cidrBlock: '10.213.1.0/26', why: 'zone 2' },
  'vpc-b': {
    kind: 'vpc',
    account: 'own',
    cidrBlock: '10.213.16.0/20',
    why: 'attached with one zone, deleted by force',
  },
  'vsw-b1': { kind: 'vswitch', account: 'own', within: 'vpc-b', zone: 0, cidrBlock: '10.213.16.0/26', why: 'zone 1' },
  'vpc-c': { kind: 'vpc', account: 'own', cidrBlock: '10.213.32.0/20', why: 'attached to the other CEN' },
  'vsw-c1': { kind: 'vswitch', account: 'own', within: 'vpc-c', zone: 0, cidrBlock: '10.213.32.0/26', why: 'zone 1' },
  'vpc-legacy': { kind: 'vpc', account: 'own', cidrBlock: '10.213.48.0/20', why: 'attached as on Basic Edition' },
  'vsw-l1': {
    kind: 'vswitch',
    account: 'own',
    within: 'vpc-legacy',
    zone: 0,
    cidrBlock: '10.213.48.0/26',
    why: 'zone 1',
  },
  'vpc-owner': { kind: 'vpc', account: 'owner', cidrBlock: '10.213.64.0/20', why: 'granted to the CENs' },
  'vsw-o1': {
    kind: 'vswitch',
    account: 'owner',
    within: 'vpc-owner',
    zone: 0,
    cidrBlock: '10.213.64.0/26',
    why: 'zone 1',
  },
  'vpc-bare': { kind: 'vpc', account: 'bare', cidrBlock: '10.213.80.0/20', why: 'granted, without the role' },
  'vsw-bare1': {
    kind: 'vswitch',
    account: 'bare',
    within: 'vpc-bare',
    zone: 0,
    cidrBlock: '10.213.80.0/26',
    why: 'zone 1',
  },
} as const satisfies Record<string, PlannedResource>

export type ResourceName = keyof typeof RESOURCES

export const planned = (name: ResourceName): PlannedResource => RESOURCES[name]

/** VPCs that are attached at most once each: the connections that are billed, each for an hour if it lasts less. */
export const CONNECTIONS = ['vpc-a', 'vpc-b', 'vpc-c', 'vpc-legacy'] as const satisfies readonly ResourceName[]
