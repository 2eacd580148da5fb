/** A world in which everything exists that rows ask for; what the world file says of it stands. */
import type { Attachment } from '../attachment.js'
import type { WorldFile } from './world-file.js'

export function worldOfRows(file: WorldFile, attachments: readonly Attachment[]): WorldFile {
  const said = new Map(file.childInstances.map((child) => [child.childInstanceId, child]))
  for (const {
    childInstanceId,
    childInstanceType: type,
    childInstanceRegionId: regionId,
    childInstanceOwnerId: ownerId,
  } of attachments) {
    const asked = { type, regionId, ...(ownerId !== undefined && { ownerId }) }
    said.set(childInstanceId, { childInstanceId, ...asked, ...said.get(childInstanceId) })
  }
  return { ...file, childInstances: [...said.values()] }
}
