// SPDX-License-Identifier: Apache-2.0
// All parameters of a module as one vector.
#include <saddle/optim/torch/flat.h>

#include <saddle/optim/torch/vector.h>

namespace saddle {
namespace {

void require_parameters(const std::vector<torch::Tensor>& parameters) {
  if (parameters.empty()) throw Error("there are no parameters; pass those of a module that has");
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const torch::Tensor& p = parameters[i];
    VectorSpace<torch::Tensor>::require_supported(p);
    if (p.scalar_type() != parameters[0].scalar_type()) {
      throw Error(concat("parameter ", i, " holds ", p.scalar_type(), " but parameter 0 holds ",
                         parameters[0].scalar_type(), "; convert the module to one type first"));
    }
    if (!p.requires_grad() || !p.is_leaf()) {
      throw Error(concat("parameter ", i,
                         p.is_leaf() ? " does not require gradients" : " is no leaf",
                         "; pass trainable parameters alone"));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (p.is_same(parameters[j])) {
        throw Error(concat("parameter ", i, " is parameter ", j, " again; pass it once"));
      }
    }
  }
}

/// Whether they lie one after another in one piece of memory, as another FlatParameters left them.
bool adjacent(const std::vector<torch::Tensor>& parameters) {
  const auto* next = static_cast<const char*>(parameters[0].data_ptr());
  for (const torch::Tensor& p : parameters) {
    const bool same = p.storage().is_alias_of(parameters[0].storage());
    if (!same || !p.is_contiguous() || p.data_ptr() != next) return false;
    next += p.nbytes();
  }
  return true;
}

}  // namespace

FlatParameters::FlatParameters(std::vector<torch::Tensor> parameters)
    : parameters_(std::move(parameters)) {
  require_parameters(parameters_);
  const at::NoGradGuard no_gradient;
  if (adjacent(parameters_)) {
    std::int64_t size = 0;
    for (const torch::Tensor& p : parameters_) size += p.numel();
    const torch::Tensor first = parameters_[0].detach();
    arena_ = first.as_strided({size}, {1}, first.storage_offset());
    return;
  }
  std::vector<torch::Tensor> flat;
  for (const torch::Tensor& p : parameters_) flat.push_back(p.detach().reshape({-1}));
  arena_ = torch::cat(flat);
  const std::vector<torch::Tensor> places = split(arena_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].set_data(places[i]);
}

torch::Tensor FlatParameters::values() const {
  require_arena();
  return arena_.clone();
}

void FlatParameters::assign(const torch::Tensor& flat) {
  require_arena();
  require_like_arena(flat);
  const at::NoGradGuard no_gradient;
  arena_.copy_(flat);
}

torch::Tensor FlatParameters::gradient() const {
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& p : parameters_) parts.push_back(p.grad());
  return join(parts);
}

torch::Tensor FlatParameters::join(const std::vector<torch::Tensor>& parts) const {
  SADDLE_CHECK(parts.size() == parameters_.size(), parts.size(), parameters_.size());
  const at::NoGradGuard no_gradient;
  torch::Tensor joined = torch::zeros_like(arena_);
  const std::vector<torch::Tensor> places = split(joined);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].defined()) continue;
    SADDLE_CHECK(parts[i].sizes() == places[i].sizes(), i, parts[i].sizes(), places[i].sizes());
    places[i].copy_(parts[i]);
  }
  return joined;
}

std::vector<torch::Tensor> FlatParameters::split(const torch::Tensor& flat) const {
  require_like_arena(flat);
  std::vector<torch::Tensor> parts;
  std::int64_t offset = 0;
  for (const torch::Tensor& p : parameters_) {
    parts.push_back(flat.narrow(0, offset, p.numel()).view(p.sizes()));
    offset += p.numel();
  }
  return parts;
}

void FlatParameters::require_arena() const {
  if (!adjacent(parameters_) || parameters_[0].data_ptr() != arena_.data_ptr()) {
    throw Error(
        "the parameters are no longer where they were; make a FlatParameters after whatever "
        "moves them, as Module::to() or a second FlatParameters of some of them");
  }
}

void FlatParameters::require_like_arena(const torch::Tensor& flat) const {
  if (!flat.defined() || flat.sizes() != arena_.sizes() ||
      flat.scalar_type() != arena_.scalar_type()) {
    std::string got = "an undefined tensor";
    if (flat.defined()) got = concat(flat.scalar_type(), " of shape ", flat.sizes());
    throw Error(concat("the parameters are ", arena_.scalar_type(), " of shape ", arena_.sizes(),
                       ", but the vector is ", got, "; start from FlatParameters::values()"));
  }
}

}  // namespace saddle
