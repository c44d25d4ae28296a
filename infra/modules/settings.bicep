@description('Name of the app; also its host id, which names its receipts, queues and keys in storage.')
@maxLength(32)
param appName string

@description('Name of the storage account.')
param storageName string

@description('Client id of the identity that the app runs as.')
param identityClientId string

@description('Name of the Application Insights component.')
param insightsName string

@description('The container whose blobs are classified.')
param imagesContainer string

@description('The container that receives the result documents.')
param resultsContainer string

@description('The model that answers when a caller names none.')
param model string

@description('The folder with a folder a model; a relative path starts at the app folder.')
param modelsPath string

@description('Where sessions run.')
@allowed(['cpu', 'cuda'])
param device string

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

@description('The app settings that every hosting has. None of them is a secret.')
output values object = {
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: account.properties.primaryEndpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureFunctionsWebHost__hostid: appName
  ImagesContainer: imagesContainer
  ResultsContainer: resultsContainer
  Classifier__Model: model
  Classifier__ModelsPath: modelsPath
  Classifier__Device: device
  Classifier__MaxConcurrency: '1'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}
