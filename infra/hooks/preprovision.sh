#!/usr/bin/env bash
# Before anything is created: what would fail later is said now, all of it at once. preprovision.ps1 does the same.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly hosting=${HOSTING:-cpu} model=${MODEL:-vgg16} model_source=${MODEL_SOURCE:-image}
problems=()

command -v az >/dev/null || problems+=('the Azure CLI is missing: https://aka.ms/installazurecli')
case $hosting in
  gpu-t4 | gpu-a100 | cpu) ;;
  flex)
    command -v dotnet >/dev/null || problems+=('HOSTING=flex publishes here: the .NET 10 SDK is missing')
    command -v zip >/dev/null || problems+=('HOSTING=flex packs the app here: zip is missing')
    ;;
  *) problems+=("HOSTING is '$hosting'; it can be gpu-t4, gpu-a100, cpu or flex") ;;
esac
case $model_source in
  image) ;;
  container) [[ $hosting != flex ]] || problems+=('MODEL_SOURCE=container needs a container app; with HOSTING=flex the model is in the package') ;;
  *) problems+=("MODEL_SOURCE is '$model_source'; it can be image or container") ;;
esac
[[ -f models/$model/manifest.json ]] || problems+=("MODEL is '$model', which has no manifest in models/")
if command -v az >/dev/null && ! az account show --output none 2>/dev/null; then
  problems+=('the Azure CLI is not signed in: az login')
fi

if ((${#problems[@]})); then
  printf 'preprovision: %s\n' "${problems[@]}" >&2
  exit 1
fi
if [[ $hosting == gpu-* ]]; then
  printf 'HOSTING=%s takes GPU quota of Container Apps in %s; without it the app stays without a replica (docs/deploy.md).\n' \
    "$hosting" "${AZURE_LOCATION:-the region}"
fi
