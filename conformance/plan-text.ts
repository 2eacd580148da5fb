/** What a run in a real account creates, costs and takes: printed before the question whether to start. */
import { type AccountName, CONNECTIONS, planned, RESOURCES, type ResourceName, TAG_KEY } from './lab/resources.js'

interface PlanFacts {
  readonly target: string
  readonly runId: string
  readonly regionId: string
  /** Account ids of the keys that were given. */
  readonly accounts: Readonly<Partial<Record<AccountName, string>>>
  readonly statePath: string
  readonly transcriptPath: string
}

const KIND_NAMES = { cen: 'CEN', router: 'transit router', vpc: 'VPC', vswitch: 'vSwitch' } as const

/** Of the resources in the accounts whose keys were given. */
export const plannedNames = (accounts: PlanFacts['accounts']): ResourceName[] =>
  (Object.keys(RESOURCES) as ResourceName[]).filter((name) => accounts[planned(name).account] !== undefined)

export function planText({ target, runId, regionId, accounts, statePath, transcriptPath }: PlanFacts): string {
  const names = plannedNames(accounts)
  const ids = Object.entries(accounts).map(([name, id]) => `${id} (${name})`)
  const missing = [
    ...(accounts.owner === undefined
      ? ['grants between accounts: give CONFORMANCE_OWNER_ACCESS_KEY_ID and CONFORMANCE_OWNER_ACCESS_KEY_SECRET']
      : []),
    ...(accounts.bare === undefined
      ? ['the service-linked role: give CONFORMANCE_BARE_ACCESS_KEY_ID and …_SECRET of an account without it']
      : []),
  ]
  const { length: most } = CONNECTIONS
  return [
    `This run calls ${target} in ${regionId}, in the accounts ${ids.join(', ')}.`,
    '',
    `It creates, each with the tag ${TAG_KEY}=${runId}:`,
    ...names.map((name) => {
      const { kind, account, why } = planned(name)
      return `  ${KIND_NAMES[kind].padEnd(14)} ${name.padEnd(12)} ${account === 'own' ? '' : `in the account "${account}", `}${why}`
    }),
    `  one more router, which the first attach makes in the CEN "main", and one for "legacy" if the API makes one`,
    ...(accounts.owner === undefined ? [] : ['  grants of the VPCs of the other accounts, which are revoked']),
    '',
    `It attaches at most ${most} VPCs to routers of Enterprise Edition. A connection is billed by the hour, and less than an hour as one`,
    `(billing rules of CEN): ${most} connection hours if all is detached within the hour, as it usually is, and at most ${most} for each`,
    'further hour until it is. No data is sent, and the rest costs nothing: CENs, routers, VPCs, vSwitches, Basic Edition.',
    `The price of a connection hour in ${regionId}: https://www.alibabacloud.com/help/en/cen/product-overview/billing-rules`,
    '',
    'It usually takes 20 to 40 minutes. One wait lasts 42 minutes at most. A burst of 100 readings in a second may be',
    'throttled; other programs of the account may notice it for that second.',
    ...(missing.length === 0 ? [] : ['', 'Not tried:', ...missing.map((text) => `  ${text}`)]),
    '',
    'It changes and deletes only what it has created: by the ids in the state file, and only if the tag is there. Ctrl-C',
    'ends the run and cleans up; after a crash: npm run conformance -- --live --clean.',
    `State file: ${statePath}   Transcript: ${transcriptPath}`,
  ].join('\n')
}
