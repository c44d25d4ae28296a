@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The Log Analytics workspace that the queries read.')
param workspaceId string

// The portal keeps a workbook as a text; where its queries go is known only here.
resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'image classifier')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Image classifier'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('../workbook.json'), 'WORKSPACE', workspaceId)
  }
}
