// SPDX-License-Identifier: Apache-2.0
// The autograd back end: LibTorch over the arena's own memory.
#include <saddle/optim/torch/torch.h>

#include <dlfcn.h>

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <saddle/agents/autograd/library.h>
#include <saddle/agents/plugin.h>

namespace saddle {
namespace {

using TorchActivation = torch::Tensor (*)(const torch::Tensor&);

TorchActivation torch_activation(const std::string& name) {
  if (name == "tanh") return [](const torch::Tensor& x) { return torch::tanh(x); };
  if (name == "relu") return [](const torch::Tensor& x) { return torch::relu(x); };
  if (name == "elu") return [](const torch::Tensor& x) { return torch::elu(x); };
  if (name == "silu") return [](const torch::Tensor& x) { return torch::silu(x); };
  throw Error(concat("unknown activation '", name, "'; use tanh, relu, elu or silu"));
}

/// LibTorch takes no const pointer, but nothing here writes through a view of an input.
torch::Tensor view(std::span<const float> values, at::IntArrayRef shape) {
  return torch::from_blob(const_cast<float*>(values.data()), shape, torch::kFloat32);
}

class AutogradMlp final : public Network {
 public:
  AutogradMlp(const MlpShape& shape, ParameterArena& arena)
      : shape_(shape), activation_(torch_activation(shape.activation)) {
    for (std::size_t i = 0; i < 2 * (shape.hidden.size() + 1); ++i) {
      const ParameterBlock& block = arena.blocks().at(i);
      torch::Tensor parameter = view(arena.values(block), block.shape).requires_grad_();
      parameter.mutable_grad() = view(arena.gradient(block), block.shape);
      parameters_.push_back(parameter);
      size_ += block.size;
    }
  }

  void forward(std::span<const float> x, std::span<float> y) const override {
    const at::NoGradGuard no_gradient;
    copy_out(apply(input(x)), y);
  }

  void forward_keeping(std::span<const float> x, std::span<float> y) override {
    input_ = input(x).clone().requires_grad_();  // the graph outlives what the caller owns
    output_ = apply(input_);
    copy_out(output_.detach(), y);
  }

  void backward(std::span<const float> dy) override {
    SADDLE_CHECK(output_.defined() && static_cast<std::int64_t>(dy.size()) == output_.numel());
    torch::autograd::backward({output_}, {view(dy, output_.sizes())}, /*retain_graph=*/true,
                              /*create_graph=*/false, parameters_);
  }

  void input_gradient(std::span<const float> dy, std::span<float> dx) override {
    SADDLE_CHECK(output_.defined() && static_cast<std::int64_t>(dy.size()) == output_.numel());
    copy_out(torch::autograd::grad({output_}, {input_}, {view(dy, output_.sizes())},
                                   /*retain_graph=*/true)
                 .front(),
             dx);
  }

  // (∂y/∂θ)ᵀ w is linear in w, so its derivative along v is (∂y/∂θ) v, whatever w is; so with x.
  void tangent(std::span<const float> v, std::span<const float> dx, std::span<float> dy) override {
    SADDLE_CHECK(output_.defined() && v.size() >= size_, v.size(), size_);
    const torch::Tensor w = torch::zeros_like(output_).requires_grad_();
    std::vector<torch::Tensor> moved = parameters_, along;
    std::size_t offset = 0;
    for (const torch::Tensor& parameter : parameters_) {
      const auto size = static_cast<std::size_t>(parameter.numel());
      along.push_back(view(v.subspan(offset, size), parameter.sizes()));
      offset += size;
    }
    if (!dx.empty()) {
      moved.push_back(input_);
      along.push_back(view(dx, input_.sizes()));
    }
    const std::vector<torch::Tensor> back =
        torch::autograd::grad({output_}, moved, {w}, /*retain_graph=*/true, /*create_graph=*/true);
    copy_out(torch::autograd::grad(back, {w}, along).front(), dy);
  }

 private:
  [[nodiscard]] torch::Tensor input(std::span<const float> x) const {
    const auto columns = static_cast<std::size_t>(shape_.inputs);
    SADDLE_CHECK(x.size() % columns == 0, x.size(), columns);
    return view(x, {static_cast<std::int64_t>(x.size() / columns), shape_.inputs});
  }

  [[nodiscard]] torch::Tensor apply(torch::Tensor h) const {
    for (std::size_t i = 0; i < parameters_.size(); i += 2) {
      if (i > 0) h = activation_(h);
      h = torch::addmm(parameters_[i + 1], h, parameters_[i].t());
    }
    return h;
  }

  static void copy_out(const torch::Tensor& result, std::span<float> y) {
    SADDLE_CHECK(result.numel() == static_cast<std::int64_t>(y.size()), result.numel(), y.size());
    torch::from_blob(y.data(), result.sizes(), torch::kFloat32).copy_(result);
  }

  MlpShape shape_;
  TorchActivation activation_;
  std::vector<torch::Tensor> parameters_;
  std::size_t size_ = 0;          // floats of them; they lie at the front of the arena
  torch::Tensor input_, output_;  // of the last forward_keeping()
};

void compute_with_one_thread_per_caller() {
  at::set_num_threads(1);
  // OpenBLAS, where it is the BLAS in use, has a pool that LibTorch does not control.
  if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(symbol)(1);
  }
}

}  // namespace
}  // namespace saddle

const saddle::AutogradLibrary* saddle_autograd() {
  static const std::string build = saddle::agent_plugin_build();
  static const saddle::AutogradLibrary library = {
      build.c_str(),
      [](const saddle::MlpShape& shape,
         saddle::ParameterArena& arena) -> std::unique_ptr<saddle::Network> {
        return std::make_unique<saddle::AutogradMlp>(shape, arena);
      }};
  [[maybe_unused]] static const bool set = [] {
    saddle::compute_with_one_thread_per_caller();
    return true;
  }();
  return &library;
}
