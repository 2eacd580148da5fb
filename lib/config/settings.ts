/** The descriptions of all settings, for `--help` and the documentation. */

interface Setting {
  readonly name: string
  readonly meaning: string
  readonly default?: string
}

export const SETTINGS: readonly Setting[] = [
  { name: 'REQUEST_QUEUE_URL', meaning: 'queue that requests arrive on' },
  { name: 'DEAD_LETTER_QUEUE_URL', meaning: 'queue for requests that failed for good' },
  { name: 'RESULT_TOPIC_ARN', meaning: 'topic that results are published on' },
  {
    name: 'ATTACHMENT_POLICY',
    meaning: 'who may ask for what: the path of a policy file, the policy as JSON, or `allow-all` for every sender',
  },
  { name: 'RESULT_SOURCE', meaning: 'the `source` of every result, a URI reference', default: 'urn:cen-attach' },
  {
    name: 'REQUEST_TTL_SECONDS',
    meaning: 'how long a request lives without a `notAfter`, 1 to 259200',
    default: '86400',
  },
  { name: 'CONCURRENCY', meaning: 'messages that the worker handles at once, 1 to 1000', default: '100' },
  {
    name: 'CALLS_PER_SECOND_MAX',
    meaning: 'calls of one Alibaba API a second, 1 to 1000; found by feedback below it',
    default: '100',
  },
  {
    name: 'ATTACHES_PER_CEN_MAX',
    meaning: 'attachments under way at once on one CEN, 1 to 1000; found by feedback below it',
    default: '50',
  },
  { name: 'LOG_LEVEL', meaning: 'debug, info, warn or error', default: 'info' },
  {
    name: 'METRICS_PORT',
    meaning: "port of the worker's metrics for Prometheus and of /healthz and /readyz; 0 picks one",
    default: 'none',
  },
  { name: 'METRICS_HOST', meaning: 'address that it listens on', default: '127.0.0.1' },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    meaning: 'collector that spans are sent to, by http/json; also OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: 'none: nothing is traced',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    meaning: 'headers for the collector, key=value, separated by commas; also OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  },
  { name: 'OTEL_EXPORTER_OTLP_TIMEOUT', meaning: 'how long the collector may take, in milliseconds', default: '5000' },
  { name: 'OTEL_SERVICE_NAME', meaning: 'who sends the spans; also OTEL_RESOURCE_ATTRIBUTES', default: 'cen-attach' },
  {
    name: 'ATTACHER',
    meaning: '`direct`: call Alibaba from here; `fc`: have the function in Function Compute do so',
    default: 'direct',
  },
  { name: 'ATTACHER_FC_ACCOUNT_ID', meaning: 'account that the function is in' },
  { name: 'ATTACHER_FC_REGION', meaning: 'region that the function is in' },
  { name: 'ATTACHER_FC_FUNCTION', meaning: "the function's name" },
  { name: 'ATTACHER_FC_SERVICE', meaning: "the function's service, where it is one of Function Compute 2.0" },
  {
    name: 'ATTACHER_FC_ENDPOINT',
    meaning: 'https://host[:port] of Function Compute; http only for loopback',
    default: 'https://ACCOUNT.REGION.fc.aliyuncs.com',
  },
  { name: 'CEN_OWNER_ID', meaning: 'account that owns the CENs', default: 'the account of the credentials' },
  {
    name: 'CBN_ENDPOINT',
    meaning: 'https://host[:port] of the CEN API; http only for loopback',
    default: 'https://cbn.aliyuncs.com',
  },
  {
    name: 'STS_ENDPOINT',
    meaning: 'https://host[:port] of the STS API; http only for loopback',
    default: 'https://sts.aliyuncs.com',
  },
  {
    name: 'RAM_ENDPOINT',
    meaning: 'https://host[:port] of the RAM API, which only doctor calls; http only for loopback',
    default: 'https://ram.aliyuncs.com',
  },
  {
    name: 'VPC_ENDPOINT',
    meaning: 'https://host[:port] of the VPC API, for grants; http only for loopback',
    default: 'https://vpc.REGION.aliyuncs.com',
  },
  {
    name: 'SMARTAG_ENDPOINT',
    meaning: 'https://host[:port] of the Smartag API, for grants of a CCN; http only for loopback',
    default: 'https://smartag.REGION.aliyuncs.com',
  },
  {
    name: 'GRANT_ROLE_NAME',
    meaning: 'role to assume in the account of an owner, to grant for it',
    default: 'none: the result names the call that the owner must make',
  },
  {
    name: 'TRANSIT_ROUTER',
    meaning: 'a region without a transit router: `create` makes an Enterprise one, `existing` fails the request',
    default: 'create',
  },
  {
    name: 'ROUTING',
    meaning: 'what the routing fields of a request default to: `connected` (system table, private routes) or `none`',
    default: 'connected',
  },
  {
    name: 'GRANT_ORDER_TYPE',
    meaning: 'who pays for what a grant allows: `PayByCenOwner` or `PayByResourceOwner`',
    default: 'PayByCenOwner',
  },
  { name: 'AWS_REGION', meaning: 'region of the queues and the topic', default: 'the one in the queue URL' },
  {
    name: 'AWS_ENDPOINT_URL',
    meaning: 'another server for SQS and SNS; also AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_SNS',
  },
  {
    name: 'AWS_ACCESS_KEY_ID',
    meaning: 'and AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE …: the default chain of the AWS SDK',
  },
  {
    name: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
    meaning: 'and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN: keys to call Alibaba with',
    default: 'the default chain of @alicloud/credentials',
  },
  {
    name: 'ALIBABA_CLOUD_CREDENTIALS_SECRET',
    meaning: 'ARN of a secret of AWS Secrets Manager that holds the keys, as JSON with accessKeyId and accessKeySecret',
    default: 'none',
  },
  {
    name: 'ALIBABA_CLOUD_ROLE_ARN',
    meaning: 'RAM role to assume, by the keys or by an OIDC token; also ALIBABA_CLOUD_ROLE_SESSION_NAME',
  },
  {
    name: 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
    meaning: 'OIDC provider that trusts the token; without a token file, AWS is asked for one (keyless)',
  },
  {
    name: 'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
    meaning: 'file that holds the OIDC token, read anew for every session',
  },
  {
    name: 'ALIBABA_CLOUD_OIDC_AUDIENCE',
    meaning: 'audience of the token that AWS is asked for',
    default: 'sts.aliyuncs.com',
  },
]
