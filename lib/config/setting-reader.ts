/** Reads single settings from an environment and collects their faults. */

export type Environment = Readonly<Record<string, string | undefined>>

export interface SettingReader {
  /** `NAME fault`, in the order of reading. */
  readonly faults: readonly string[]
  /** The setting without surrounding spaces; undefined if it is empty. */
  optional(name: string): string | undefined
  fault(name: string, message: string): void
  /** The setting; empty, with a fault, if it is not set. */
  required(name: string): string
  /** The setting; undefined if it is not set, or, with a fault, if it does not match. */
  matching(name: string, pattern: RegExp, rule: string): string | undefined
  /** A whole number in this range; undefined if it is not set or, with a fault, if it is none. `rule` replaces the words of the fault. */
  integer(name: string, least: number, most: number, rule?: string): number | undefined
  /** One of the words; the first one if it is not set or, with a fault, if it is another word. */
  oneOf<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word
  /** `https://host[:port]`, or `http` for loopback, without a trailing slash. */
  endpoint(name: string, fallback: string): string
}

export function createSettingReader(env: Environment): SettingReader {
  const faults: string[] = []
  const optional = (name: string) => env[name]?.trim() || undefined
  const fault = (name: string, message: string) => void faults.push(`${name} ${message}`)
  return {
    faults,
    optional,
    fault,
    required(name) {
      const value = optional(name)
      if (value === undefined) fault(name, 'is not set')
      return value ?? ''
    },
    matching(name, pattern, rule) {
      const value = optional(name)
      if (value === undefined || pattern.test(value)) return value
      fault(name, rule)
      return undefined
    },
    integer(name, least, most, rule) {
      const value = optional(name)
      if (value === undefined) return undefined
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
      if (number >= least && number <= most) return number
      fault(name, rule ?? `must be a whole number from ${least} to ${most}, not "${value}"`)
      return undefined
    },
    oneOf(name, words) {
      const value = optional(name)
      const word = value === undefined ? words[0] : words.find((one) => one === value)
      if (word === undefined) fault(name, `must be ${words.join(' or ')}, not "${value}"`)
      return word ?? words[0]
    },
    endpoint(name, fallback) {
      const value = optional(name)
      if (value !== undefined && !isEndpoint(value))
        fault(name, 'must be https://host[:port]; http:// is for loopback only')
      return (value ?? fallback).replace(/\/$/, '')
    },
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function isEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}
