/** The map: every CEN, its regions, and their child instances one by one where they are few. */
import { useMemo } from 'preact/hooks'
import { countsText, type MapCen, type MapRegion, MOST_SHOWN } from '../campaign/console/cen-map.js'
import type { Choice } from '../campaign/console/choice.js'
import { presentIn, STANDINGS, standingOf } from '../campaign/report/standing.js'
import { number } from '../campaign/report/words.js'
import { StandingBar } from './standing-bar.js'

interface MapProps {
  readonly cens: readonly MapCen[]
  readonly choice: Choice
  readonly choose: (place: { cenId?: string; regionId?: string }) => void
}

export function CenMap({ cens, choice, choose }: MapProps) {
  return (
    <section class="card" aria-labelledby="map-title">
      <h2 id="map-title">
        CENs, regions, networks <small>{number(cens.length)}</small>
      </h2>
      <ul class="map" aria-labelledby="map-title">
        {cens.map(({ cenId, counts, rows, regions }) => {
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
                    isChosen={choice.cenId === cenId && choice.regionId === region.regionId}
                    choose={(regionId) => choose(regionId === undefined ? {} : { cenId, regionId })}
                  />
                ))}
              </ul>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

interface RegionProps {
  readonly region: MapRegion
  readonly isChosen: boolean
  readonly choose: (regionId: string | undefined) => void
}

function Region({ region: { regionId, counts, rows }, isChosen, choose }: RegionProps) {
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
      {rows.length <= MOST_SHOWN && <Cells rows={rows} />}
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
