# After the resources are there: build, deploy, subscribe to uploads. Every step may be repeated. postprovision.sh does the same.
# Reads azd's environment: the outputs of infra/main.bicep and what `azd env set` says.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..' '..')

function Stop-Here([string] $reason) {
    [Console]::Error.WriteLine("postprovision: $reason")
    exit 1
}

function Get-Needed([string] $name) {
    $value = [Environment]::GetEnvironmentVariable($name)
    if (-not $value) { Stop-Here "$name is not set; azd sets it when it has provisioned" }
    $value
}

function Get-Optional([string] $name, [string] $default) {
    $value = [Environment]::GetEnvironmentVariable($name)
    $value ? $value : $default
}

$hosting = Get-Needed CLASSIFIER_HOSTING
$app = Get-Needed CLASSIFIER_APP_NAME
$model = Get-Needed CLASSIFIER_MODEL
$modelSource = Get-Needed CLASSIFIER_MODEL_SOURCE
$environmentName = Get-Needed AZURE_ENV_NAME
$location = Get-Needed AZURE_LOCATION
$subscription = Get-Needed AZURE_SUBSCRIPTION_ID
$group = Get-Needed AZURE_RESOURCE_GROUP
$account = Get-Needed AZURE_STORAGE_ACCOUNT
$images = Get-Needed IMAGES_CONTAINER
$results = Get-Needed RESULTS_CONTAINER
$modelsContainer = Get-Needed MODELS_CONTAINER
$registry = Get-Optional AZURE_CONTAINER_REGISTRY_NAME ''
$server = Get-Optional AZURE_CONTAINER_REGISTRY_ENDPOINT ''
$parameters = Get-Optional PARAMETERS 'infra/main.bicepparam'
$pause = [int](Get-Optional POLL_SECONDS '5')
$tries = [int](Get-Optional POLL_TRIES '240')

# Runs the Azure CLI; $LASTEXITCODE tells how it went.
function Test-Azure {
    az @args --subscription $subscription --only-show-errors
}

# Runs the Azure CLI and ends here when it fails.
function Invoke-Azure {
    Test-Azure @args
    if ($LASTEXITCODE -ne 0) { Stop-Here "az $($args[0..2] -join ' ') failed" }
}

# Keeps a value for the next `azd provision`; without azd there is nobody to keep it.
function Save-Value([string] $name, [string] $value) {
    if (-not (Get-Command azd -ErrorAction SilentlyContinue)) { return }
    azd env set $name $value
    if ($LASTEXITCODE -ne 0) { Stop-Here "azd env set $name failed" }
}

# The commit, and the time when there are changes beside it: a tag never means two different images.
function Get-SourceTag {
    $time = (Get-Date).ToUniversalTime().ToString('yyyyMMddHHmmss')
    $commit = git rev-parse --short=12 HEAD 2>$null
    if ($LASTEXITCODE -ne 0) { return "source-$time" }
    (git status --porcelain) ? "$commit-$time" : $commit
}

function Send-Model {
    if (-not (Test-Path "models/$model/*.onnx")) {
        bash ./run models pull $model
        if ($LASTEXITCODE -ne 0) { Stop-Here "the model $model could not be pulled" }
    }
    Invoke-Azure storage blob upload-batch --auth-mode login --account-name $account --destination $modelsContainer `
        --destination-path $model --source "models/$model" --overwrite true --output none
}

function Build-Image([string] $target, [string] $name, [string] $models) {
    $builder = Get-Optional IMAGE_BUILDER acr
    if ($builder -ceq 'acr') {
        Invoke-Azure acr build --registry $registry --image $name --target $target --build-arg "MODELS=$models" `
            --file Dockerfile --timeout 7200 .
    }
    elseif ($builder -ceq 'docker') {
        Invoke-Azure acr login --name $registry
        docker build --target $target --build-arg "MODELS=$models" --tag "$server/$name" .
        if ($LASTEXITCODE -ne 0) { Stop-Here 'docker build failed' }
        docker push "$server/$name"
        if ($LASTEXITCODE -ne 0) { Stop-Here 'docker push failed' }
    }
    else { Stop-Here "IMAGE_BUILDER is '$builder'; it can be acr or docker" }
}

