/** The charts of a console: those of the report, drawn of what is known by now. */

import { extentOf, statusCountsOverTime } from '../campaigns/facts/row-timeline.js'
import type { CampaignRecord } from '../campaigns/record.js'
import { draw } from '../campaigns/reports/charts/draw.js'
import { overTime } from '../campaigns/reports/charts/over-time.js'
import { lifelines, longestWaiting } from '../campaigns/reports/charts/row-timelines.js'
import type { Markup } from '../campaigns/reports/html/template.js'

const STEPS = 160

/** By name; widths are in pixels. */
export const CHARTS: Readonly<Record<string, (record: CampaignRecord, width: number) => Promise<Markup>>> = {
  'over-time': (record, width) => draw(overTime(statusCountsOverTime(record, STEPS), width)),
  lifelines: (record, width) => {
    const extent = extentOf(record)
    return draw(lifelines(longestWaiting(record.rows, extent.endMs), extent, width))
  },
}
