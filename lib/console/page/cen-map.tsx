/** The map: every CEN, its regions, and their child instances one by one if they are few. */
import { useMemo, useState } from 'preact/hooks'
import { number } from '../../campaigns/facts/format.js'
import { countsText, presentStatuses, STATUS_DISPLAY, statusOf } from '../../campaigns/facts/row-status.js'
import { MAX_CELLS, type MapCen, type MapRegion } from '../model/cen-map.js'
import type { RowFilter } from '../model/row-filter.js'
import { StatusBar } from './status.js'

interface MapProps {
  readonly cens: readonly MapCen[]
  readonly filter: RowFilter
  readonly select: (area: { cenId?: string; regionId?: string }) => void
}

/** The CENs shown at first, and by each "Show more CENs": more take long to draw. */
const MAX_CENS = 24

export function CenMap({ cens, filter, select }: MapProps) {
  const [most, setMost] = useState(MAX_CENS)
  const isFew = cens.reduce((total, { rows }) => total + rows, 0) <= MAX_CELLS
  return (
    <section class="card" aria-labelledby="map-title">
      <h2 id="map-title">
        CENs, regions, networks <small>{number(cens.length)}</small>
      </h2>
      <ul class="map" aria-labelledby="map-title">
        {cens.slice(0, most).map(({ cenId, counts, rows, regions }) => {
          const isChosen = filter.cenId === cenId && filter.regionId === undefined
          return (
            <li key={cenId}>
              <button
                type="button"
                class="place cen"
                aria-pressed={isChosen}
                onClick={() => select(isChosen ? {} : { cenId })}
              >
                <Named kind="CEN" name={cenId} description={countsText(counts, rows)} />
                <Tally counts={counts} />
              </button>
              <ul class="regions">
                {regions.map((region) => (
                  <Region
                    key={region.regionId}
                    region={region}
                    eachRow={isFew}
                    isChosen={filter.cenId === cenId && filter.regionId === region.regionId}
                    select={(regionId) => select(regionId === undefined ? {} : { cenId, regionId })}
                  />
                ))}
              </ul>
            </li>
          )
        })}
      </ul>
      {cens.length > most && (
        <p class="split">
          <span class="muted">
            the {number(most)} largest of {number(cens.length)}
          </span>
          <button type="button" onClick={() => setMost(most + MAX_CENS)}>
            Show more CENs
          </button>
        </p>
      )}
    </section>
  )
}

interface RegionProps {
  readonly region: MapRegion
  /** Whether its child instances are shown one by one. */
  readonly eachRow: boolean
  readonly isChosen: boolean
  readonly select: (regionId: string | undefined) => void
}

function Region({ region: { regionId, counts, rows }, eachRow, isChosen, select }: RegionProps) {
  return (
    <li>
      <button
        type="button"
        class="place"
        aria-pressed={isChosen}
        onClick={() => select(isChosen ? undefined : regionId)}
      >
        <Named kind="Region" name={regionId} description={countsText(counts, rows.length)} />
        <StatusBar counts={counts} />
        <Tally counts={counts} />
      </button>
      {eachRow && <Cells rows={rows} />}
    </li>
  )
}

/** A name, with a description for screen readers of what position and colours show. */
const Named = ({ kind, name, description }: Readonly<Record<'kind' | 'name' | 'description', string>>) => (
  <span class={kind === 'CEN' ? 'id' : 'name'}>
    <span class="unseen">{kind} </span>
    {name}
    <span class="unseen">, {description}</span>
  </span>
)

const Tally = ({ counts }: Pick<MapRegion, 'counts'>) => (
  <span class="tally" aria-hidden="true">
    {presentStatuses(counts).map((name) => (
      <span key={name} class={`mark ${name}`} data-glyph={STATUS_DISPLAY[name].glyph}>
        {number(counts[name])}
      </span>
    ))}
  </span>
)

/** Drawn again only if a status changed. */
function Cells({ rows }: Pick<MapRegion, 'rows'>) {
  return useMemo(
    () => (
      <ul class="cells">
        {rows.map((row) => {
          const status = statusOf(row)
          const description = `${row.attachment.childInstanceId}: ${STATUS_DISPLAY[status].label}`
          return (
            <li
              key={row.requestId}
              class={`mark ${status}`}
              data-glyph={STATUS_DISPLAY[status].glyph}
              title={description}
            >
              <span class="unseen">{description}</span>
            </li>
          )
        })}
      </ul>
    ),
    [rows.map(statusOf).join()],
  )
}
