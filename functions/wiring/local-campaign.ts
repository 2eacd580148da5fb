/** A file as a campaign in the embedded place. */
import type { WorldFile } from '../../lib/emulator/world-file.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import type { CampaignOptions } from './campaign-options.js'
import { asDryRun } from './campaign-rows.js'
import type { LocalCloud } from './local-cloud.js'
import { type ConsoleChoice, localConsole } from './local-console.js'
import { localPlace } from './local-place.js'
import { submitCampaign } from './submit-campaign.js'

export interface LocalCampaign {
  readonly cloud: LocalCloud
  readonly world: WorldFile
  readonly rows: readonly PlannedRow[]
  readonly stop: AbortSignal
}

/** Resolves to the exit code. What a world brings besides the file, and what it expects, is meant for a run that attaches. */
export function localCampaign(
  { cloud, world, rows, stop }: LocalCampaign,
  options: CampaignOptions & ConsoleChoice,
): Promise<number> {
  const { messages, expect } = world
  const campaign = options.dryRun ? asDryRun(rows) : { rows, messages, expect }
  const console = localConsole(options, cloud, stop)
  const followed = { awaits: cloud.isGrantedLater, watch: true, stop, console, jsonAs: 'summary' as const }
  return submitCampaign(localPlace(cloud), { ...campaign, ...followed }, options)
}
