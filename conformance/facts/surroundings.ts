/** Facts that cen-attach assumes of what is around the API. No call of the suite can show them: each names what would. */
import { type Fact, is, notRun } from './fact.js'

const INFERRED = { certainty: 'I' } as const

export const SURROUNDING_FACTS: readonly Fact[] = [
  {
    ...INFERRED,
    id: 'surroundings.function-error',
    sentence: 'An error of a function in Function Compute is answered by HTTP 200 with the header x-fc-error-type',
    source: 'the client @alicloud/fc2 throws for other statuses only',
    assumedIn: 'lib/alibaba/function/invocation.ts',
    expected: is('200, x-fc-error-type'),
    prove: notRun('needs a function in Function Compute; test it with ATTACHER=fc and `cen-attach doctor`'),
  },
  {
    ...INFERRED,
    id: 'surroundings.metadata-in-lambda',
    sentence: 'In AWS Lambda the default chain of credentials can only time out at its metadata step',
    source: 'source of @alicloud/credentials 2.4.7',
    assumedIn: 'lib/alibaba/credentials/key-source.ts defaultChain',
    expected: is('no keys'),
    prove: notRun('needs a function in AWS Lambda; a deployment gives it a role, keys or a secret instead'),
  },
  {
    ...INFERRED,
    id: 'surroundings.token-file-in-lambda',
    sentence: 'AWS Lambda has no OIDC token file; AWS STS gives the token',
    source: 'documentation of AWS Lambda',
    assumedIn: 'lib/aws/identity.ts getWebIdentityToken',
    expected: is('a token of AWS STS'),
    prove: notRun(
      'needs a function in AWS Lambda; `cen-attach doctor --stage STAGE` shows whether its token is accepted',
    ),
  },
  {
    ...INFERRED,
    id: 'surroundings.no-managed-bridge',
    sentence: 'No managed service brings messages of SQS to Function Compute',
    source: 'the lists of sources of EventBridge and of Function Compute have none of AWS',
    assumedIn: 'functions/aws-lambda.ts handler',
    expected: is('none'),
    prove: notRun('the absence of a service cannot be shown by a call'),
  },
  {
    ...INFERRED,
    id: 'surroundings.ram-resources',
    sentence: 'The names of the RAM resources of transit routers that no page documents are as in the policies',
    source: 'derived from those that are documented',
    assumedIn: 'lib/alibaba/permissions.ts ALIBABA_PERMISSIONS',
    expected: is('no call is denied'),
    prove: notRun('needs keys with docs/ram/worker-policy.json only; a worker that runs under it shows it'),
  },
]
