/** Lambda's side of a function: environments that are started when none is idle, kept for the next invocation, and replaced when they end. */
import { type InvocationOutcome, type LambdaEnvironment, type LambdaFunction, startEnvironment } from './environment.js'

export interface InvocationRecord {
  /** Where it had to start an environment for it. */
  readonly initMs?: number
  readonly durationMs: number
  readonly outcome: InvocationOutcome
  readonly environment: LambdaEnvironment
}

export interface LambdaService {
  invoke(event: unknown): Promise<InvocationOutcome>
  readonly invocations: readonly InvocationRecord[]
  /** All environments that were started, those that ended too. */
  readonly environments: readonly LambdaEnvironment[]
  stop(): void
}

export function startService(fn: LambdaFunction): LambdaService {
  const environments: LambdaEnvironment[] = []
  const idle: LambdaEnvironment[] = []
  const invocations: InvocationRecord[] = []
  return {
    invocations,
    environments,
    async invoke(event) {
      const requestId = `00000000-0000-4000-8000-${String(invocations.length).padStart(12, '0')}`
      let environment = idle.pop()
      let initMs: number | undefined
      if (environment === undefined) {
        const beganMs = performance.now()
        environment = await startEnvironment(fn)
        environments.push(environment)
        const error = await environment.ready
        initMs = performance.now() - beganMs
        if (error) {
          environment.stop()
          const outcome: InvocationOutcome = { ok: false, error }
          invocations.push({ initMs, durationMs: 0, outcome, environment })
          return outcome
        }
      }
      const beganMs = performance.now()
      const outcome = await environment.invoke(event, requestId)
      const durationMs = performance.now() - beganMs
      if (environment.alive() && (outcome.ok || outcome.error.errorType !== 'Sandbox.Timedout')) idle.push(environment)
      invocations.push({ durationMs, outcome, environment, ...(initMs !== undefined && { initMs }) })
      return outcome
    },
    stop() {
      for (const environment of environments) environment.stop()
    },
  }
}
