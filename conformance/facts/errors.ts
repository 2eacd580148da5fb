/** Facts about refusals of any action: codes, statuses and the body of an error. */
import { describeCenAttachedChildInstanceAttribute } from '../../lib/alibaba/basic/cbn.js'
import { readResource } from '../created/read-resource.js'
import { attachmentOf } from '../lab/fixtures/legacy.js'
import { made, network } from '../lab/fixtures/resources.js'
import { answered, codeOf } from '../lab/lab.js'
import { TAG_KEY } from '../lab/resources.js'
import { type Fact, is, oneOf } from './fact.js'

export const ERROR_FACTS: readonly Fact[] = [
  {
    id: 'errors.unknown-cen',
    sentence: 'A Describe action of Basic Edition answers ParameterCenInstanceId for a CEN that does not exist',
    certainty: 'C',
    source: "Terraform's provider, service_alicloud_cbn.go",
    expected: oneOf('ParameterCenInstanceId', 'ParameterError'),
    prove: async (lab) => {
      const target = attachmentOf(lab, 'cen-0123456789abcdefgh', await lab.use(network('vpc-a')))
      return codeOf(await describeCenAttachedChildInstanceAttribute(lab.own.cbn, target, lab.limits()))
    },
  },
  {
    id: 'errors.unknown-region',
    sentence: 'ListTransitRouterAvailableResource answers an IllegalParam code for a region that does not exist',
    certainty: 'C',
    source: "Terraform's provider, service_alicloud_cen_v2.go (IllegalParam.Region is taken as not found)",
    expected: oneOf('IllegalParam.Region', 'IllegalParam.RegionId'),
    prove: async ({ own, limits }) =>
      codeOf(await own.cbn('ListTransitRouterAvailableResource', { RegionId: 'cn-nowhere-9' }, limits())),
  },
  {
    id: 'errors.unknown-action',
    sentence: 'An action that does not exist answers InvalidAction.NotFound',
    certainty: 'D',
    source: 'common error codes',
    expected: is('InvalidAction.NotFound'),
    prove: async ({ own, limits }) => codeOf(await own.cbn('DescribeConformanceOfNothing', {}, limits())),
  },
  {
    id: 'errors.unknown-key',
    sentence: 'A key that does not exist answers InvalidAccessKeyId.NotFound, with a 4xx status',
    certainty: 'D',
    source: 'common error codes',
    expected: {
      text: 'InvalidAccessKeyId.NotFound, 4xx',
      holds: (seen) => /^InvalidAccessKeyId\.NotFound, 4\d\d$/.test(seen),
    },
    prove: async ({ unknownKey, limits }) => {
      const answer = await unknownKey('DescribeCens', {}, limits())
      return answer.ok ? 'accepted' : `${answer.failure.code}, ${answer.failure.httpStatus}`
    },
  },
  {
    id: 'errors.request-id',
    sentence: 'An error has Code, Message and RequestId',
    certainty: 'D',
    source: 'API reference, responses',
    expected: is('code, message, request id'),
    prove: async (lab) => {
      const answer = await lab.own.cbn('DescribeCenAttachedChildInstanceAttribute', {}, lab.limits())
      if (answer.ok) return 'accepted'
      const { code, message, apiRequestId } = answer.failure
      return [code && 'code', message !== code && 'message', apiRequestId && 'request id'].filter(Boolean).join(', ')
    },
  },
  {
    id: 'errors.tags-at-creation',
    sentence: 'A CEN that is created with Tag.1 has the tag as soon as it is Active',
    certainty: 'D',
    source: 'page CreateCen',
    expected: is('tagged'),
    prove: async (lab) => {
      const id = await lab.use(made('main'))
      const cen = { name: 'main', kind: 'cen', account: 'own', id } as const
      const read = answered(await readResource(lab.own, lab.regionId, cen, lab.limits()), 'DescribeCens')
      return read?.tags[TAG_KEY] === lab.runId ? 'tagged' : 'not tagged'
    },
  },
  {
    id: 'errors.idle-connection',
    sentence: 'A call after 15 seconds without one is answered, though the server closes idle connections',
    certainty: 'I',
    source: "a change of Terraform's provider: idle connections are closed after about 10 s",
    assumedIn: 'lib/alibaba/sdk/rpc.ts createRpcCall',
    expected: is('accepted'),
    prove: async (lab) => {
      await lab.own.cbn('DescribeCens', {}, lab.limits())
      await lab.clock.sleep(15_000, lab.signal)
      return codeOf(await lab.own.cbn('DescribeCens', {}, lab.limits()))
    },
  },
]
