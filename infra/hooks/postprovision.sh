#!/usr/bin/env bash
# After the resources are there: build, deploy, subscribe to uploads. Every step may be repeated. postprovision.ps1 does the same.
# Reads azd's environment: the outputs of infra/main.bicep and what `azd env set` says.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

fail() {
  printf 'postprovision: %s\n' "$*" >&2
  exit 1
}

for name in CLASSIFIER_HOSTING CLASSIFIER_APP_NAME CLASSIFIER_MODEL CLASSIFIER_MODEL_SOURCE AZURE_ENV_NAME AZURE_LOCATION \
  AZURE_SUBSCRIPTION_ID AZURE_RESOURCE_GROUP AZURE_STORAGE_ACCOUNT IMAGES_CONTAINER RESULTS_CONTAINER MODELS_CONTAINER; do
  [[ -n ${!name-} ]] || fail "$name is not set; azd sets it when it has provisioned"
done
readonly hosting=$CLASSIFIER_HOSTING app=$CLASSIFIER_APP_NAME model=$CLASSIFIER_MODEL group=$AZURE_RESOURCE_GROUP
readonly parameters=${PARAMETERS:-infra/main.bicepparam} pause=${POLL_SECONDS:-5} tries=${POLL_TRIES:-240}

azure() {
  az "$@" --subscription "$AZURE_SUBSCRIPTION_ID" --only-show-errors
}

# Keeps a value for the next `azd provision`; without azd there is nobody to keep it.
remember() {
  ! command -v azd >/dev/null || azd env set "$1" "$2"
}

# The commit, and the time when there are changes beside it: a tag never means two different images.
source_tag() {
  local commit
  if commit=$(git rev-parse --short=12 HEAD 2>/dev/null) && [[ -z $(git status --porcelain) ]]; then
    printf '%s' "$commit"
  else
    printf '%s' "${commit:-source}-$(date -u +%Y%m%d%H%M%S)"
  fi
}

upload_model() {
  compgen -G "models/$model/*.onnx" >/dev/null || ./run models pull "$model"
  azure storage blob upload-batch --auth-mode login --account-name "$AZURE_STORAGE_ACCOUNT" --destination "$MODELS_CONTAINER" \
    --destination-path "$model" --source "models/$model" --overwrite true --output none
}

build_image() {
  local target=$1 name=$2 models=$3
  case ${IMAGE_BUILDER:-acr} in
    acr)
      azure acr build --registry "$AZURE_CONTAINER_REGISTRY_NAME" --image "$name" --target "$target" --build-arg "MODELS=$models" \
        --file Dockerfile --timeout 7200 .
      ;;
    docker)
      azure acr login --name "$AZURE_CONTAINER_REGISTRY_NAME"
      docker build --target "$target" --build-arg "MODELS=$models" --tag "$AZURE_CONTAINER_REGISTRY_ENDPOINT/$name" .
      docker push "$AZURE_CONTAINER_REGISTRY_ENDPOINT/$name"
      ;;
    *) fail "IMAGE_BUILDER is '$IMAGE_BUILDER'; it can be acr or docker" ;;
  esac
}

deploy_image() {
  local target=cpu name models=$model
  [[ $hosting != gpu-* ]] || target=gpu
  if [[ $CLASSIFIER_MODEL_SOURCE == container ]]; then
    models=
    upload_model
  fi
  name=classifier:${IMAGE_TAG:-$(source_tag)}-$target${models:+-$models}
  azure acr repository show --name "$AZURE_CONTAINER_REGISTRY_NAME" --image "$name" --output none 2>/dev/null ||
    build_image "$target" "$name" "$models"

  # The same template again, now with an image: it adds the app, or gives it a new revision.
  export SERVICE_CLASSIFIER_IMAGE_NAME=$AZURE_CONTAINER_REGISTRY_ENDPOINT/$name
  azure deployment sub create --name "classifier-$AZURE_ENV_NAME" --location "$AZURE_LOCATION" --parameters "$parameters" --output none
  remember SERVICE_CLASSIFIER_IMAGE_NAME "$SERVICE_CLASSIFIER_IMAGE_NAME"
  [[ -n ${CLASSIFIER_ENDPOINT-} ]] || CLASSIFIER_ENDPOINT=https://$(azure containerapp show --resource-group "$group" --name "$app" \
    --query properties.configuration.ingress.fqdn --output tsv)
}

deploy_package() {
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # it is known now
  trap "rm -rf '$work'" EXIT
  ./run publish "$work/app" --device cpu --event-grid --models "$model"
  (cd -- "$work/app" && zip -qr "$work/app.zip" .)
  azure functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$work/app.zip" --output none
}

# Also wakes an app without replicas: its keys can be read only while one runs.
wait_until_alive() {
  local try
  for ((try = 0; try < tries; try++)); do
    if curl --silent --fail --output /dev/null --max-time 30 "$CLASSIFIER_ENDPOINT/api/health/live"; then
      return 0
    fi
    sleep "$pause"
  done
  fail "$CLASSIFIER_ENDPOINT/api/health/live did not answer 200 in $tries tries; docs/deploy.md says where to look"
}

blobs_extension_key() {
  if [[ $hosting == flex ]]; then
    azure functionapp keys list --resource-group "$group" --name "$app" --query systemKeys.blobs_extension --output tsv
  else
    azure containerapp function keys show --resource-group "$group" --name "$app" --key-type systemKey --key-name blobs_extension \
      --query value --output tsv
  fi
}

subscribe() {
  local try key=
  # The key is made by the extension when it first starts.
  for ((try = 0; try < tries; try++)); do
    if key=$(blobs_extension_key 2>/dev/null) && [[ -n $key ]]; then
      break
    fi
    key=
    sleep "$pause"
  done
  [[ -n $key ]] || fail 'the app has no system key blobs_extension; was it published with --event-grid?'
  [[ -z ${GITHUB_ACTIONS-} ]] || printf '::add-mask::%s\n' "$key"
  BLOBS_EXTENSION_KEY=$key azure deployment group create --resource-group "$group" --name event-subscription \
    --parameters infra/event-subscription.bicepparam --output none
}

if [[ $hosting == flex ]]; then
  deploy_package
else
  deploy_image
fi
export CLASSIFIER_ENDPOINT
wait_until_alive
subscribe
remember CLASSIFIER_ENDPOINT "$CLASSIFIER_ENDPOINT"

if [[ $hosting == flex ]]; then
  key_command="az functionapp keys list --resource-group $group --name $app --query functionKeys.default --output tsv"
else
  key_command="az containerapp function keys show --resource-group $group --name $app --key-type hostKey --key-name default --query value --output tsv"
fi
cat <<TEXT

The classifier is at $CLASSIFIER_ENDPOINT

Classify a picture now:
  curl --data-binary '@cat.jpg' --header "x-functions-key: \$($key_command)" "$CLASSIFIER_ENDPOINT/api/classify?top=5"
Upload a picture, and read its result a moment later:
  az storage blob upload --auth-mode login --account-name $AZURE_STORAGE_ACCOUNT --container-name $IMAGES_CONTAINER --name cat.jpg --file cat.jpg
  az storage blob download --auth-mode login --account-name $AZURE_STORAGE_ACCOUNT --container-name $RESULTS_CONTAINER --name cat.jpg.json --file cat.jpg.json
TEXT
