using 'event-subscription.bicep'

// The outputs of main.bicep, and the key, which is passed on in the environment only: a command line can be seen by others.
param topicName = readEnvironmentVariable('EVENT_GRID_TOPIC_NAME')
param storageName = readEnvironmentVariable('AZURE_STORAGE_ACCOUNT')
param imagesContainer = readEnvironmentVariable('IMAGES_CONTAINER')
param deadLetterContainer = readEnvironmentVariable('DEAD_LETTER_CONTAINER')
param webhookUrl = '${readEnvironmentVariable('CLASSIFIER_ENDPOINT')}/runtime/webhooks/blobs?functionName=Host.Functions.ClassifyBlob&code=${uriComponent(readEnvironmentVariable('BLOBS_EXTENSION_KEY'))}'
