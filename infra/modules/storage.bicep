@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The containers to create: what they are for, and their names.')
param containers object

@description('The container that the retention below applies to.')
param resultsContainer string

@description('Days after which a result document is deleted; 0 keeps them.')
param resultsRetentionDays int

@description('IPv4 addresses or CIDR ranges that reach the account from outside.')
param allowedIps array

@description('Whether the account is for private endpoints (and allowedIps) only.')
param privateOnly bool

@description('The Log Analytics workspace for the log of queue writes.')
param workspaceId string

@description('Object id of the identity that the app runs as.')
param appPrincipalId string

@description('Object id of a person or a pipeline with access to the data; may be empty.')
param userPrincipalId string

@description('What kind of identity userPrincipalId is.')
param userPrincipalType string

var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
var appRoles = [roles.blobDataOwner, roles.queueDataContributor, roles.tableDataContributor]
var userRoles = empty(userPrincipalId) ? [] : [roles.blobDataContributor, roles.queueDataContributor]
var restricted = privateOnly || !empty(allowedIps)

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateOnly && empty(allowedIps) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: restricted ? 'Deny' : 'Allow'
      // Event Grid writes dead letters as a trusted service.
      bypass: 'AzureServices'
      ipRules: [for ip in allowedIps: { value: ip, action: 'Allow' }]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource container 'containers' = [
      for container in items(containers): {
        name: container.value
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource tables 'tableServices' = {
    name: 'default'
  }

  resource lifecycle 'managementPolicies' = if (resultsRetentionDays > 0) {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'delete-old-results'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${resultsContainer}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: resultsRetentionDays } } }
            }
          }
        ]
      }
    }
  }
}

// No metric tells the length of one queue; the log of writes tells each message that reaches the poison queue.
resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'queue-writes'
  scope: account::queues
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }]
  }
}

resource appRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    name: guid(account.id, appPrincipalId, role)
    scope: account
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource userRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in userRoles: {
    name: guid(account.id, userPrincipalId, role)
    scope: account
    properties: {
      principalId: userPrincipalId
      principalType: userPrincipalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
