using 'main.bicep'

// What azd's environment (`azd env set NAME value`), or the environment of a shell, says.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'classifier')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param hosting = readEnvironmentVariable('HOSTING', 'cpu')
param model = readEnvironmentVariable('MODEL', 'vgg16')
param modelSource = readEnvironmentVariable('MODEL_SOURCE', 'image')
param minReplicas = int(readEnvironmentVariable('MIN_REPLICAS', '0'))
param maxReplicas = int(readEnvironmentVariable('MAX_REPLICAS', '3'))
param flexMemoryMB = readEnvironmentVariable('FLEX_MEMORY_MB', '4096')
param vnet = bool(readEnvironmentVariable('VNET', 'false'))
param allowedIps = filter(split(readEnvironmentVariable('ALLOWED_IPS', ''), ','), ip => !empty(ip))
param resultsRetentionDays = int(readEnvironmentVariable('RESULTS_RETENTION_DAYS', '0'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param image = readEnvironmentVariable('SERVICE_CLASSIFIER_IMAGE_NAME', '')
