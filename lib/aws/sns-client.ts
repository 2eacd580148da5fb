/** The client of the topic. */
import { SNSClient } from '@aws-sdk/client-sns'
import { type AwsPlace, clientSettings } from './place.js'

export const createSnsClient = (place: AwsPlace): SNSClient =>
  new SNSClient({
    ...clientSettings(place),
    ...(place.snsRegion !== undefined && { region: place.snsRegion }),
    ...(place.snsEndpoint !== undefined && { endpoint: place.snsEndpoint }),
  })
