/** Message attributes, as SQS and SNS spell them alike. */

/** All of them as text. */
export const toMessageAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
