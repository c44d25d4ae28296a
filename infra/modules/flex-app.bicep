@description('Name of the function app.')
param name string

@description('Name of the plan.')
param planName string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The identity that the app runs as.')
param identityId string

@description('URL of the container that holds the deployed package.')
param packageContainerUrl string

@description('App settings.')
param settings object

@description('Memory of an instance in MB.')
param memoryMB int

@description('Instances that run without work.')
param minReplicas int

@description('Instances at most; Flex Consumption takes no less than 40.')
param maxReplicas int

@description('IPv4 addresses or CIDR ranges that may call the HTTP functions; empty: everybody with a key.')
param allowedIps array

@description('The subnet that the app calls from; empty: none.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: memoryMB
        maximumInstanceCount: max(maxReplicas, 40)
        alwaysReady: minReplicas == 0
          ? []
          : [{ name: 'blob', instanceCount: minReplicas }, { name: 'http', instanceCount: minReplicas }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(allowedIps) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: empty(allowedIps)
        ? []
        : concat(
            [{ name: 'Event Grid', action: 'Allow', priority: 100, tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }],
            map(range(0, length(allowedIps)), i => {
              name: 'Allowed ${i}'
              action: 'Allow'
              priority: 200 + i
              tag: 'Default'
              ipAddress: contains(allowedIps[i], '/') ? allowedIps[i] : '${allowedIps[i]}/32'
            })
          )
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output endpoint string = 'https://${app.properties.defaultHostName}'
