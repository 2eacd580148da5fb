/** What can be asked of the console, by method and path. */
import type { CampaignRecord } from '../campaign/campaign-record.js'
import { CHARTS } from '../campaign/console/charts.js'
import { type LettersTold, type RedriveTold, type RedriveWish, readWish } from '../campaign/console/wire.js'
import { type Answer, json } from './answer.js'
import { ICON, SHELL } from './shell.js'

export interface Desk {
  letters(): Promise<LettersTold>
  redrive(wish: RedriveWish): Promise<RedriveTold>
  record(): CampaignRecord
}

export interface Assets {
  readonly script: string
  readonly style: string
}

export interface Route {
  /** It is asked before there is a token, and says nothing. */
  readonly open?: boolean
  readonly answer: (asked: { readonly url: URL; readonly body: string }) => Answer | Promise<Answer>
}

const [NARROWEST, WIDEST] = [240, 2_400]

export function routesOf(desk: Desk, { script, style }: Assets): ReadonlyMap<string, Route> {
  const fixed = (type: string, text: string): Route => ({ open: true, answer: () => ({ type, text }) })
  const charts = Object.entries(CHARTS).map(([name, draw]): [string, Route] => [
    `GET /api/charts/${name}`,
    {
      async answer({ url }) {
        const width = Math.round(Number(url.searchParams.get('width')) || 0)
        const chart = await draw(desk.record(), Math.min(WIDEST, Math.max(NARROWEST, width)))
        return { type: 'image/svg+xml', text: chart.text }
      },
    },
  ])
  return new Map<string, Route>([
    ['GET /', fixed('text/html', SHELL)],
    ['GET /console.js', fixed('text/javascript', script)],
    ['GET /console.css', fixed('text/css', style)],
    ['GET /icon.svg', fixed('image/svg+xml', ICON)],
    ['GET /api/letters', { answer: async () => json(await desk.letters()) }],
    [
      'POST /api/redrive',
      {
        async answer({ body }) {
          const wish = readWish(body)
          return wish ? json(await desk.redrive(wish)) : json({ why: 'it does not say which letters' }, 400)
        },
      },
    ],
    ...charts,
  ])
}
