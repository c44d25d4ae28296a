# Before anything is created: what would fail later is said now, all of it at once. preprovision.sh does the same.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..' '..')

$hosting = $env:HOSTING ? $env:HOSTING : 'cpu'
$model = $env:MODEL ? $env:MODEL : 'vgg16'
$modelSource = $env:MODEL_SOURCE ? $env:MODEL_SOURCE : 'image'
$problems = @()

$az = Get-Command az -ErrorAction SilentlyContinue
if (-not $az) { $problems += 'the Azure CLI is missing: https://aka.ms/installazurecli' }
if ($hosting -cnotin 'gpu-t4', 'gpu-a100', 'cpu', 'flex') {
    $problems += "HOSTING is '$hosting'; it can be gpu-t4, gpu-a100, cpu or flex"
}
if ($hosting -ceq 'flex') {
    if (-not $IsLinux) { $problems += 'HOSTING=flex publishes here, for Linux on Linux: use WSL, the dev container or the deploy workflow' }
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { $problems += 'HOSTING=flex publishes here: the .NET 10 SDK is missing' }
}
if ($modelSource -cnotin 'image', 'container') {
    $problems += "MODEL_SOURCE is '$modelSource'; it can be image or container"
}
elseif ($modelSource -ceq 'container' -and $hosting -ceq 'flex') {
    $problems += 'MODEL_SOURCE=container needs a container app; with HOSTING=flex the model is in the package'
}
if (-not (Test-Path "models/$model/manifest.json")) { $problems += "MODEL is '$model', which has no manifest in models/" }
if ($az) {
    az account show --output none 2>$null
    if ($LASTEXITCODE -ne 0) { $problems += 'the Azure CLI is not signed in: az login' }
}

if ($problems) {
    $problems | ForEach-Object { [Console]::Error.WriteLine("preprovision: $_") }
    exit 1
}
if ($hosting -clike 'gpu-*') {
    $region = $env:AZURE_LOCATION ? $env:AZURE_LOCATION : 'the region'
    "HOSTING=$hosting takes GPU quota of Container Apps in $region; without it the app stays without a replica (docs/deploy.md)."
}
exit 0
