/** Metrics for Prometheus: a registry, and the HTTP server that exposes it, with the health of the worker. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Health, HealthReport } from './health.js'
import { BUCKETS, METRICS, type Metric, type MetricName, type RecordMetric } from './metrics.js'

export interface ListenAddress {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
}

export interface Prometheus {
  readonly record: RecordMetric
  /** `http://host:port/metrics` */
  readonly url: string
  stop(): Promise<void>
}

/** Serves `GET /metrics`, and with `health` also `/healthz` and `/readyz`. Rejects if the address cannot be bound. */
export async function startPrometheus({ host, port }: ListenAddress, health?: Health): Promise<Prometheus> {
  const registry = new Registry()
  const recorders = new Map(
    Object.entries(METRICS).map(([name, metric]) => [name as MetricName, recorderOf(metric, registry)]),
  )
  const pages: Readonly<Record<string, () => Promise<Page>>> = {
    '/metrics': async () => ({ status: 200, type: registry.contentType, text: await registry.metrics() }),
    ...(health && {
      '/healthz': async () => healthPage(health.alive()),
      '/readyz': async () => healthPage(await health.ready()),
    }),
  }
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const page = Object.hasOwn(pages, path) && request.method === 'GET' ? pages[path] : undefined
    if (!page) return void response.writeHead(404).end()
    page().then(
      ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { address, family, port: taken } = server.address() as AddressInfo
  return {
    record: (metric, value, label) => recorders.get(metric)?.(value, label),
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Page {
  readonly status: number
  readonly type: string
  readonly text: string
}

const healthPage = ({ ok, checks }: HealthReport): Page => ({
  status: ok ? 200 : 503,
  type: 'application/json',
  text: `${JSON.stringify({ ok, checks })}\n`,
})

function recorderOf(metric: Metric, registry: Registry): (value: number, label?: string) => void {
  const { prometheus: name, help, label: labelName } = metric
  const facts = { name, help, labelNames: labelName === undefined ? [] : [labelName], registers: [registry] }
  const labels = (label = ''): Record<string, string> => (labelName === undefined ? {} : { [labelName]: label })
  switch (metric.kind) {
    case 'counter': {
      const counter = new Counter(facts)
      return (value, label) => counter.inc(labels(label), value)
    }
    case 'gauge': {
      const gauge = new Gauge(facts)
      return (value, label) => gauge.set(labels(label), value)
    }
    case 'histogram': {
      const histogram = new Histogram({ ...facts, buckets: BUCKETS })
      return (value, label) => histogram.observe(labels(label), value)
    }
  }
}
