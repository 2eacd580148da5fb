/** Facts about the pages of lists. */
import type { Body } from '../../lib/alibaba/sdk/rpc.js'
import { attachedA, attachedBC, LIST } from '../lab/fixtures/attach.js'
import { answered, codeOf, type Lab } from '../lab/lab.js'
import { type Fact, is, oneOf } from './fact.js'

const page = async (lab: Lab, query: Record<string, string>): Promise<Body> => {
  const { cenId } = await lab.use(attachedA)
  return answered(await lab.own.cbn(LIST, { CenId: cenId, RegionId: lab.regionId, ...query }, lab.limits()), LIST)
}

const idsOf = ({ TransitRouterAttachments: all }: Body): string[] =>
  (Array.isArray(all) ? (all as Body[]) : []).map((one) => String(one.TransitRouterAttachmentId))

export const PAGING_FACTS: readonly Fact[] = [
  {
    id: 'paging.hundred-results',
    sentence: `${LIST} takes MaxResults=100`,
    certainty: 'C',
    source: 'a public Python provisioner',
    assumedIn: 'lib/alibaba/sdk/read-lists.ts TOKEN_PAGE',
    expected: is('accepted'),
    prove: async (lab) => {
      const { cenId } = await lab.use(attachedA)
      const query = { CenId: cenId, RegionId: lab.regionId, MaxResults: '100' }
      return codeOf(await lab.own.cbn(LIST, query, lab.limits()))
    },
  },
  {
    id: 'paging.last-page',
    sentence: 'The last page has no NextToken, or an empty one',
    certainty: 'D',
    source: `page ${LIST}`,
    expected: is('none'),
    prove: async (lab) => String((await page(lab, { MaxResults: '100' })).NextToken || 'none'),
  },
  {
    id: 'paging.next-token',
    sentence: 'Pages of one entry, read by NextToken, give each of two attachments once',
    certainty: 'D',
    source: `page ${LIST}`,
    expected: is('2 of 2'),
    prove: async (lab) => {
      const { attachmentB } = await lab.use(attachedBC)
      const { id } = await lab.use(attachedA)
      const first = await page(lab, { MaxResults: '1' })
      const second = await page(lab, { MaxResults: '1', NextToken: String(first.NextToken ?? '') })
      const seen = [...idsOf(first), ...idsOf(second)]
      return `${new Set(seen.filter((one) => one === id || one === attachmentB)).size} of ${seen.length}`
    },
  },
  {
    id: 'paging.fifty-cens',
    sentence: 'DescribeCens takes PageSize=50',
    certainty: 'D',
    source: 'page DescribeCens',
    assumedIn: 'lib/alibaba/sdk/read-lists.ts NUMBERED_PAGE',
    expected: is('accepted'),
    prove: async ({ own, limits }) => codeOf(await own.cbn('DescribeCens', { PageSize: '50' }, limits())),
  },
  {
    id: 'paging.too-large',
    sentence: 'DescribeCens refuses PageSize=51, or answers 50 at most',
    certainty: 'D',
    source: 'page DescribeCens: 1 to 50',
    expected: oneOf('refused', '50 at most'),
    prove: async ({ own, limits }) => {
      const answer = await own.cbn('DescribeCens', { PageSize: '51' }, limits())
      if (!answer.ok) return 'refused'
      return Number(answer.value.PageSize) <= 50 ? '50 at most' : `PageSize ${answer.value.PageSize}`
    },
  },
  {
    id: 'paging.hundred-routes',
    sentence: 'DescribeRouteEntryList takes MaxResult=100',
    certainty: 'D',
    source: 'page DescribeRouteEntryList',
    assumedIn: 'lib/alibaba/enterprise/calls/networks.ts ENTRY_PAGE',
    expected: is('accepted'),
    prove: async (lab) => {
      const { networkTableId: RouteTableId } = await lab.use(attachedA)
      const query = { RegionId: lab.regionId, RouteTableId, MaxResult: '100' }
      return codeOf(await lab.own.vpc('DescribeRouteEntryList', query, lab.limits()))
    },
  },
]
