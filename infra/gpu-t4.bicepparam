using 'main.bicep'

param environmentName = 'classifier-gpu-t4'
param location = 'swedencentral'
param hosting = 'gpu-t4'
param model = 'vgg16'
param image = readEnvironmentVariable('SERVICE_CLASSIFIER_IMAGE_NAME', '')
