/** Codes of Enterprise Edition that no public page names: what the emulator answers instead, in one place. */
import { ASSUMED_CODES } from '../domain/codes/enterprise.js'

export const UNDOCUMENTED_CODES = {
  ...ASSUMED_CODES,
  noSuchAccount: 'Bid.NotFound',
  noSuchVpc: 'InvalidVpcId.NotFound',
  noSuchVbr: 'InvalidVbrId.NotFound',
  noSuchRouterTable: 'InvalidTransitRouterRouteTableId.NotFound',
  noSuchRouterRoute: 'InvalidTransitRouterRouteEntryId.NotFound',
  noSuchAssociation: 'InvalidRouteTableAssociation.NotFound',
  noSuchPropagation: 'InvalidRouteTablePropagation.NotFound',
  /** A route table of another router. */
  tableOfAnotherRouter: 'IllegalParam.TransitRouterRouteTableId',
  routerRouteExists: 'InstanceExist.TransitRouterRouteEntry',
  routerTableInUse: 'OperationFailed.RouteTableInUse',
  /** An association, a propagation or a route that is changing. */
  changing: 'IncorrectStatus.Status',
  routeQuota: 'QuotaExceeded.RouteEntry',
  noSuchRoute: 'InvalidRouteEntry.NotFound',
  noSuchRouteTable: 'InvalidRouteTableId.NotFound',
  /** A grant is revoked only after detaching. */
  revokeWhileAttached: 'InvalidOperation.AttachedChildInstanceExist',
  /** A PrivateZone rule blocks as on Basic Edition. */
  privateZone: 'Forbidden.PrivatezoneRouteExisted',
} as const
