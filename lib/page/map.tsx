/** The map: every CEN, its regions, and their child instances one by one where they are few. */
import { useMemo, useState } from 'preact/hooks'
import { countsText, type MapCen, type MapRegion, MOST_CELLS } from '../campaign/console/cen-map.js'
import type { Choice } from '../campaign/console/choice.js'
import { presentIn, STANDINGS, standingOf } from '../campaign/report/standing.js'
import { number } from '../campaign/report/words.js'
import { StandingBar } from './standing-bar.js'

interface MapProps {
  readonly cens: readonly MapCen[]
  readonly choice: Choice
  readonly choose: (place: { cenId?: string; regionId?: string }) => void
}

/** More at once take long to draw, and nobody reads them. */
const MOST_CENS = 24

export function CenMap({ cens, choice, choose }: MapProps) {
  const [most, setMost] = useState(MOST_CENS)
  const isFew = cens.reduce((total, { rows }) => total + rows, 0) <= MOST_CELLS
  return (
    <section class="card" aria-labelledby="map-title">
      <h2 id="map-title">
        CENs, regions, networks <small>{number(cens.length)}</small>
      </h2>
      <ul class="map" aria-labelledby="map-title">
        {cens.slice(0, most).map(({ cenId, counts, rows, regions }) => {
          const isChosen = choice.cenId === cenId && choice.regionId === undefined
          return (
            <li key={cenId}>
              <button
                type="button"
                class="place cen"
                aria-pressed={isChosen}
                onClick={() => choose(isChosen ? {} : { cenId })}
              >
                <Named kind="CEN" name={cenId} said={countsText(counts, rows)} />
                <Tally counts={counts} />
              </button>
              <ul class="regions">
                {regions.map((region) => (
                  <Region
                    key={region.regionId}
                    region={region}
                    eachRow={isFew}
                    isChosen={choice.cenId === cenId && choice.regionId === region.regionId}
                    choose={(regionId) => choose(regionId === undefined ? {} : { cenId, regionId })}
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
          <button type="button" onClick={() => setMost(most + MOST_CENS)}>
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
  readonly choose: (regionId: string | undefined) => void
}

function Region({ region: { regionId, counts, rows }, eachRow, isChosen, choose }: RegionProps) {
  return (
    <li>
      <button
        type="button"
        class="place"
        aria-pressed={isChosen}
        onClick={() => choose(isChosen ? undefined : regionId)}
      >
        <Named kind="Region" name={regionId} said={countsText(counts, rows.length)} />
        <StandingBar counts={counts} />
        <Tally counts={counts} />
      </button>
      {eachRow && <Cells rows={rows} />}
    </li>
  )
}

/** What is seen by its place and its colours is said in words. */
const Named = ({ kind, name, said }: Readonly<Record<'kind' | 'name' | 'said', string>>) => (
  <span class={kind === 'CEN' ? 'id' : 'name'}>
    <span class="unseen">{kind} </span>
    {name}
    <span class="unseen">, {said}</span>
  </span>
)

const Tally = ({ counts }: Pick<MapRegion, 'counts'>) => (
  <span class="tally" aria-hidden="true">
    {presentIn(counts).map((name) => (
      <span key={name} class={`mark ${name}`} data-glyph={STANDINGS[name].glyph}>
        {number(counts[name])}
      </span>
    ))}
  </span>
)

/** They are drawn anew only where one of them stands otherwise than before. */
function Cells({ rows }: Pick<MapRegion, 'rows'>) {
  return useMemo(
    () => (
      <ul class="cells">
        {rows.map((row) => {
          const standing = standingOf(row)
          const said = `${row.attachment.childInstanceId}: ${STANDINGS[standing].label}`
          return (
            <li key={row.requestId} class={`mark ${standing}`} data-glyph={STANDINGS[standing].glyph} title={said}>
              <span class="unseen">{said}</span>
            </li>
          )
        })}
      </ul>
    ),
    [rows.map(standingOf).join()],
  )
}
