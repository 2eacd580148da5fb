/** Apart from the embedded cloud, so that the emulator alone starts without SDK and queue server. */
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'

/** The settings of an Alibaba client for an emulator. */
export const emulatorEnv = (url: string): Record<string, string> => ({
  CBN_ENDPOINT: url,
  STS_ENDPOINT: url,
  VPC_ENDPOINT: url,
  SMARTAG_ENDPOINT: url,
  RAM_ENDPOINT: url,
  ALIBABA_CLOUD_ACCESS_KEY_ID: HOME_ACCOUNT.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: HOME_ACCOUNT.accessKeySecret,
})
