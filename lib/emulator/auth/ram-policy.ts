/** Evaluation of RAM policy documents: Effect, Action and Resource with wildcards, without Condition and NotAction. */
import * as v from 'valibot'

const OneOrMore = v.union([v.string(), v.array(v.string())])

export const RamPolicy = v.strictObject({
  Version: v.literal('1'),
  Statement: v.array(v.strictObject({ Effect: v.picklist(['Allow', 'Deny']), Action: OneOrMore, Resource: OneOrMore })),
})

export type RamPolicy = v.InferOutput<typeof RamPolicy>

/** True if `action` (`vpc:GrantInstanceToCen`) is allowed on an ARN. Denied by default; a Deny overrides an Allow. */
export function allows(policy: RamPolicy, action: string, arn: string): boolean {
  const effects = policy.Statement.filter(
    ({ Action, Resource }) =>
      matches(Action, action.toLowerCase(), (pattern) => pattern.toLowerCase()) && matches(Resource, arn),
  ).map(({ Effect }) => Effect)
  return effects.includes('Allow') && !effects.includes('Deny')
}

function matches(patterns: string | readonly string[], text: string, read = (pattern: string) => pattern): boolean {
  return [patterns].flat().some((pattern) => wildcardPattern(read(pattern)).test(text))
}

/** `*` matches any text, `?` any one character. */
export const wildcardPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )
