import { profiles } from 'profiles.bicep'

@description('Name of the Container Apps environment.')
param name string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The hosting: decides which workload profile is there beside Consumption.')
param hosting string

@description('The Log Analytics workspace for the logs of the apps.')
param workspaceId string

@description('The subnet to run in; empty: one that the platform keeps.')
param subnetId string

var consumption = { name: 'Consumption', workloadProfileType: 'Consumption' }
var profile = profiles[hosting]

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Through the diagnostic setting below: the other way takes the workspace's key.
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: profile.name == consumption.name
      ? [consumption]
      : [consumption, { name: profile.name, workloadProfileType: profile.type }]
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId, internal: false }
    publicNetworkAccess: 'Enabled'
    zoneRedundant: false
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

output id string = environment.id
