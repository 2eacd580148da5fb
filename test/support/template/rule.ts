/** What a rule of the template is, and how it looks into a template. */
import type { Resource, Template } from '../packaged.js'

export interface TemplateRule {
  readonly says: string
  /** What breaks it; nothing where it holds. */
  readonly holds: (template: Template) => string[]
  /** Each makes a template that breaks it. */
  readonly broken: readonly ((template: Template) => void)[]
}

export type Properties = Resource['Properties']

export const of = (template: Template, name: string): Properties => template.Resources[name]?.Properties ?? {}
export const byType = (template: Template, type: string): [string, Properties][] =>
  Object.entries(template.Resources).flatMap(([name, { Type, Properties }]) =>
    Type === type ? [[name, Properties]] : [],
  )
export const queues = (template: Template) => byType(template, 'AWS::SQS::Queue')
export const mappings = (template: Template): Properties[] =>
  byType(template, 'AWS::Lambda::EventSourceMapping').map(([, properties]) => properties)
/** That of the request queue. */
export const mapping = (template: Template): Properties => mappings(template)[0] ?? {}
export const set =
  (name: string, property: string, value: unknown) =>
  ({ Resources }: Template): void => {
    if (Resources[name]) Resources[name].Properties[property] = value
  }
export const drop =
  (name: string) =>
  ({ Resources }: Template): void =>
    void delete Resources[name]
export const says = (faults: Record<string, unknown>): string[] =>
  Object.entries(faults).flatMap(([fault, is]) => (is ? [fault] : []))

export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Principal?: unknown
  readonly Action: string | string[]
  Resource?: unknown
  readonly Condition?: {
    readonly Bool?: Record<string, unknown>
    readonly Null?: unknown
    readonly ArnEquals?: unknown
  }
}

/** Every statement of every policy, with the resource that has it; the branches of `Fn::If` count as there. */
export function statements({ Resources }: Template): [string, Statement][] {
  const found: [string, Statement][] = []
  const visit = (name: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('Effect' in value && 'Action' in value) found.push([name, value as Statement])
    for (const inner of Object.values(value)) visit(name, inner)
  }
  for (const [name, { Properties }] of Object.entries(Resources)) visit(name, Properties)
  return found
}

export const isTlsOnly = ({ Effect, Principal, Condition }: Statement): boolean =>
  Effect === 'Deny' && Principal === '*' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false'
export const listOf = (value: unknown): unknown[] => [value].flat()
