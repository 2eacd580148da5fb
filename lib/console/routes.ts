/** The routes of the console, by method and path. */
import type { CampaignRecord } from '../campaigns/record.js'
import { draw } from '../campaigns/reports/charts/draw.js'
import { overTimeChart } from '../campaigns/reports/charts/over-time.js'
import { lifelinesChart } from '../campaigns/reports/charts/row-timelines.js'
import { html } from '../campaigns/reports/html/template.js'
import { type ConsoleDeadLetters, type RedriveCommand, type RedriveSummary, readRedriveCommand } from './protocol.js'
import { type HttpAnswer, json } from './respond.js'

export interface ConsoleBackend {
  letters(): Promise<ConsoleDeadLetters>
  redrive(command: RedriveCommand): Promise<RedriveSummary>
  record(): CampaignRecord
}

export interface Assets {
  readonly script: string
  readonly style: string
}

export interface Route {
  /** Needs no token: the page itself, without any data. */
  readonly open?: boolean
  readonly answer: (request: { readonly url: URL; readonly body: string }) => HttpAnswer | Promise<HttpAnswer>
}

/** The charts of the report, drawn from the record so far. */
const CHARTS = { 'over-time': overTimeChart, lifelines: lifelinesChart } as const
/** In pixels. */
const [MIN_WIDTH, MAX_WIDTH] = [240, 2_400]

export function routesOf(backend: ConsoleBackend, { script, style }: Assets): ReadonlyMap<string, Route> {
  const fixed = (type: string, text: string): Route => ({ open: true, answer: () => ({ type, text }) })
  const charts = Object.entries(CHARTS).map(([name, chartOf]): [string, Route] => [
    `GET /api/charts/${name}`,
    {
      async answer({ url }) {
        const width = Math.round(Number(url.searchParams.get('width')) || 0)
        const { specOf } = chartOf(backend.record())
        const chart = await draw(specOf(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width))))
        return { type: 'image/svg+xml', text: chart.text }
      },
    },
  ])
  return new Map<string, Route>([
    ['GET /', fixed('text/html', PAGE_SHELL)],
    ['GET /console.js', fixed('text/javascript', script)],
    ['GET /console.css', fixed('text/css', style)],
    ['GET /icon.svg', fixed('image/svg+xml', ICON)],
    ['GET /api/letters', { answer: async () => json(await backend.letters()) }],
    [
      'POST /api/redrive',
      {
        async answer({ body }) {
          const command = readRedriveCommand(body)
          return command ? json(await backend.redrive(command)) : json({ why: 'it names no messages' }, 400)
        },
      },
    ],
    ...charts,
  ])
}

const PAGE_SHELL = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campaign console</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
</head>
<body><div id="console"><noscript>The console needs scripts; the report of a campaign (--report) does not.</noscript></div></body>
</html>
`.text

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g stroke="#2b6cb0" stroke-width="1.5"><path d="M8 8 3 3M8 8l5-5M8 8v6"/></g><g fill="#2b6cb0"><circle cx="8" cy="8" r="3"/><circle cx="3" cy="3" r="2"/><circle cx="13" cy="3" r="2"/><circle cx="8" cy="14" r="2"/></g></svg>'
