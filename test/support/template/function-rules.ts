/** The rules of the function and of what feeds it. */
import { requestQueueIds } from '../../../deploy/request-queues.js'
import { PARAMETERS } from '../packaged.js'
import { drop, mapping, mappings, of, says, set, type TemplateRule } from './rule.js'

export const FUNCTION_RULES: readonly TemplateRule[] = [
  {
    says: 'hides a message for six timeouts of the function, and its batching window, at least',
    holds: (template) => {
      const { Timeout } = of(template, 'AttachLambdaFunction')
      const { MaximumBatchingWindowInSeconds = 0 } = mapping(template)
      return says({
        ...Object.fromEntries(
          requestQueueIds(PARAMETERS.producers).map((queue) => [
            queue,
            !(of(template, queue).VisibilityTimeout >= 6 * Timeout + MaximumBatchingWindowInSeconds),
          ]),
        ),
      })
    },
    broken: [
      set('RequestQueue', 'VisibilityTimeout', 179),
      set('FromSpokeQueue', 'VisibilityTimeout', 179),
      set('AttachLambdaFunction', 'Timeout', 60),
    ],
  },
  {
    says: 'runs on nodejs24.x and arm64',
    holds: (template) => {
      const { Runtime, Architectures } = of(template, 'AttachLambdaFunction')
      return says({ runtime: Runtime !== 'nodejs24.x', architecture: String(Architectures) !== 'arm64' })
    },
    broken: [
      set('AttachLambdaFunction', 'Runtime', 'nodejs18.x'),
      set('AttachLambdaFunction', 'Architectures', ['x86_64']),
    ],
  },
  {
    says: 'feeds the function from the request queue and that of each producer: partial answers, a cap, a batch and a window',
    holds: (template) => {
      const sources = mappings(template).map(({ EventSourceArn }) => EventSourceArn?.['Fn::GetAtt']?.[0])
      const others = mappings(template).map(({ EventSourceArn: _, FunctionName: _f, ...settings }) => settings)
      const { FunctionResponseTypes, ScalingConfig, BatchSize, MaximumBatchingWindowInSeconds } = mapping(template)
      return says({
        sources: String(sources) !== String(requestQueueIds(PARAMETERS.producers)),
        'unequal queues': new Set(others.map((settings) => JSON.stringify(settings))).size !== 1,
        'whole batches': !FunctionResponseTypes?.includes('ReportBatchItemFailures'),
        'no cap': !(ScalingConfig?.MaximumConcurrency >= 2),
        batch: !(BatchSize >= 1),
        window: !Number.isInteger(MaximumBatchingWindowInSeconds),
        'batch without a window': BatchSize > 10 && !(MaximumBatchingWindowInSeconds >= 1),
      })
    },
    broken: ['FunctionResponseTypes', 'ScalingConfig', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'EventSourceArn']
      .map((property) => set('AttachEventSourceMappingSQSRequestQueue', property, undefined))
      .concat(
        drop('AttachEventSourceMappingSQSFromVendingQueue'),
        set('AttachEventSourceMappingSQSFromSpokeQueue', 'FunctionResponseTypes', undefined),
      ),
  },
]
