@description('Name of the container registry.')
@minLength(5)
@maxLength(50)
param name string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('Whether the registry is for a private endpoint (and allowedIps) only; that takes the Premium tier.')
param privateOnly bool

@description('IPv4 addresses or CIDR ranges that reach a private registry from outside, to push.')
param allowedIps array

@description('Object id of the identity that pulls.')
param appPrincipalId string

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: privateOnly ? 'Premium' : 'Basic' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    publicNetworkAccess: privateOnly && empty(allowedIps) ? 'Disabled' : 'Enabled'
    networkRuleBypassOptions: 'AzureServices'
    networkRuleSet: privateOnly
      ? { defaultAction: 'Deny', ipRules: map(allowedIps, ip => { action: 'Allow', value: ip }) }
      : null
  }
}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, appPrincipalId, acrPull)
  scope: registry
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

output id string = registry.id
output name string = registry.name
output loginServer string = registry.properties.loginServer
