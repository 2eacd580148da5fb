/** What is run on the virtual clock: it comes out alike on every machine, however busy. */
import { ours, terraformPattern } from '../campaign.js'
import { delayOfSingle, share } from './sharing.js'

export const RUNS = { ours, terraformPattern, delayOfSingle, share } as const
