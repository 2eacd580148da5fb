/** The secrets of the environment. Those of sessions are registered where they are used. */
import type { Environment } from '../../lib/config/config.js'
import { holdSecrets } from '../../lib/domain/scrub.js'

const VALUES = /(?:SECRET_ACCESS_KEY|ACCESS_KEY_SECRET|SESSION_TOKEN|SECURITY_TOKEN)$/
/** `name=value,name=value` (OpenTelemetry, OTLP Exporter Configuration). */
const PAIRS = /^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/

/** Registers their values, so that no log, result or dead letter contains them. */
export function holdEnvironment(env: Environment): void {
  for (const [name, value] of Object.entries(env)) {
    if (VALUES.test(name)) holdSecrets(value)
    if (PAIRS.test(name))
      holdSecrets(...(value ?? '').split(',').map((pair) => pair.slice(pair.indexOf('=') + 1).trim()))
  }
}
