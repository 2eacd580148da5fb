/** The emulator's control endpoint, beside Alibaba's wire: reads its state, sets its fault plan, moves its clock. */
import * as v from 'valibot'
import type { Emulator } from './emulator.js'
import { FaultPlanEntry } from './fault-file.js'
import type { ShiftedClock } from './shifted-clock.js'

export const CONTROL_PATH = '/_emulator/'

export interface ControlAnswer {
  readonly http: number
  readonly body: unknown
}

type Control = (body: string, emulator: Emulator, clock: ShiftedClock) => unknown

const Advance = v.strictObject({ advanceMs: v.pipe(v.number(), v.minValue(0)) })

/** `GET state` · `PUT faults` with a fault plan · `POST clock` with `{ "advanceMs": … }`. */
const CONTROLS: Readonly<Record<string, Control>> = {
  'GET state': (_body, { world, journal }, clock) => ({
    nowMs: clock.now(),
    attachments: world.records(clock.now()),
    grants: world.grants.written(clock.now()),
    roles: world.roles.map(({ externalId: _, ...role }) => role),
    sessions: world.sessions.list().map(({ policies: _, ...session }) => session),
    journal,
  }),
  'PUT faults': (body, { faults }) => {
    const entries = v.parse(v.array(FaultPlanEntry), JSON.parse(body))
    faults.set(entries)
    return { faults: entries.length }
  },
  'POST clock': (body, _emulator, clock) => {
    clock.advance(v.parse(Advance, JSON.parse(body)).advanceMs)
    return { nowMs: clock.now() }
  },
}

/** Answers 400 with the reason for a body that cannot be read. Never throws. */
export function control(
  method: string,
  path: string,
  body: string,
  emulator: Emulator,
  clock: ShiftedClock,
): ControlAnswer {
  const act = CONTROLS[`${method} ${path.slice(CONTROL_PATH.length)}`]
  if (!act) return { http: 404, body: { controls: Object.keys(CONTROLS) } }
  try {
    return { http: 200, body: act(body, emulator, clock) }
  } catch (error) {
    return { http: 400, body: { message: (error as Error).message } }
  }
}
