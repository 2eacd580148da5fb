/** The control endpoint, beside Alibaba's API: reads the state, sets the fault plan, advances the clock. */
import * as v from 'valibot'
import type { Clock } from '../../domain/clock.js'
import type { Emulator } from '../emulator.js'
import { FaultPlanEntry } from '../world/fault-plan.js'

export const CONTROL_PATH = '/_emulator/'

interface ControlAnswer {
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
    transitRouterAttachments: world.enterprise.records.attachments.all(clock.now()),
    grants: world.grants.listInForce(clock.now()),
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

/** Answers 400 with the reason if the body is invalid. Never throws. */
export function control(
  method: string,
  path: string,
  body: string,
  emulator: Emulator,
  clock: ShiftedClock,
): ControlAnswer {
  const answer = CONTROLS[`${method} ${path.slice(CONTROL_PATH.length)}`]
  if (!answer) return { http: 404, body: { controls: Object.keys(CONTROLS) } }
  try {
    return { http: 200, body: answer(body, emulator, clock) }
  } catch (error) {
    return { http: 400, body: { message: (error as Error).message } }
  }
}

/** A clock that the control endpoint can advance. */
export interface ShiftedClock extends Clock {
  /** Advances the clock, in milliseconds. */
  advance(ms: number): void
}

export function createShiftedClock(clock: Clock): ShiftedClock {
  let shiftMs = 0
  return {
    now: () => clock.now() + shiftMs,
    sleep: clock.sleep,
    advance(ms) {
      shiftMs += ms
    },
  }
}
