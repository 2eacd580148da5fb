/**
 * The command lines that the `aliyun` CLI accepts, as data, for the APIs that our commands name (aliyun-cli 3: openapi/commando.go,
 * openapi/rpc.go, openapi/force_rpc.go, config/flags.go).
 */

/** By product, in the CLI's own metadata: the parameters of an API, `.N.` for an index. Smartag is a product without APIs. */
const METADATA: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  cbn: {
    GrantInstanceToTransitRouter: ['RegionId', 'InstanceId', 'InstanceType', 'CenId', 'CenOwnerId', 'OrderType'],
    RevokeInstanceFromTransitRouter: ['RegionId', 'InstanceId', 'InstanceType', 'CenId', 'CenOwnerId'],
    OpenTransitRouterService: ['ClientToken'],
    CreateTransitRouter: ['CenId', 'RegionId', 'ClientToken', 'DryRun', 'SupportMulticast'],
    ListTransitRouterAvailableResource: ['RegionId', 'SupportMulticast'],
    DeleteTransitRouterRouteEntry: ['TransitRouterRouteEntryId', 'TransitRouterRouteTableId', 'ClientToken', 'DryRun'],
    DeleteTransitRouterPrefixListAssociation: [
      'PrefixListId',
      'TransitRouterId',
      'TransitRouterTableId',
      'NextHop',
      'NextHopType',
      'RegionId',
    ],
    DisassociateTransitRouterMulticastDomain: ['TransitRouterMulticastDomainId', 'TransitRouterAttachmentId'],
    DeleteFlowlog: ['FlowLogId', 'RegionId'],
    UnroutePrivateZoneInCenToVpc: ['CenId', 'AccessRegionId'],
    DeleteCenChildInstanceRouteEntryToCen: [
      'CenId',
      'ChildInstanceId',
      'ChildInstanceType',
      'ChildInstanceRegionId',
      'RouteTableId',
      'DestinationCidrBlock',
    ],
  },
  vpc: {
    RevokeInstanceFromCen: ['RegionId', 'InstanceId', 'InstanceType', 'CenId', 'CenOwnerId', 'ClientToken'],
    DeleteRouteEntry: ['RegionId', 'RouteEntryId', 'RouteTableId', 'DestinationCidrBlock', 'NextHopId'],
    DeleteVbrHa: ['RegionId', 'InstanceId', 'ClientToken', 'DryRun'],
    DeleteRouterInterface: ['RegionId', 'RouterInterfaceId', 'ClientToken'],
    UnassociatePhysicalConnectionFromVirtualBorderRouter: ['RegionId', 'VbrId', 'PhysicalConnectionId'],
    GrantInstanceToCen: ['RegionId', 'InstanceId', 'InstanceType', 'CenId', 'CenOwnerId', 'ClientToken'],
  },
  smartag: {},
  // ResourceManager 2020-03-31.
  resourcemanager: {
    CheckAccountDelete: ['AccountId'],
    GetAccountDeletionCheckResult: ['AccountId'],
    DeleteAccount: ['AccountId', 'AbandonableCheckId.N'],
    GetAccountDeletionStatus: ['AccountId'],
  },
  sts: { GetCallerIdentity: [] },
  ims: {
    CreateOIDCProvider: ['OIDCProviderName', 'IssuerUrl', 'ClientIds', 'Fingerprints'],
    DeleteOIDCProvider: ['OIDCProviderName'],
  },
  ram: {
    CreateServiceLinkedRole: ['ServiceName', 'CustomSuffix', 'Description'],
    CreateRole: ['RoleName', 'AssumeRolePolicyDocument'],
    CreatePolicy: ['PolicyName', 'PolicyDocument'],
    AttachPolicyToRole: ['PolicyType', 'PolicyName', 'RoleName'],
    DetachPolicyFromRole: ['PolicyType', 'PolicyName', 'RoleName'],
    DeletePolicy: ['PolicyName'],
    DeleteRole: ['RoleName'],
  },
  ros: {
    CreateStack: ['RegionId', 'StackName', 'TemplateBody', 'Parameters.N.ParameterKey', 'Parameters.N.ParameterValue'],
  },
}

/** Products whose endpoint is that of a region. */
const REGIONAL: ReadonlySet<string> = new Set(['vpc', 'smartag', 'ros'])
/** Flags of the CLI itself; with `--force` every other flag is a parameter. `RegionId` is a flag, too: `--force` drops it. */
const FLAGS: Readonly<Record<string, 'bare' | 'value'>> = { region: 'value', force: 'bare', RegionId: 'value' }

/** Every reason for which the CLI refuses a command or calls something else; none if the command works in any profile. */
export function faultsOfCommand(line: string): string[] {
  const [program, product = '', api = '', ...rest] = words(line)
  if (program !== 'aliyun') return [`${program} is not aliyun`]
  const apis = METADATA[product]
  if (!apis) return [`'${product}' is not a valid command or product`]
  const given = new Map<string, string | undefined>()
  const faults: string[] = []
  for (let index = 0; index < rest.length; index++) {
    const [word = '', next] = [rest[index], rest[index + 1]]
    if (!word.startsWith('--')) return [...faults, `too many arguments: ${word}`]
    const name = word.slice(2)
    if (given.has(name)) faults.push(`--${name} is given twice`)
    if (FLAGS[name] === 'bare') given.set(name, undefined)
    else if (next === undefined || next.startsWith('--')) faults.push(`--${name} needs a value`)
    else {
      given.set(name, next)
      index++
    }
  }
  const forced = given.has('force')
  if (!apis[api] && !forced) faults.push(`'${api}' is not a valid api, use --force`)
  const parameters = new Set([...(apis[api] ?? []), ...Object.keys(FLAGS)])
  for (const name of given.keys()) {
    if (!forced && !parameters.has(name.replace(/\.\d+\./, '.N.'))) faults.push(`--${name} is not a valid parameter`)
  }
  if (REGIONAL.has(product) && !given.has('region')) faults.push('the region is that of the profile')
  if (forced && given.has('RegionId')) faults.push('--RegionId is dropped with --force')
  if (!forced && given.has('RegionId') && given.get('RegionId') !== given.get('region'))
    faults.push('--RegionId and --region differ')
  return faults
}

/** Splits a command line as a shell does, without executing `$( )`. */
const words = (line: string): string[] =>
  (line.match(/(?:"(?:\$\((?:[^()])*\)|[^"])*"|\$\([^()]*\)|[^\s"])+/g) ?? []).map((word) =>
    /^"(.*)"$/.test(word) ? word.slice(1, -1) : word,
  )
