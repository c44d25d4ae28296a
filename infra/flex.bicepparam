using 'main.bicep'

param environmentName = 'classifier-flex'
param location = 'westeurope'
param hosting = 'flex'
param model = 'vgg16'
