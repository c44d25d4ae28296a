// A second pass: the subscription needs the key of the blob extension, which exists once the app has run.

@description('The system topic of the storage account.')
param topicName string

@description('The storage account.')
param storageName string

@description('The container whose uploads are delivered. The blob extension does not check it: this filter does.')
param imagesContainer string

@description('The container that receives the events which could not be delivered.')
param deadLetterContainer string

@description('Where the app takes events: the address of the blob extension with its key.')
@secure()
param webhookUrl string

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName

  resource subscription 'eventSubscriptions' = {
    name: 'images'
    properties: {
      destination: {
        endpointType: 'WebHook'
        properties: {
          endpointUrl: webhookUrl
          maxEventsPerBatch: 1
          minimumTlsVersionAllowed: '1.2'
        }
      }
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        subjectBeginsWith: '/blobServices/default/containers/${imagesContainer}/blobs/'
      }
      // Event Grid's own limits: what a day of tries did not deliver becomes a dead letter.
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: account.id, blobContainerName: deadLetterContainer }
        }
      }
    }
  }
}
