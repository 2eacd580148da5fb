/** The decision over every combination of desired and observed state, knowledge, permission, setback and expiry. */
import { describe, expect, it } from 'vitest'
import { FAILURE_KINDS } from '../../lib/domain/error-codes.js'
import { decide, NEXT_MOVES } from '../../lib/reconcile/decide.js'
import type { ObservedStatus } from '../../lib/reconcile/driver.js'
import type {
  Desired,
  GrantStatus,
  Knowledge,
  Permission,
  Setback,
  Situation,
  Write,
} from '../../lib/reconcile/situation.js'
import type { Step } from '../../lib/reconcile/step.js'
import { apiSetback, failure, HOUR_MS, NOW_MS, situation } from '../support/reconcile-context.js'

describe('every situation', () => {
  const STATUSES = Object.keys(NEXT_MOVES.attached) as ObservedStatus[]
  const WRITES: readonly Write[] = ['attach', 'route', 'detach']
  const observed = (status: ObservedStatus, alone: boolean): Knowledge => ({ is: 'observed', state: { status }, alone })
  const knowledges: Knowledge[] = [
    { is: 'unknown' },
    { is: 'untried' },
    ...WRITES.map((write): Knowledge => ({ is: 'pending', write })),
    ...STATUSES.flatMap((status) => [observed(status, false), observed(status, true)]),
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

  const combinations = (): Situation[] =>
    (['attached', 'detached'] as Desired[]).flatMap((desired) =>
      VARIANTS[desired].flatMap(({ grants, of }) =>
        knowledges.flatMap((knowledge) =>
          setbacks.flatMap((setback) =>
            permissions.flatMap((permission) =>
              grants.flatMap((grant) =>
                [false, true].flatMap((dryRun) =>
                  [HOUR_MS, 0, -HOUR_MS].map((leftMs) => {
                    const facts = { desired, knowledge, permission, grant, ...(setback && { setback }) }
                    return of(situation(facts, { dryRun, leftMs }))
                  }),
                ),
              ),
            ),
          ),
        ),
      ),
    )
  let all: (readonly [Situation, Step])[] | undefined
  /** Each combination with its step. */
  const decided = () => {
    all ??= combinations().map((one) => [one, decide(one, NOW_MS)] as const)
    return all
  }

  it('has one step; a write or a grant only on sure knowledge, with permission, in time, and never in a dry run', () => {
    const wrong: string[] = []
    const seen = new Set<string>()
    for (const [one, step] of decided()) {
      seen.add(step.step)
      if (step.step !== 'write' && step.step !== 'grant') continue
      const { knowledge, permission, request, setback } = one
      // A grant follows a write that was refused: what is known from before it still holds.
      const isSure = knowledge.is === 'untried' || knowledge.is === 'observed' || step.step === 'grant'
      const isAllowed = permission.is === 'change' && NOW_MS < request.notAfterMs && !request.dryRun
      const isAnswered = step.step === 'write' || (setback?.from === 'api' && setback.during === 'attach')
      if (!isSure || !isAllowed || !isAnswered) wrong.push(JSON.stringify({ ...one, message: undefined, step }))
    }
    expect(wrong.slice(0, 3)).toEqual([])
    expect(decided().length).toBeGreaterThan(100_000)
    const steps = ['answer', 'fail', 'find-driver', 'finish', 'grant', 'observe', 'preview', 'revoke', 'wait', 'write']
    expect([...seen].sort()).toEqual(steps)
  })

  it('finishes only what was read to be as desired', () => {
    const finished = new Set<string>()
    for (const [{ desired, knowledge }, step] of decided())
      if (step.step === 'finish')
        finished.add(`${desired} ${knowledge.is === 'observed' ? knowledge.state.status : knowledge.is}`)
    expect([...finished].sort()).toEqual(['attached attached', 'detached absent', 'detached elsewhere'])
  })

  it('takes a grant back only after a detach was read to be complete, if it was asked for', () => {
    const revoked = new Set<string>()
    for (const [{ desired, knowledge, request }, step] of decided())
      if (step.step === 'revoke') {
        expect(request.revokeGrant && !request.dryRun).toBe(true)
        revoked.add(`${desired} ${knowledge.is === 'observed' ? knowledge.state.status : knowledge.is}`)
      }
    expect([...revoked].sort()).toEqual(['detached absent', 'detached elsewhere'])
  })

  it('detaches only for a detach, and attaches only for an attach', () => {
    const written = new Set<string>()
    for (const [{ desired }, step] of decided()) if (step.step === 'write') written.add(`${desired} ${step.write}`)
    expect([...written].sort()).toEqual(['attached attach', 'attached route', 'detached detach'])
  })
})
