// session GRAPH INPUT OUTPUT BATCH DIMENSION...: runs a graph on float32 images, one batch after the other, and writes its first output of each.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <onnxruntime_cxx_api.h>

int main(int count, char** arguments) {
  Ort::Env env(ORT_LOGGING_LEVEL_ERROR);
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(env, arguments[1], options);

  std::ifstream input(arguments[2], std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(input), {}};
  std::vector<int64_t> shape;
  size_t length = 1;
  for (int index = 4; index < count; index++) {
    shape.push_back(std::atoll(arguments[index]));
    length *= shape.back();
  }

  Ort::AllocatorWithDefaultOptions allocator;
  const auto input_name = session.GetInputNameAllocated(0, allocator);
  const auto output_name = session.GetOutputNameAllocated(0, allocator);
  const char* const inputs[] = {input_name.get()};
  const char* const outputs[] = {output_name.get()};
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::ofstream output(arguments[3], std::ios::binary);
  for (size_t first = 0; (first + length) * sizeof(float) <= bytes.size(); first += length) {
    auto* images = reinterpret_cast<float*>(const_cast<char*>(bytes.data())) + first;
    const auto tensor = Ort::Value::CreateTensor<float>(memory, images, length, shape.data(), shape.size());
    const auto answers = session.Run(Ort::RunOptions{nullptr}, inputs, &tensor, 1, outputs, 1);
    output.write(reinterpret_cast<const char*>(answers[0].GetTensorData<float>()),
                 answers[0].GetTensorTypeAndShapeInfo().GetElementCount() * sizeof(float));
  }
}
