import { ROUTER_ATTACH_RULES, VBR_ATTACH_RULES } from '../../../world/enterprise/attach-rules.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { attachToRouter } from './create-attachment.js'

/** CreateTransitRouterVbrAttachment: has no zones; a dry run that passes answers a RequestId. */
export const answerCreateTransitRouterVbrAttachment: Action = withClientToken((call, context) =>
  attachToRouter(call, context, {
    type: 'VBR',
    rules: [...ROUTER_ATTACH_RULES, ...VBR_ATTACH_RULES],
    mappings: [],
    passDryRun: () => ({}),
  }),
)
