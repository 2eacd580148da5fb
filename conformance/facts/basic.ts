/** Facts about Basic Edition. They need a Basic router, which is no longer sold outside the areas of CCN. */
import { legacyAttached, legacyDetached, legacyOwner, legacyStart } from '../lab/fixtures/legacy.js'
import { type Fact, is, oneOf, seconds, withinSeconds } from './fact.js'

const TF = "Terraform's provider, service_alicloud_cbn.go"

export const BASIC_FACTS: readonly Fact[] = [
  {
    id: 'basic.absent',
    sentence: 'DescribeCenAttachedChildInstanceAttribute of what is not attached answers ParameterInstanceId',
    certainty: 'C',
    source: TF,
    expected: oneOf('ParameterInstanceId', 'ParameterCenInstanceId', 'ParameterError'),
    prove: async (lab) => (await lab.use(legacyStart)).absent,
  },
  {
    id: 'basic.asynchronous',
    sentence: 'AttachCenChildInstance is asynchronous: Attaching, then Attached, as the CEN of the call reports',
    certainty: 'I',
    source: 'the states are documented, the word asynchronous is not',
    assumedIn: 'lib/alibaba/basic/state-reader.ts createStateReader',
    expected: is('Attaching, Attached'),
    prove: async (lab) => (await lab.use(legacyAttached)).statuses.join(', '),
  },
  {
    id: 'basic.lasts',
    sentence: 'An attach on Basic Edition lasts at most a minute',
    certainty: 'I',
    source: "acceptance tests of Terraform's provider: 28 to 44 s with everything",
    assumedIn: 'lib/alibaba/basic/driver.ts RULES (durations.longestMs)',
    expected: withinSeconds(60),
    prove: async (lab) => seconds((await lab.use(legacyAttached)).ms),
  },
  {
    id: 'basic.attach-time',
    sentence: 'ChildInstanceAttachTime is in UTC, cut to the minute',
    certainty: 'D',
    source: 'page DescribeCenAttachedChildInstances',
    expected: is('cut to the minute'),
    prove: async (lab) => {
      const time = String((await lab.use(legacyAttached)).entry?.ChildInstanceAttachTime)
      return /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(time) ? 'cut to the minute' : time
    },
  },
  {
    id: 'basic.attached-already',
    sentence: 'A second attach to the same CEN answers ChildInstanceAlreadyAttached, as one to another CEN does',
    certainty: 'I',
    source: 'the page names another CEN only',
    assumedIn: 'lib/domain/codes/basic.ts BASIC_CODES',
    expected: is('InvalidOperation.ChildInstanceAlreadyAttached'),
    prove: async (lab) => (await lab.use(legacyAttached)).again,
  },
  {
    id: 'basic.detached',
    sentence: 'A detached child is Detaching, then absent',
    certainty: 'C',
    source: TF,
    expected: is('ParameterInstanceId'),
    prove: async (lab) => (await lab.use(legacyDetached)).absent,
  },
  {
    id: 'basic.detach-repeated',
    sentence: 'A second detach answers that there is no such child',
    certainty: 'C',
    source: "Terraform's provider, resource_alicloud_cen_instance_attachment.go (delete)",
    expected: oneOf('ParameterInstanceId', 'Bid.NotFound'),
    prove: async (lab) => (await lab.use(legacyDetached)).repeated,
  },
  {
    id: 'basic.detach-by-owner',
    sentence: 'The owner of the child may detach it with CenOwnerId',
    certainty: 'I',
    source: "the parameter exists; Terraform's provider has it for deletions",
    question: 13,
    assumedIn: 'lib/emulator/actions/cbn/detach-cen-child-instance.ts answerDetachCenChildInstance',
    expected: is('accepted'),
    prove: async (lab) => (await lab.use(legacyOwner)).byOwner,
  },
]
