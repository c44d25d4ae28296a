using 'main.bicep'

// Everything that is off by default: private endpoints, the model from the container, retention, mail, replicas that keep running.
param environmentName = 'classifier-private'
param location = 'swedencentral'
param hosting = 'gpu-t4'
param model = 'vgg16'
param modelSource = 'container'
param minReplicas = 1
param maxReplicas = 2
param vnet = true
param allowedIps = ['203.0.113.7', '198.51.100.0/24']
param resultsRetentionDays = 90
param alertEmail = 'on-call@example.com'
param principalId = '11111111-1111-1111-1111-111111111111'
param image = readEnvironmentVariable('SERVICE_CLASSIFIER_IMAGE_NAME', '')