function Publish-Image {
    $target = $hosting -clike 'gpu-*' ? 'gpu' : 'cpu'
    $models = $model
    if ($modelSource -ceq 'container') {
        $models = ''
        Send-Model
    }
    $name = "classifier:$(Get-Optional IMAGE_TAG (Get-SourceTag))-$target$($models ? "-$models" : '')"
    Test-Azure acr repository show --name $registry --image $name --output none 2>$null
    if ($LASTEXITCODE -ne 0) { Build-Image $target $name $models }

    # The same template again, now with an image: it adds the app, or gives it a new revision.
    $env:SERVICE_CLASSIFIER_IMAGE_NAME = "$server/$name"
    Invoke-Azure deployment sub create --name "classifier-$environmentName" --location $location --parameters $parameters --output none
    Save-Value SERVICE_CLASSIFIER_IMAGE_NAME $env:SERVICE_CLASSIFIER_IMAGE_NAME
    if (-not $env:CLASSIFIER_ENDPOINT) {
        $address = Invoke-Azure containerapp show --resource-group $group --name $app `
            --query properties.configuration.ingress.fqdn --output tsv
        $env:CLASSIFIER_ENDPOINT = "https://$address"
    }
}

function Publish-Package {
    $work = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid()))).FullName
    try {
        bash ./run publish "$work/app" --device cpu --event-grid --models $model
        if ($LASTEXITCODE -ne 0) { Stop-Here 'the app could not be published' }
        # Compress-Archive would leave out .azurefunctions.
        [IO.Compression.ZipFile]::CreateFromDirectory("$work/app", "$work/app.zip")
        Invoke-Azure functionapp deployment source config-zip --resource-group $group --name $app --src "$work/app.zip" --output none
    }
    finally { Remove-Item $work -Recurse -Force }
}

# Also wakes an app without replicas: its keys can be read only while one runs.
function Wait-UntilAlive {
    for ($try = 0; $try -lt $tries; $try++) {
        try {
            $null = Invoke-WebRequest "$env:CLASSIFIER_ENDPOINT/api/health/live" -TimeoutSec 30
            return
        }
        catch { Start-Sleep $pause }
    }
    Stop-Here "$env:CLASSIFIER_ENDPOINT/api/health/live did not answer 200 in $tries tries; docs/deploy.md says where to look"
}

function Get-BlobsExtensionKey {
    if ($hosting -ceq 'flex') {
        Test-Azure functionapp keys list --resource-group $group --name $app --query systemKeys.blobs_extension --output tsv 2>$null
    }
    else {
        Test-Azure containerapp function keys show --resource-group $group --name $app --key-type systemKey --key-name blobs_extension `
            --query value --output tsv 2>$null
    }
}

function Add-Subscription {
    # The key is made by the extension when it first starts.
    for ($try = 0; $try -lt $tries; $try++) {
        $key = Get-BlobsExtensionKey
        if ($LASTEXITCODE -eq 0 -and $key) { break }
        $key = $null
        Start-Sleep $pause
    }
    if (-not $key) { Stop-Here 'the app has no system key blobs_extension; was it published with --event-grid?' }
    if ($env:GITHUB_ACTIONS) { "::add-mask::$key" }
    $env:BLOBS_EXTENSION_KEY = $key
    try {
        Invoke-Azure deployment group create --resource-group $group --name event-subscription `
            --parameters infra/event-subscription.bicepparam --output none
    }
    finally { $env:BLOBS_EXTENSION_KEY = $null }
}

if ($hosting -ceq 'flex') { Publish-Package } else { Publish-Image }
$endpoint = Get-Needed CLASSIFIER_ENDPOINT
Wait-UntilAlive
Add-Subscription
Save-Value CLASSIFIER_ENDPOINT $endpoint

$keyCommand = $hosting -ceq 'flex' `
    ? "az functionapp keys list --resource-group $group --name $app --query functionKeys.default --output tsv" `
    : "az containerapp function keys show --resource-group $group --name $app --key-type hostKey --key-name default --query value --output tsv"
@"

The classifier is at $endpoint

Classify a picture now:
  curl --data-binary '@cat.jpg' --header "x-functions-key: `$($keyCommand)" "$endpoint/api/classify?top=5"
Upload a picture, and read its result a moment later:
  az storage blob upload --auth-mode login --account-name $account --container-name $images --name cat.jpg --file cat.jpg
  az storage blob download --auth-mode login --account-name $account --container-name $results --name cat.jpg.json --file cat.jpg.json
"@
exit 0
