/** What a result shows of an attachment, as text: columns of the CSV report, and facts of the pages and of a dry run. */
import type { AttachmentDetails, RequestAction } from '../../domain/attachment.js'
import { textOfList, textOfZoneMappings } from '../../domain/options/to-text.js'
import { withoutEmpty } from '../../domain/record.js'

/** The columns of the CSV report; they differ from the fields of a request, which say what was asked for. */
export const DETAIL_COLUMNS = [
  'edition',
  'transitRouterId',
  'transitRouterAttachmentId',
  'zones',
  'association',
  'propagation',
  'routes',
] as const
type DetailColumn = (typeof DETAIL_COLUMNS)[number]

interface DetailFact {
  readonly label: string
  readonly textOf: (details: AttachmentDetails) => string | undefined
}

const list = (values: readonly string[] | undefined): string | undefined =>
  values?.length === 0 ? 'none' : textOfList(values)

const FACTS: Readonly<Record<DetailColumn, DetailFact>> = {
  edition: { label: 'edition', textOf: ({ edition }) => edition },
  transitRouterId: { label: 'router', textOf: ({ transitRouterId }) => transitRouterId },
  transitRouterAttachmentId: {
    label: 'attachment',
    textOf: ({ transitRouterAttachmentId }) => transitRouterAttachmentId,
  },
  zones: { label: 'zones', textOf: ({ zoneMappings }) => textOfZoneMappings(zoneMappings) || undefined },
  association: { label: 'association', textOf: ({ associationRouteTableId }) => associationRouteTableId },
  propagation: { label: 'propagation', textOf: ({ propagationRouteTableIds }) => list(propagationRouteTableIds) },
  routes: {
    label: 'VPC routes',
    textOf: ({ vpcRoutes }) => (typeof vpcRoutes === 'string' ? vpcRoutes : list(vpcRoutes)),
  },
}

/** In the CSV report they are in the column of a dry run's reasons. */
const OTHER_ZONES: DetailFact = { label: 'other zones', textOf: ({ reasons }) => reasons?.join(' ') }

/** The texts by column; only those that are known. */
export const detailCells = (details: AttachmentDetails = {}): { [Column in DetailColumn]?: string } =>
  withoutEmpty(Object.fromEntries(DETAIL_COLUMNS.map((column) => [column, FACTS[column].textOf(details)])))

/** The known facts with their labels, in the order of the columns. */
export const detailFacts = (details: AttachmentDetails = {}): [label: string, text: string][] =>
  [...DETAIL_COLUMNS.map((column) => FACTS[column]), OTHER_ZONES].flatMap(({ label, textOf }) => {
    const text = textOf(details)
    return text === undefined ? [] : [[label, text]]
  })

/** A record without an action attaches. */
export const requestedAction = ({ action = 'attach' }: { readonly action?: RequestAction }): RequestAction => action
