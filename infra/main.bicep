targetScope = 'subscription'

@description('Name of the environment: names the resource group and, hashed, every resource in it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of every resource. GPU profiles exist in some regions only.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Where the app runs: Container Apps with an NVIDIA T4 or A100, Container Apps on CPUs, or Functions Flex Consumption.')
@allowed(['gpu-t4', 'gpu-a100', 'cpu', 'flex'])
param hosting string = 'cpu'

@description('Name of the model that answers when a caller names none: a folder of models/.')
@minLength(1)
param model string = 'vgg16'

@description('Where the model comes from: baked into the image (or the package), or copied from the container "models" when a replica starts. flex: image only.')
@allowed(['image', 'container'])
param modelSource string = 'image'

@description('Replicas that run without work. 0 costs nothing while idle and makes the first image wait for a cold start.')
@minValue(0)
@maxValue(100)
param minReplicas int = 0

@description('Replicas at most. Flex Consumption takes no less than 40 instances.')
@minValue(1)
@maxValue(1000)
param maxReplicas int = 3

@description('Memory of a Flex Consumption instance in MB. Other hostings have the memory of their profile.')
@allowed(['2048', '4096'])
param flexMemoryMB string = '4096'

@description('Private endpoints: storage and registry are reached from a virtual network, and from allowedIps.')
param vnet bool = false

@description('IPv4 addresses or CIDR ranges that may reach storage (and the registry, and the HTTP functions of flex). Empty: everybody with a role; with vnet: nobody outside.')
param allowedIps array = []

@description('Days after which a result document is deleted. 0 keeps results for ever.')
@minValue(0)
@maxValue(36500)
param resultsRetentionDays int = 0

@description('Mail address that alerts are sent to. Empty: alerts are raised and nobody is told.')
param alertEmail string = ''

@description('Object id of whoever deploys: may upload images, read results and requeue poison messages. Empty: nobody but the app may.')
param principalId string = ''

@description('What kind of identity principalId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('The container image to run. Empty on the first pass, when there is no registry to pull from yet: then there is no app yet either.')
param image string = ''

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var flex = hosting == 'flex'
var appName = '${flex ? 'func' : 'ca'}-${token}'
var containers = {
  images: 'images'
  results: 'results'
  models: 'models'
  deadLetters: 'deadletters'
  package: 'app-package'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module network 'modules/network.bicep' = if (vnet) {
  scope: group
  params: { name: 'vnet-${token}', location: location, tags: tags }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    containers: flex
      ? containers
      : {
          images: containers.images
          results: containers.results
          models: containers.models
          deadLetters: containers.deadLetters
        }
    resultsContainer: containers.results
    resultsRetentionDays: resultsRetentionDays
    allowedIps: allowedIps
    privateOnly: vnet
    workspaceId: monitoring.outputs.workspaceId
    appPrincipalId: identity.outputs.principalId
    userPrincipalId: principalId
    userPrincipalType: principalType
  }
}

module storageEndpoints 'modules/private-endpoint.bicep' = [
  for service in ['blob', 'queue', 'table']: if (vnet) {
    scope: group
    params: {
      name: 'pe-${service}-${token}'
      location: location
      tags: tags
      targetId: storage.outputs.id
      groupId: service
      dnsZone: 'privatelink.${service}.${environment().suffixes.storage}'
      networkId: network!.outputs.id
      subnetId: network!.outputs.endpointsSubnetId
    }
  }
]

module registry 'modules/registry.bicep' = if (!flex) {
  scope: group
  params: {
    name: 'cr${token}'
    location: location
    tags: tags
    privateOnly: vnet
    allowedIps: allowedIps
    appPrincipalId: identity.outputs.principalId
  }
}

module registryEndpoint 'modules/private-endpoint.bicep' = if (!flex && vnet) {
  scope: group
  params: {
    name: 'pe-registry-${token}'
    location: location
    tags: tags
    targetId: registry!.outputs.id
    groupId: 'registry'
    dnsZone: 'privatelink${environment().suffixes.acrLoginServer}'
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointsSubnetId
  }
}

module containerEnvironment 'modules/container-environment.bicep' = if (!flex) {
  scope: group
  params: {
    name: 'cae-${token}'
    location: location
    tags: tags
    hosting: hosting
    workspaceId: monitoring.outputs.workspaceId
    subnetId: vnet ? network!.outputs.appsSubnetId : ''
  }
}

// What every hosting tells the app. None of it is a secret: the connection string names where telemetry goes, and the identity may send it.
var settings = {
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  // Names the app's receipts, queues and keys in storage.
  AzureFunctionsWebHost__hostid: appName
  ImagesContainer: containers.images
  ResultsContainer: containers.results
  Classifier__Model: model
  Classifier__ModelsPath: modelSource == 'container' ? '/models' : 'models'
  Classifier__Device: startsWith(hosting, 'gpu-') ? 'cuda' : 'cpu'
  Classifier__MaxConcurrency: '0'
  // A replica's disk goes with it: what it would prepare there, no other start could use. What the image brings is used all the same.
  Classifier__PrepareModels: 'false'
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
}

module containerApp 'modules/container-app.bicep' = if (!flex && !empty(image)) {
  scope: group
  params: {
    name: appName
    location: location
    tags: tags
    hosting: hosting
    environmentId: containerEnvironment!.outputs.id
    identityId: identity.outputs.id
    registryServer: registry!.outputs.loginServer
    image: image
    settings: settings
    modelsContainerUrl: modelSource == 'container' ? '${storage.outputs.blobEndpoint}${containers.models}' : ''
    model: model
    identityClientId: identity.outputs.clientId
    minReplicas: minReplicas
    maxReplicas: maxReplicas
  }
}

module flexApp 'modules/flex-app.bicep' = if (flex) {
  scope: group
  params: {
    name: appName
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainerUrl: '${storage.outputs.blobEndpoint}${containers.package}'
    settings: settings
    memoryMB: int(flexMemoryMB)
    minReplicas: minReplicas
    maxReplicas: maxReplicas
    allowedIps: allowedIps
    subnetId: vnet ? network!.outputs.appsSubnetId : ''
  }
}

module events 'modules/events.bicep' = {
  scope: group
  params: {
    topicName: 'evgt-${token}'
    location: location
    tags: tags
    storageName: storage.outputs.name
    deadLetterContainer: containers.deadLetters
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    topicId: events.outputs.topicId
    containerAppName: !flex && !empty(image) ? appName : ''
    minReplicas: minReplicas
  }
  dependsOn: [containerApp]
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_CONTAINER_REGISTRY_NAME string = flex ? '' : registry!.outputs.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = flex ? '' : registry!.outputs.loginServer
output CLASSIFIER_APP_NAME string = appName
output CLASSIFIER_ENDPOINT string = flex
  ? flexApp!.outputs.endpoint
  : !empty(image) ? containerApp!.outputs.endpoint : ''
output CLASSIFIER_HOSTING string = hosting
output CLASSIFIER_MODEL string = model
output CLASSIFIER_MODEL_SOURCE string = modelSource
output EVENT_GRID_TOPIC_NAME string = events.outputs.topicName
output IMAGES_CONTAINER string = containers.images
output RESULTS_CONTAINER string = containers.results
output MODELS_CONTAINER string = containers.models
output DEAD_LETTER_CONTAINER string = containers.deadLetters
