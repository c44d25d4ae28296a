using 'main.bicep'

param environmentName = 'classifier-cpu'
param location = 'westeurope'
param hosting = 'cpu'
param model = 'vgg16'
param image = readEnvironmentVariable('SERVICE_CLASSIFIER_IMAGE_NAME', '')
