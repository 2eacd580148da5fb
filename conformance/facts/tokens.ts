/** Facts about client tokens. */
import { attachedA, create, idOrCode, startA } from '../lab/fixtures/attach.js'
import { wholeA } from '../lab/fixtures/routing.js'
import { codeOf, token } from '../lab/lab.js'
import { type Fact, is, notRun } from './fact.js'

const QUESTION = {
  certainty: 'I',
  question: 3,
  assumedIn: 'lib/alibaba/enterprise/calls/writes.ts createSendWrite',
} as const
const NOWHERE = 'ClientToken is documented, what a repeat answers is not'

export const TOKEN_FACTS: readonly Fact[] = [
  {
    ...QUESTION,
    id: 'tokens.at-once',
    sentence: 'Two attaches at once with one token have one effect, and both answer the same attachment',
    source: `${NOWHERE}; TokenProcessing is retried by Terraform's provider`,
    expected: is('one attachment'),
    prove: async (lab) => {
      const { pair } = await lab.use(startA)
      return new Set(pair).size === 1 && pair[0]?.startsWith('tr-attach-') ? 'one attachment' : pair.join(', ')
    },
  },
  {
    ...QUESTION,
    id: 'tokens.repeated',
    sentence: 'A repeat with the same token and parameters, minutes later, answers the same attachment',
    source: NOWHERE,
    expected: is('the same attachment'),
    prove: async (lab) => {
      const { query, id } = await lab.use(attachedA)
      const again = idOrCode(await create(lab, query))
      return again === id ? 'the same attachment' : again
    },
  },
  {
    ...QUESTION,
    id: 'tokens.other-parameters',
    sentence: 'The same token with other parameters is refused',
    source: NOWHERE,
    assumedIn: 'lib/emulator/actions/client-token.ts withClientToken',
    expected: is('IdempotentParameterMismatch'),
    prove: async (lab) => {
      const { query } = await lab.use(attachedA)
      return idOrCode(await create(lab, { ...query, TransitRouterAttachmentDescription: 'another description' }))
    },
  },
  {
    ...QUESTION,
    id: 'tokens.association',
    sentence: 'An association that is repeated with its token is accepted again',
    source: NOWHERE,
    expected: is('accepted'),
    prove: async (lab) => {
      const { id, tableId } = await lab.use(wholeA)
      return codeOf(
        await lab.own.cbn(
          'AssociateTransitRouterAttachmentWithRouteTable',
          { TransitRouterAttachmentId: id, TransitRouterRouteTableId: tableId, ClientToken: token(lab, 'associate-a') },
          lab.limits(),
        ),
      )
    },
  },
  {
    ...QUESTION,
    id: 'tokens.window',
    sentence: 'A token is remembered for a day',
    source: NOWHERE,
    assumedIn: 'lib/emulator/world/client-tokens.ts TOKEN_LIFETIME_MS',
    expected: is('24 hours'),
    prove: notRun('a run does not last for a day; tokens.repeated shows the minutes of a run'),
  },
]
