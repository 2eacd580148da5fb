/** The decision over every combination of desired and observed state, knowledge, permission, setback and expiry. */
import { beforeAll, describe, expect, it } from 'vitest'
import { FAILURE_KINDS } from '../../../lib/domain/error-codes.js'
import { decide, NEXT_MOVES } from '../../../lib/reconcile/decision/decide.js'
import type {
  Desired,
  GrantStatus,
  Knowledge,
  Permission,
  Setback,
  Situation,
  Write,
} from '../../../lib/reconcile/decision/situation.js'
import type { Step } from '../../../lib/reconcile/decision/step.js'
import type { ObservedStatus } from '../../../lib/reconcile/driver.js'
import { apiSetback, failure, HOUR_MS, NOW_MS, situation } from '../../support/reconcile-context.js'

describe('every situation', () => {
  const STATUSES = Object.keys(NEXT_MOVES.attached) as ObservedStatus[]
  const WRITES: readonly Write[] = ['attach', 'route', 'detach']
  const observed = (status: ObservedStatus, alone: boolean): Knowledge => ({ is: 'observed', state: { status }, alone })
  const knowledges: Knowledge[] = [
    { is: 'unknown' },
    { is: 'untried' },
    ...WRITES.map((write): Knowledge => ({ is: 'pending', write })),
    ...STATUSES.flatMap((status) => [observed(status, false), observed(status, true)]),
    ...STATUSES.map((status): Knowledge => ({ is: 'observed', state: { status, isForeign: true }, alone: false })),
  ]
  const setbacks: (Setback | undefined)[] = [
    undefined,
    { from: 'host' },
    { from: 'breaker', waitMs: 1_000 },
    { from: 'limit', waitMs: 1_000, isSoon: true },
    ...(['observe', 'grant', 'revoke', ...WRITES] as const).flatMap((during) =>
      FAILURE_KINDS.map((kind) => apiSetback(during, failure(kind))),
    ),
    ...FAILURE_KINDS.map((kind) => ({ ...apiSetback('attach', failure(kind)), invisibleMs: 4_000 })),
  ]
  const refusal = failure('rejected', 'PolicyDenied')
  const permissions: Permission[] = [{ is: 'change' }, { is: 'observe', refusal }, { is: 'nothing', refusal }]

  /** What each desired state is combined with: no driver yet, an edition that was read, a grant to be taken back. */
  const VARIANTS: Readonly<Record<Desired, { grants: GrantStatus[]; of: (one: Situation) => Situation }[]>> = {
    attached: [
      { grants: ['impossible', 'possible', 'made', 'refused'], of: (one) => one },
      { grants: ['possible'], of: ({ driver: _, ...one }) => one },
    ],
    detached: [
      { grants: ['impossible'], of: (one) => one },
      { grants: ['impossible'], of: (one) => ({ ...one, isEditionFresh: true }) },
      {
        grants: ['impossible', 'revoked'],
        of: (one) => ({ ...one, isEditionFresh: true, request: { ...one.request, revokeGrant: true } }),
      },
    ],
  }

  function* combinations(): Generator<Situation> {
    for (const desired of ['attached', 'detached'] as Desired[])
      for (const { grants, of } of VARIANTS[desired])
        for (const knowledge of knowledges)
          for (const setback of setbacks)
            for (const permission of permissions)
              for (const grant of grants)
                for (const dryRun of [false, true])
                  for (const leftMs of [HOUR_MS, 0, -HOUR_MS])
                    yield of(
                      situation(
                        { desired, knowledge, permission, grant, ...(setback && { setback }) },
                        { dryRun, leftMs },
                      ),
                    )
  }

  /** What the steps of all situations have in common, in one pass: so many are not kept. */
  const sweep = () => {
    const found = {
      count: 0,
      steps: new Set<string>(),
      finished: new Set<string>(),
      revoked: new Set<string>(),
      written: new Set<string>(),
      wrong: [] as { situation: Situation; step: Step }[],
    }
    for (const one of combinations()) {
      const step = decide(one, NOW_MS)
      const { desired, knowledge, request } = one
      const known = `${desired} ${knowledge.is === 'observed' ? knowledge.state.status : knowledge.is}`
      found.count += 1
      found.steps.add(step.step)
      if (step.step === 'finish') found.finished.add(known)
      if (step.step === 'revoke') found.revoked.add(`${known}, asked for: ${request.revokeGrant && !request.dryRun}`)
      if (step.step === 'write') found.written.add(`${desired} ${step.write}`)
      if (isChange(step) && !mayChange(one, step)) found.wrong.push({ situation: one, step })
    }
    return found
  }
  const CHANGES: ReadonlySet<Step['step']> = new Set(['write', 'grant', 'revoke'])
  const isChange = ({ step }: Step) => CHANGES.has(step)
  /** On sure knowledge of what is not foreign, with permission, in time, and not in a dry run. */
  const mayChange = ({ knowledge, permission, request, setback }: Situation, { step }: Step): boolean => {
    // A grant follows a write that was refused: what is known from before it still holds.
    const isSure = knowledge.is === 'untried' || knowledge.is === 'observed' || step === 'grant'
    const isForeign = step !== 'grant' && knowledge.is === 'observed' && knowledge.state.isForeign === true
    const isAllowed = permission.is === 'change' && NOW_MS < request.notAfterMs && !request.dryRun
    const isAnswered = step !== 'grant' || (setback?.from === 'api' && setback.during === 'attach')
    return isSure && !isForeign && isAllowed && isAnswered
  }
  let swept: ReturnType<typeof sweep>
  beforeAll(() => {
    swept = sweep()
  })

  it('has one step; a write, a grant or its end only on sure knowledge, with permission, in time, and never in a dry run', () => {
    expect(swept.wrong.slice(0, 3)).toEqual([])
    expect(swept.count).toBeGreaterThan(100_000)
    const steps = ['answer', 'fail', 'find-driver', 'finish', 'grant', 'observe', 'preview', 'revoke', 'wait', 'write']
    expect([...swept.steps].sort()).toEqual(steps)
  })

  it('finishes only what was read to be as desired', () => {
    expect([...swept.finished].sort()).toEqual(['attached attached', 'detached absent', 'detached elsewhere'])
  })

  it('takes a grant back only after a detach was read to be complete, if it was asked for', () => {
    expect([...swept.revoked].sort()).toEqual([
      'detached absent, asked for: true',
      'detached elsewhere, asked for: true',
    ])
  })

  it('detaches only for a detach, and attaches only for an attach', () => {
    expect([...swept.written].sort()).toEqual(['attached attach', 'attached route', 'detached detach'])
  })
})
