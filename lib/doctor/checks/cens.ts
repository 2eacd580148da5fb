/** The CENs of the policy, or of one request: seen, level, edition and zones by region, and what Enterprise Edition needs. */
import type { CenSummary } from '../../alibaba/basic/cbn.js'
import type { ListedRouter } from '../../alibaba/enterprise/calls/routers.js'
import { SERVICE_ROLE } from '../../alibaba/inspection/service.js'
import { shellWord } from '../../domain/shell.js'
import type { Check } from '../check.js'
import { type Examined, targetCens, targetRegions } from '../examined.js'
import { error, type Finding, ok, unread, warning } from '../finding.js'
import type { Probes } from '../probes.js'
import { hasIdentity } from './alibaba.js'

/** More are not checked: the checks of one CEN are several calls each. */
const MOST_CENS = 20

const SEEING = 'allow cen:DescribeCens on * to the identity (docs/ram/worker-policy.json)'

/** The ids to look at: those that are named, and with a star those of the account. */
async function cenIdsOf(examined: Examined, { alibaba }: Probes): Promise<readonly string[]> {
  const { named, all } = targetCens(examined)
  const cens = all ? await alibaba.cens() : undefined
  const seen = cens?.ok ? cens.value.map(({ CenId }) => CenId) : []
  return [...new Set([...named, ...seen])].slice(0, MOST_CENS)
}

/** The ids that are seen; the others are reported by the check of the CENs. */
async function seenCens(examined: Examined, probes: Probes): Promise<readonly string[]> {
  if (examined.config.attacher.kind === 'fc' || !(await hasIdentity(probes))) return []
  const ids = await cenIdsOf(examined, probes)
  const answers = await Promise.all(ids.map((id) => probes.alibaba.cen(id)))
  return ids.filter((_id, index) => {
    const answer = answers[index]
    return answer?.ok && answer.value !== undefined
  })
}

function describeCen(cenId: string, { Status, ProtectionLevel }: CenSummary): Finding {
  if (Status !== 'Active')
    return warning(
      cenId,
      `is ${Status}: attachments wait`,
      `aliyun cbn DescribeCens --Filter.1.Key CenId --Filter.1.Value.1 ${shellWord(cenId)}`,
    )
  if (ProtectionLevel === 'FULL')
    return warning(
      cenId,
      'is there, with the level FULL: no Enterprise Edition',
      `aliyun cbn ModifyCenAttribute --CenId ${shellWord(cenId)} --ProtectionLevel REDUCED`,
    )
  return ok(cenId, `is there${ProtectionLevel ? `, with the level ${ProtectionLevel}` : ''}`)
}

/** States of a router that end by themselves. */
const PASSING = /^(?:Creating|Modifying|Upgrading)$/

function describeRouter(cenId: string, regionId: string, router: ListedRouter | undefined): Finding {
  const subject = `${cenId} in ${regionId}`
  if (router === undefined) return ok(subject, 'no transit router yet: the first attachment creates one')
  const { Type, Status, TransitRouterId } = router
  const found = `${Type} Edition, ${TransitRouterId} is ${Status}`
  if (Status === 'Active') return ok(subject, found)
  const command = `aliyun cbn ListTransitRouters --CenId ${shellWord(cenId)} --RegionId ${shellWord(regionId)}`
  return PASSING.test(Status)
    ? warning(subject, `${found}: attachments wait`, command)
    : error(subject, `${found}: nothing can be attached`, command)
}

/** The routers of a CEN in the regions to look at; a region without one has none. */
async function routersOf(examined: Examined, { alibaba }: Probes, cenId: string) {
  const routers = await alibaba.routers(cenId)
  if (!routers.ok) return routers
  const named = targetRegions(examined, cenId)
  const regions = named.length > 0 ? named : routers.value.map(({ RegionId }) => RegionId)
  const value = regions.map((regionId) => ({
    regionId,
    router: routers.value.find(({ RegionId }) => RegionId === regionId),
  }))
  return { ok: true, value } as const
}

/** Regions in which an attachment is one of Enterprise Edition: by their router, or since none is there yet. */
async function enterpriseRegions(examined: Examined, probes: Probes): Promise<readonly string[]> {
  const cens = await seenCens(examined, probes)
  const answers = await Promise.all(cens.map((cenId) => routersOf(examined, probes, cenId)))
  const found = answers.flatMap((answer) => (answer.ok ? answer.value : []))
  const enterprise = found.filter(({ router }) => router === undefined || router.Type === 'Enterprise')
  return [...new Set(enterprise.map(({ regionId }) => regionId))].filter((regionId) => !regionId.startsWith('ccn-'))
}

