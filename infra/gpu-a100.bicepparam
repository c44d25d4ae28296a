using 'main.bicep'

param environmentName = 'classifier-gpu-a100'
param location = 'swedencentral'
param hosting = 'gpu-a100'
param model = 'vgg16'
param image = readEnvironmentVariable('SERVICE_CLASSIFIER_IMAGE_NAME', '')
