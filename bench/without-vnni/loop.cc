// loop BATCH THREADS ROUNDS FLOAT32_GRAPH INT8_GRAPH: runs both in turns and prints the median milliseconds of each and their ratio.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <onnxruntime_cxx_api.h>

int main(int, char** arguments) {
  const int batch = std::atoi(arguments[1]), threads = std::atoi(arguments[2]), rounds = std::atoi(arguments[3]);
  Ort::Env env(ORT_LOGGING_LEVEL_ERROR);
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(threads);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0"); // else the one that rests takes cores from the one that runs
  Ort::Session sessions[] = {{env, arguments[4], options}, {env, arguments[5], options}};

  Ort::AllocatorWithDefaultOptions allocator;
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::vector<double> times[2];
  for (int round = -1; round < rounds; round++) {
    for (int which = 0; which < 2; which++) {
      auto& session = sessions[which];
      const auto input = session.GetInputNameAllocated(0, allocator), output = session.GetOutputNameAllocated(0, allocator);
      const char *const inputs[] = {input.get()}, *const outputs[] = {output.get()};
      auto shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
      shape[0] = batch;
      size_t length = 1;
      for (const auto side : shape) length *= side;
      std::vector<float> images(length);
      for (size_t index = 0; index < length; index++) images[index] = static_cast<float>(index % 251) - 120;
      const auto tensor = Ort::Value::CreateTensor<float>(memory, images.data(), length, shape.data(), shape.size());
      const auto start = std::chrono::steady_clock::now();
      session.Run(Ort::RunOptions{nullptr}, inputs, &tensor, 1, outputs, 1);
      if (round >= 0) times[which].push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
  }

  double medians[2];
  for (int which = 0; which < 2; which++) {
    std::sort(times[which].begin(), times[which].end());
    medians[which] = times[which][times[which].size() / 2];
  }
  std::printf("%8.0f %8.0f %6.2f\n", medians[0], medians[1], medians[0] / medians[1]);
}
