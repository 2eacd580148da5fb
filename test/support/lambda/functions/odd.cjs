/** Functions that behave oddly, for whoever stands in for Lambda. */
exports.tell = async (event, { functionName, awsRequestId, getRemainingTimeInMillis }) => ({
  event,
  functionName,
  awsRequestId,
  leftMs: getRemainingTimeInMillis(),
})
exports.throws = async (event) => {
  if (event === 'odd') throw new TypeError('odd')
  return event
}
exports.hangs = (event) =>
  event === 'odd' ? new Promise(() => setInterval(() => undefined, 1_000)) : Promise.resolve(event)
exports.exits = async (event) => (event === 'odd' ? process.exit(1) : event)
