/** The charts of a console: those of the report, drawn of what is known by now. */
import type { CampaignRecord } from '../campaign-record.js'
import { draw } from '../report/draw.js'
import type { Markup } from '../report/html.js'
import { extentOf, standingsOverTime } from '../report/lifeline.js'
import { chosenRows, lifelines } from '../report/lifelines-chart.js'
import { overTime } from '../report/time-charts.js'

const STEPS = 160

/** By name; widths are in pixels. */
export const CHARTS: Readonly<Record<string, (record: CampaignRecord, width: number) => Promise<Markup>>> = {
  'over-time': (record, width) => draw(overTime(standingsOverTime(record, STEPS), width)),
  lifelines: (record, width) => {
    const extent = extentOf(record)
    return draw(lifelines(chosenRows(record.rows, extent.endMs), extent, width))
  },
}
