@description('Name of the private endpoint.')
param name string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The resource that is reached through the endpoint.')
param targetId string

@description('Which of its services: blob, queue, table or registry.')
param groupId string

@description('The private DNS zone of that service.')
param dnsZone string

@description('The virtual network that looks names up in the zone.')
param networkId string

@description('The subnet that the endpoint gets its address from.')
param subnetId string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: dnsZone
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: uniqueString(networkId)
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetId, groupIds: [groupId] } }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: groupId, properties: { privateDnsZoneId: zone.id } }]
    }
  }
}
