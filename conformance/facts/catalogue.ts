/** All facts, in the order in which they are proven: reading first, then attaching, routing, detaching. */
import { ATTACH_FACTS, SECOND_ATTACH_FACTS } from './attach.js'
import { BASIC_FACTS } from './basic.js'
import { DETACH_FACTS } from './detach.js'
import { EDITION_FACTS } from './edition.js'
import { ERROR_FACTS } from './errors.js'
import type { Fact } from './fact.js'
import { GRANT_FACTS } from './grants.js'
import { LIMIT_FACTS } from './limits.js'
import { PAGING_FACTS } from './paging.js'
import { ROUTING_FACTS } from './routing.js'
import { SURROUNDING_FACTS } from './surroundings.js'
import { TOKEN_FACTS } from './tokens.js'
import { ZONE_FACTS } from './zones.js'

/** A fact about an attachment stands before those that change or delete it, and a dry run before the attach of its VPC. */
export const FACTS: readonly Fact[] = [
  ...ERROR_FACTS,
  ...EDITION_FACTS,
  ...ATTACH_FACTS,
  ...ZONE_FACTS,
  ...SECOND_ATTACH_FACTS,
  ...LIMIT_FACTS,
  ...PAGING_FACTS,
  ...ROUTING_FACTS,
  ...TOKEN_FACTS,
  ...GRANT_FACTS,
  ...BASIC_FACTS,
  ...DETACH_FACTS,
  ...SURROUNDING_FACTS,
]
