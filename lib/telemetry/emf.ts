/** Metrics in the log for CloudWatch, in the embedded metric format (Amazon CloudWatch, Embedded Metric Format Specification). */
import { METRICS, type Metric, type MetricName, type RecordMetric } from './metrics.js'

const NAMESPACE = 'CenAttach'

/** The most values of one metric in a document (Specification, target members). */
const MAX_VALUES = 100

/** One line of the log. */
export interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[]
    }[]
  }
  readonly [member: string]: unknown
}

interface Emf {
  readonly record: RecordMetric
  /** The measurements since the last call, and every gauge. */
  documents(nowMs: number): EmfDocument[]
}

const DIMENSIONS: Readonly<Record<NonNullable<Metric['label']>, string>> = { kind: 'Kind', action: 'Action' }

/** Every metric has the dimension FunctionName; a metric with a label is reported in total and by its label. */
export function createEmf(functionName: string): Emf {
  /** Measurements by label, then by metric. */
  let recorded = new Map<string, Map<MetricName, number[]>>()
  const gauges = new Map<MetricName, number>()

  const record: RecordMetric = (name, value, label = '') => {
    const { kind }: Metric = METRICS[name]
    if (kind === 'gauge') return void gauges.set(name, value)
    const group = `${(METRICS[name] as Metric).label ?? ''} ${label}`
    const metrics = recorded.get(group) ?? new Map<MetricName, number[]>()
    recorded.set(group, metrics)
    const values = metrics.get(name)
    if (values === undefined) metrics.set(name, [value])
    else if (kind === 'histogram') values.push(value)
    else values[0] = (values[0] ?? 0) + value
  }

  const toDocuments = (group: string, metrics: ReadonlyMap<MetricName, number[]>, Timestamp: number): EmfDocument[] => {
    const at = group.indexOf(' ')
    const label = group.slice(0, at) as NonNullable<Metric['label']> | ''
    const dimension: Record<string, string> = label === '' ? {} : { [DIMENSIONS[label]]: group.slice(at + 1) }
    const Dimensions = [['FunctionName'], ...Object.keys(dimension).map((name) => ['FunctionName', name])]
    const members = [...metrics].flatMap(([name, values]) => {
      const { cloudWatch: Name, unit: Unit }: Metric = METRICS[name]
      return Name === undefined ? [] : [{ Name, Unit, values }]
    })
    const maxValues = Math.max(0, ...members.map(({ values }) => values.length))
    return Array.from({ length: Math.ceil(maxValues / MAX_VALUES) }, (_, index): EmfDocument => {
      const slice = members
        .map((one) => ({ ...one, values: one.values.slice(index * MAX_VALUES, (index + 1) * MAX_VALUES) }))
        .filter(({ values }) => values.length > 0)
      const Metrics = slice.map(({ Name, Unit }) => ({ Name, Unit }))
      return {
        _aws: { Timestamp, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions, Metrics }] },
        FunctionName: functionName,
        ...dimension,
        ...Object.fromEntries(slice.map(({ Name, values }) => [Name, values.length === 1 ? values[0] : values])),
      }
    })
  }

  return {
    record,
    documents(nowMs) {
      const groups = recorded
      recorded = new Map()
      const plain = groups.get(' ') ?? new Map<MetricName, number[]>()
      for (const [name, value] of gauges) plain.set(name, [value])
      groups.set(' ', plain)
      return [...groups].flatMap(([group, metrics]) => toDocuments(group, metrics, nowMs))
    },
  }
}
