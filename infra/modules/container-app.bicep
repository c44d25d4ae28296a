import { profiles } from 'profiles.bicep'

@description('Name of the container app.')
@maxLength(32)
param name string

@description('Region.')
param location string

@description('Tags of the environment.')
param tags object

@description('The hosting: decides workload profile, cores and memory.')
param hosting string

@description('The Container Apps environment.')
param environmentId string

@description('The identity that the app runs as and pulls with.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('Login server of the registry.')
param registryServer string

@description('The image to run.')
param image string

@description('App settings.')
param settings object

@description('URL of the container that the model is copied from when a replica starts; empty: the model is in the image.')
param modelsContainerUrl string

@description('Name of the model.')
param model string

@description('Replicas that run without work.')
param minReplicas int

@description('Replicas at most.')
param maxReplicas int

@description('The image that copies the model: the Azure CLI, signed in as the identity, so no key is involved.')
param copyImage string = 'mcr.microsoft.com/azure-cli:2.79.0'

var profile = profiles[hosting]
var copied = !empty(modelsContainerUrl)
var modelVolume = 'models'
var modelMount = [{ volumeName: modelVolume, mountPath: '/models' }]
var containerSettings = union(settings, {
  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'
  // The default keeps keys in the replica's own file system: every start would make new ones.
  AzureWebJobsSecretStorageType: 'blob'
})
var port = 80

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: profile.name
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: { external: true, targetPort: port, allowInsecure: false, transport: 'auto' }
      registries: [{ server: registryServer, identity: identityId }]
    }
    template: {
      initContainers: copied
        ? [
            {
              name: 'model'
              image: copyImage
              command: ['/bin/bash', '-c']
              args: [
                'set -euo pipefail; az login --identity --client-id "$CLIENT_ID" --output none; az storage blob download-batch --auth-mode login --account-name "$ACCOUNT" --source "$SOURCE" --pattern "$MODEL/*" --destination /models --output none'
              ]
              env: [
                { name: 'CLIENT_ID', value: identityClientId }
                { name: 'ACCOUNT', value: split(split(modelsContainerUrl, '/')[2], '.')[0] }
                { name: 'SOURCE', value: last(split(modelsContainerUrl, '/')) }
                { name: 'MODEL', value: model }
              ]
              resources: { cpu: json('1'), memory: '2Gi' }
              volumeMounts: modelMount
            }
          ]
        : []
      containers: [
        {
          // The first container is the one that sees the GPU.
          name: 'classifier'
          image: image
          env: [for setting in items(containerSettings): { name: setting.key, value: setting.value }]
          resources: { cpu: json(profile.cpu), memory: profile.memory }
          volumeMounts: copied ? modelMount : []
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/api/health/live', port: port }
              periodSeconds: 10
              failureThreshold: 30
            }
            {
              type: 'Liveness'
              httpGet: { path: '/api/health/live', port: port }
              periodSeconds: 30
              timeoutSeconds: 10
              failureThreshold: 5
            }
            {
              type: 'Readiness'
              httpGet: { path: '/api/health/ready', port: port }
              periodSeconds: 10
              timeoutSeconds: 10
              failureThreshold: 30
            }
          ]
        }
      ]
      volumes: copied ? [{ name: modelVolume, storageType: 'EmptyDir' }] : []
      // No rules: for kind functionapp the platform makes them from the triggers.
      scale: { minReplicas: minReplicas, maxReplicas: maxReplicas }
    }
  }
}

output id string = app.id
output endpoint string = 'https://${app.properties.configuration.ingress!.fqdn}'