export const CEN_CHECKS: readonly Check[] = [
  {
    id: 'cens',
    topic: 'CENs',
    looksAt: 'whether each CEN is seen, and its status and level',
    async run(examined, probes) {
      const throughFunction = examined.config.attacher.kind === 'fc'
      if (!throughFunction && !(await hasIdentity(probes))) return []
      const { named, all } = targetCens(examined)
      const ids = throughFunction ? named : await cenIdsOf(examined, probes)
      if (all && !throughFunction) {
        const cens = await probes.alibaba.cens()
        if (!cens.ok) return [unread('CENs of the account', cens.failure, { denied: SEEING })]
      }
      if (ids.length === 0) return [ok('CENs', 'the policy names none, and the account has none yet')]
      const answers = await Promise.all(ids.map(async (cenId) => ({ cenId, cen: await probes.alibaba.cen(cenId) })))
      return answers.map(({ cenId, cen }) => {
        if (!cen.ok) return unread(cenId, cen.failure, { denied: SEEING })
        if (cen.value) return describeCen(cenId, cen.value)
        return error(cenId, 'is not seen: it does not exist, or belongs to another account', 'aliyun cbn DescribeCens')
      })
    },
  },
  {
    id: 'editions',
    topic: 'CENs',
    looksAt: 'edition and status of the transit router of each region',
    async run(examined, probes) {
      const cens = await seenCens(examined, probes)
      const found = await Promise.all(
        cens.map(async (cenId) => {
          const routers = await routersOf(examined, probes, cenId)
          if (!routers.ok)
            return [
              unread(`editions of ${cenId}`, routers.failure, {
                denied: 'allow cen:ListTransitRouters on the CEN to the identity',
              }),
            ]
          return routers.value.map(({ regionId, router }) => describeRouter(cenId, regionId, router))
        }),
      )
      return found.flat()
    },
  },
  {
    id: 'zones',
    topic: 'CENs',
    looksAt: 'the zones of Enterprise Edition in each region',
    async run(examined, probes) {
      const regions = await enterpriseRegions(examined, probes)
      return Promise.all(
        regions.map(async (regionId) => {
          const subject = `zones of ${regionId}`
          const zones = await probes.alibaba.zones(regionId)
          if (!zones.ok)
            return unread(subject, zones.failure, {
              denied: 'allow cen:ListTransitRouterAvailableResource on * to the identity',
            })
          if (zones.value.length > 0) return ok(subject, zones.value.join(', '))
          const fix = `aliyun cbn ListTransitRouterAvailableResource --RegionId ${shellWord(regionId)}`
          return error(subject, 'there is none: no VPC of this region can be attached', fix)
        }),
      )
    },
  },
  {
    id: 'service',
    topic: 'CENs',
    looksAt: 'whether the transit router service is open',
    async run(examined, probes) {
      if ((await enterpriseRegions(examined, probes)).length === 0) return []
      const open = await probes.alibaba.serviceIsOpen()
      const subject = 'transit router service'
      if (!open.ok)
        return [unread(subject, open.failure, { denied: 'allow cen:CheckTransitRouterService on * to the identity' })]
      return [
        open.value ? ok(subject, 'is open') : error(subject, 'is not open', 'aliyun cbn OpenTransitRouterService'),
      ]
    },
  },
  {
    id: 'service-role',
    topic: 'CENs',
    looksAt: 'whether the service-linked role of CEN exists',
    async run(examined, probes) {
      if ((await enterpriseRegions(examined, probes)).length === 0) return []
      const role = await probes.alibaba.hasServiceRole()
      if (!role.ok) return [unread(SERVICE_ROLE, role.failure, { denied: 'allow ram:GetRole to the identity' })]
      if (role.value) return [ok(SERVICE_ROLE, 'is there')]
      const fix = 'aliyun ram CreateServiceLinkedRole --ServiceName cen.aliyuncs.com'
      return [error(SERVICE_ROLE, 'does not exist: Enterprise attachments are refused', fix)]
    },
  },
]
