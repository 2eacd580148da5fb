/** What the checks may read. Every answer is read once, whoever asks; nothing is changed, and no method rejects. */
import type { CenSummary } from '../alibaba/basic/cbn.js'
import type { ListedRouter } from '../alibaba/enterprise/calls/routers.js'
import type { IssuerFacts, ServerFacts } from '../alibaba/inspection/servers.js'
import type { AwsCaller } from '../aws/caller-identity.js'
import type { SimulatedAction } from '../aws/inspection/principal.js'
import type { QueueFacts, SubscriptionFacts } from '../aws/inspection/queue-facts.js'
import type { TriedRight } from '../aws/inspection/rights.js'
import type { Answer } from '../domain/failure.js'

interface AlibabaCaller {
  readonly accountId: string
  readonly arn: string
}

/** A call that only reads, by the right that it needs. */
interface TriedCall {
  readonly action: string
  readonly answer: Answer<unknown>
}

export interface Probes {
  readonly aws: {
    queue(url: string): Promise<Answer<QueueFacts>>
    subscriptions(): Promise<Answer<readonly SubscriptionFacts[]>>
    caller(): Promise<Answer<AwsCaller>>
    /** The rights of this caller on queues and topic. */
    rights(): Promise<readonly TriedRight[]>
    simulate(
      principal: string,
      actions: readonly string[],
      resource: string,
    ): Promise<Answer<readonly SimulatedAction[]>>
  }
  readonly keyless: {
    /** A fresh token: from its file, or from AWS. */
    token(): Promise<Answer<string>>
    issuer(url: string): Promise<Answer<IssuerFacts>>
  }
  readonly alibaba: {
    server(endpoint: string): Promise<Answer<ServerFacts>>
    /** Keys of the identity: for a role, a session is opened. */
    session(): Promise<Answer<unknown>>
    caller(): Promise<Answer<AlibabaCaller>>
    /** Reads of one CEN that the worker also makes. */
    rights(cenId: string): Promise<readonly TriedCall[]>
    /** The CENs of the account, 50 at most. */
    cens(): Promise<Answer<readonly CenSummary[]>>
    /** Undefined if there is none, or it is not visible. */
    cen(cenId: string): Promise<Answer<CenSummary | undefined>>
    routers(cenId: string): Promise<Answer<readonly ListedRouter[]>>
    zones(regionId: string): Promise<Answer<readonly string[]>>
    serviceIsOpen(): Promise<Answer<boolean>>
    hasServiceRole(): Promise<Answer<boolean>>
    /** Opens a session of the grant role in an owner's account, which may do nothing. */
    grantRole(ownerId: string): Promise<Answer<unknown>>
    /** Has the function in Function Compute read something. */
    callFunction(): Promise<Answer<unknown>>
  }
}
