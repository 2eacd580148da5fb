/** Reads lists to their end: by NextToken, or by PageNumber. */
import type { FailureKind } from '../../domain/error-codes.js'
import { type Answer, answered, type Failure } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { countOf, listedEntries, readAnswer, textOf, unreadable } from './read-answer.js'
import type { Body, RpcCall } from './rpc.js'

/** An action that lists something. */
interface ListCall<T> {
  readonly action: string
  readonly query: Readonly<Record<string, string>>
  /** The list in an answer. */
  readonly listIn: (body: Body) => unknown
  /** Undefined for an unreadable entry. */
  readonly read: (entry: Body) => T | undefined
  /** A longer list is unreadable. */
  readonly mostPages: number
}

/** The entries of the largest page by PageNumber, and by NextToken, of the Cbn and Vpc APIs (API reference). */
export const NUMBERED_PAGE = 50
export const TOKEN_PAGE = 100

/** Lists everything that the action has, by PageNumber. */
export const listByNumber = <T>(
  call: RpcCall,
  { action, query, listIn, read, mostPages }: ListCall<T>,
  limits: CallLimits,
): Promise<Answer<readonly T[]>> =>
  readAllNumbers(async (page) => {
    const pageQuery = { ...query, PageNumber: String(page), PageSize: String(NUMBERED_PAGE) }
    return readAnswer(await call(action, pageQuery, limits), (body) => listedEntries(listIn(body), read, NUMBERED_PAGE))
  }, mostPages)

interface TokenListCall<T> extends ListCall<T> {
  /** The parameter that takes it; `MaxResults` by default. */
  readonly sizeName?: string
}

/** Lists everything that the action has, by NextToken. */
export const listByToken = <T>(
  call: RpcCall,
  { action, query, sizeName = 'MaxResults', listIn, read, mostPages }: TokenListCall<T>,
  limits: CallLimits,
): Promise<Answer<readonly T[]>> =>
  readAllTokens(async (NextToken) => {
    const pageQuery = { ...query, [sizeName]: String(TOKEN_PAGE), ...(NextToken !== undefined && { NextToken }) }
    return readAnswer(await call(action, pageQuery, limits), (body) =>
      toTokenPage(body, listedEntries(listIn(body), read, TOKEN_PAGE)),
    )
  }, mostPages)

/** A page of a list that is read by `NextToken`. */
export interface TokenPage<T> {
  readonly entries: readonly T[]
  /** Absent on the last page. */
  readonly nextToken?: string
  readonly totalCount?: number
}

/** Undefined if an entry is unreadable. */
export function toTokenPage<T>(body: Body, entries: readonly T[] | undefined): TokenPage<T> | undefined {
  if (entries === undefined) return undefined
  const nextToken = textOf(body.NextToken)
  const totalCount = countOf(body.TotalCount)
  return {
    entries,
    ...(nextToken !== undefined && { nextToken }),
    ...(totalCount !== undefined && { totalCount }),
  }
}

/** Reads to the end of a list; one that repeats a token, or does not end within `mostPages`, is unreadable. */
export async function readAllTokens<T>(
  read: (nextToken: string | undefined) => Promise<Answer<TokenPage<T>>>,
  mostPages: number,
): Promise<Answer<readonly T[]>> {
  const all: T[] = []
  const tokens = new Set<string | undefined>()
  let nextToken: string | undefined
  while (!tokens.has(nextToken) && tokens.size < mostPages) {
    tokens.add(nextToken)
    const answer = await read(nextToken)
    if (!answer.ok) return nextToken === undefined ? answer : ofLaterPage(answer.failure)
    all.push(...answer.value.entries)
    nextToken = answer.value.nextToken
    if (nextToken === undefined) return answered(all)
  }
  return unreadable('the list does not end')
}

const OF_THE_TOKEN: ReadonlySet<FailureKind> = new Set(['rejected', 'absent'])

/** The first page was answered, so a later one is refused for its token, which is no answer about what is listed. */
const ofLaterPage = (failure: Failure): Answer<never> =>
  OF_THE_TOKEN.has(failure.kind) ? unreadable(`a later page was refused: ${failure.code}`) : { ok: false, failure }

/** Reads numbered pages until one is short; a list that does not end within `mostPages` is unreadable. */
export async function readAllNumbers<T>(
  read: (page: number) => Promise<Answer<readonly T[]>>,
  mostPages: number,
): Promise<Answer<readonly T[]>> {
  const all: T[] = []
  for (let page = 1; page <= mostPages; page++) {
    const answer = await read(page)
    if (!answer.ok) return answer
    all.push(...answer.value)
    if (answer.value.length < NUMBERED_PAGE) return answered(all)
  }
  return unreadable('the list does not end')
}
