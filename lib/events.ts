/** The types of the messages, for programs that send requests and read results: `cen-attach/events`. */
import type { InferInput } from 'valibot'
import type { RequestFields } from './domain/messages/request-schema.js'

/** The body of a message on the request queue. */
export type AttachmentRequest = Readonly<InferInput<typeof RequestFields>>

/** An event on the result topic. */
export type { AttachmentResult } from './domain/messages/result.js'
