import { describe, expect, it } from 'vitest'
import { type DeadLetterView, readDeadLetter } from '../../lib/dead-letters/dead-letter-view.js'
import { type FacetName, groupDeadLetters, selects } from '../../lib/dead-letters/groups.js'

const deadLetter = (serial: number, code: string | undefined, fields: object, sentAtMs = 0): DeadLetterView =>
  readDeadLetter({
    messageId: `${String(serial).padStart(8, '0')}-aaaa`,
    body: JSON.stringify({
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceRegionId: 'cn-hangzhou',
      ...fields,
    }),
    attributes: code ? { reason: 'rejected', resultId: 'f', errorCode: code } : {},
    sentAtMs,
    receiveCount: 1,
  })
const A = { childInstanceOwnerId: '17', campaignId: 'one' }
const B = { childInstanceOwnerId: '18', campaignId: 'two', requestId: 'mine' }
const LETTERS = [
  deadLetter(1, 'Bid.NotFound', A, 3),
  deadLetter(2, 'Forbbiden.AttachChildInstanceAcrossUid', A, 2),
  deadLetter(3, 'Bid.NotFound', B, 1),
  deadLetter(4, 'Bid.NotFound', {}),
  deadLetter(5, undefined, {}),
]

describe('dead letters', () => {
  it.each<[FacetName[], [object, number][]]>([
    [
      ['code'],
      [
        [{ code: 'Bid.NotFound' }, 3],
        [{ code: '(foreign)' }, 1],
        [{ code: 'Forbbiden.AttachChildInstanceAcrossUid' }, 1],
      ],
    ],
    [
      ['owner', 'kind'],
      [
        [{ owner: "(the CEN's)", kind: 'rejected' }, 1],
        [{ owner: "(the CEN's)", kind: '(foreign)' }, 1],
        [{ owner: '18', kind: 'rejected' }, 1],
        [{ owner: '17', kind: 'not-granted' }, 1],
        [{ owner: '17', kind: 'rejected' }, 1],
      ],
    ],
  ])('are grouped by %j, the largest group first', (by, expected) => {
    expect(groupDeadLetters(LETTERS, by).map(({ key, deadLetters }) => [key, deadLetters.length])).toEqual(expected)
  })

  it('are in their group in order of time', () => {
    expect(groupDeadLetters(LETTERS, ['code'])[0]?.deadLetters.map(({ sentAtMs }) => sentAtMs)).toEqual([0, 1, 3])
  })

  it.each<[object, string[], number]>([
    [{}, [], 5],
    [{ code: ['bid.notfound'] }, [], 3],
    [{ code: ['Forbidden.AttachChildInstanceAcrossUid'] }, [], 1],
    [{ code: ['Bid.NotFound', '(foreign)'] }, [], 4],
    [{ code: ['Bid.NotFound'], owner: ['17'] }, [], 1],
    [{ campaign: ['(none)'] }, [], 2],
    [{ origin: ['foreign'] }, [], 1],
    [{ owner: ['1'] }, [], 0],
    [{}, ['mine'], 1],
    [{}, ['00000001'], 1],
    [{}, ['0000000'], 0],
    [{ owner: ['18'] }, ['00000001'], 0],
  ])('are selected by %j and ids %j: %i', (facets, ids, count) => {
    expect(LETTERS.filter((one) => selects({ facets, ids }, one))).toHaveLength(count)
  })

  it('are all selected by an empty selection', () => {
    expect(LETTERS.every((one) => selects({ facets: {}, ids: [] }, one))).toBe(true)
  })
})
