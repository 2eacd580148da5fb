/** The actions that are emulated, by API version and name. */
import type { Action } from './action.js'
import { attachCenChildInstance } from './actions/attach-cen-child-instance.js'
import { describeCenAttachedChildInstanceAttribute } from './actions/describe-cen-attached-child-instance-attribute.js'
import { describeCenAttachedChildInstances } from './actions/describe-cen-attached-child-instances.js'
import { describeCens } from './actions/describe-cens.js'
import { getCallerIdentity } from './actions/get-caller-identity.js'

export const ACTIONS: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  '2017-09-12': {
    AttachCenChildInstance: attachCenChildInstance,
    DescribeCenAttachedChildInstanceAttribute: describeCenAttachedChildInstanceAttribute,
    DescribeCenAttachedChildInstances: describeCenAttachedChildInstances,
    DescribeCens: describeCens,
  },
  '2015-04-01': { GetCallerIdentity: getCallerIdentity },
}
