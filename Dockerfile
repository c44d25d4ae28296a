# syntax=docker/dockerfile:1
# The app as a container image. `docker build .` makes the image for CPUs, `docker build --target gpu .` the one for NVIDIA GPUs.
# Every step that can go wrong is `./run publish`, which needs no container.

# Names of the models that become part of the image, between spaces; weights that are not in models/ are pulled. "" leaves them all out.
ARG MODELS="vgg16"

FROM mcr.microsoft.com/dotnet/sdk:10.0.401@sha256:35d40304542c8689331f8cab17c65926cdf48fe711e289321d71924b230a7d29 AS source
ENV CI=true
WORKDIR /source
COPY . .

FROM mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0 AS host
ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true \
    FUNCTIONS_WORKER_RUNTIME=dotnet-isolated
EXPOSE 80
COPY infra/container/health-check /usr/local/bin/health-check
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 CMD ["bash", "/usr/local/bin/health-check"]

FROM source AS publish-cpu
ARG MODELS
RUN ./run publish /app --device cpu --event-grid --models "$MODELS"

FROM host AS cpu
ENV Classifier__Device=cpu
COPY --from=publish-cpu /app /home/site/wwwroot

# A builder that makes every stage before its target, as the build service of Azure does, has what it needs for CPUs above this line.
FROM source AS publish-gpu
ARG MODELS
RUN ./run publish /app --device cuda --event-grid --models "$MODELS"

# What ONNX Runtime's CUDA provider links to or opens: CUDA 13 and cuDNN 9. The driver (580 or newer) is the machine's.
FROM nvidia/cuda:13.0.1-cudnn-runtime-ubuntu24.04 AS cuda
RUN mkdir /cuda && cp -P /usr/local/cuda/lib64/libcudart.so.* /usr/local/cuda/lib64/libcublas.so.* /usr/local/cuda/lib64/libcublasLt.so.* \
    /usr/local/cuda/lib64/libcufft.so.* /usr/local/cuda/lib64/libcurand.so.* /usr/local/cuda/lib64/libnvrtc*.so.* \
    /usr/local/cuda/lib64/libnvJitLink.so.* /usr/lib/x86_64-linux-gnu/libcudnn*.so.9* /cuda/

# The two folders of /usr/local/nvidia are where a container runtime may put the driver's libraries.
FROM host AS gpu
ENV Classifier__Device=cuda \
    LD_LIBRARY_PATH=/opt/cuda:/usr/local/nvidia/lib:/usr/local/nvidia/lib64 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=cuda /cuda /opt/cuda
COPY --from=publish-gpu /app /home/site/wwwroot

# The last stage is what a build without --target makes.
FROM cpu
