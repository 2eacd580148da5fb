/** A world in which everything exists that rows ask for; what the world file says of it stands. */
import type { Attachment } from '../attachment.js'
import type { WorldFile } from './world-file.js'

export function worldOfRows(file: WorldFile, attachments: readonly Attachment[]): WorldFile {
  const cens = new Map(file.cens.map((cen) => [cen.cenId, cen]))
  const said = new Map(file.childInstances.map((child) => [child.childInstanceId, child]))
  for (const {
    cenId,
    childInstanceId,
    childInstanceType: type,
    childInstanceRegionId: regionId,
    childInstanceOwnerId: ownerId,
  } of attachments) {
    const asked = { type, regionId, ...(ownerId !== undefined && { ownerId }) }
    if (!cens.has(cenId)) cens.set(cenId, { cenId })
    said.set(childInstanceId, { childInstanceId, ...asked, ...said.get(childInstanceId) })
  }
  return { ...file, cens: [...cens.values()], childInstances: [...said.values()] }
}
