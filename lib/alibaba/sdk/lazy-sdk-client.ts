/** A client of Alibaba's SDK core that is loaded by its first call: the core and its packages are more than half of what a cold start would load. */
import { loadOnce } from '../../domain/kept.js'
import type { KeySource } from '../credentials/key-source.js'
import type { CallShape, SdkClient } from './sdk-client.js'

/** Same arguments as `createSdkClient`. */
export function createLazySdkClient(endpoint: string, source: KeySource | undefined, shape: CallShape): SdkClient {
  const client = loadOnce(async () => (await import('./sdk-client.js')).createSdkClient(endpoint, source, shape))
  return { send: async (action, request, timeoutMs) => (await client.get()).send(action, request, timeoutMs) }
}
