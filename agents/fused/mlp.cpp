// SPDX-License-Identifier: Apache-2.0
// The fused back end: multilayer perceptrons with derivatives written out, no graph, no dispatch.
#include <algorithm>
#include <utility>
#include <vector>

#include <saddle/agents/fused/kernels.h>
#include <saddle/agents/fused/layout.h>
#include <saddle/agents/network.h>
#include <saddle/envs/worker_pool.h>

namespace saddle {
namespace {

using fused::Activation;
using fused::fit;
using fused::Kernels;
using fused::narrow;
using fused::padded;
using fused::transpose;
using fused::widen;

Activation activation_named(const std::string& name) {
  if (name == "tanh") return Activation::kTanh;
  if (name == "relu") return Activation::kRelu;
  if (name == "elu") return Activation::kElu;
  if (name == "silu") return Activation::kSilu;
  throw Error(concat("unknown activation '", name, "'; use tanh, relu, elu or silu"));
}

/// Up to this many outputs are dot products each; more are a product of matrices.
constexpr std::size_t kFewOutputs = 4;

/// Parameters laid out for the forward products.
struct Packed {
  std::vector<AlignedFloats> transposed;  ///< per layer, Wᵀ [in,padded(out)]
  std::vector<AlignedFloats> bias;        ///< per layer, [padded(out)]
  AlignedFloats last;  ///< W of the last layer [out,padded(in)]; none of a direction
};

/// Buffers of the way back through one chunk, which each has to itself: chunks are shared among
/// threads.
struct Descent {
  std::vector<AlignedFloats> gradient;  ///< per layer, of its outputs [kRowBlock,padded(out)]
  std::vector<AlignedFloats> weight_gradient;  ///< per layer, [out,padded(in)], or transposed
  std::vector<AlignedFloats> bias_gradient;    ///< per layer, [padded(out)]
  AlignedFloats input_gradient;                ///< [kRowBlock,padded(in)]
};

/// Buffers of one pass. Grow to the largest batch seen and stay.
struct Workspace {
  /// Per layer, its input [rows,row(layer)]; the first one only where it is kept, with a vector
  /// more, since products read whole ones. Last: the output, if products make it.
  std::vector<AlignedFloats> value;
  std::vector<AlignedFloats> derivative;  ///< per layer, of its activation, where it has to be kept
  std::vector<AlignedFloats> widened;     ///< per layer, W [out,padded(in)]
  std::vector<Descent> descents;          ///< per chunk
  std::vector<AlignedFloats> tangent;     ///< per layer, of its outputs, one chunk
  AlignedFloats input_tangent;            ///< one chunk [kRowBlock,padded(in)]
};

class FusedMlp final : public Network {
 public:
  FusedMlp(const MlpShape& shape, ParameterArena& arena)
      : kernels_(fused::kernels()), activation_(activation_named(shape.activation)), arena_(arena) {
    widths_.push_back(static_cast<std::size_t>(shape.inputs));
    for (const std::int64_t width : shape.hidden)
      widths_.push_back(static_cast<std::size_t>(width));
    widths_.push_back(static_cast<std::size_t>(shape.outputs));
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      for (Packed* packed : {&packed_.layout(), &direction_}) {
        packed->transposed.emplace_back(widths_[layer] * padded(widths_[layer + 1]), 0.0f);
        packed->bias.emplace_back(padded(widths_[layer + 1]), 0.0f);
      }
    }
    packed_.layout().last.assign(widths_.back() * padded(widths_[layers() - 1]), 0.0f);
  }

  void forward(std::span<const float> x, std::span<float> y) const override {
    // One a thread, shared by all networks: forward() may be called from several threads at once.
    thread_local Workspace workspace;
    const std::size_t rows = rows_of(x, y);
    prepare(workspace, std::min(rows, kRowBlock));
    const Packed& packed = pack();
    for (std::size_t first = 0; first < rows; first += kRowBlock) {
      run(packed, x.data() + first * widths_.front(), workspace, 0,
          std::min(kRowBlock, rows - first), false, y.data() + first * widths_.back());
    }
  }

  void forward_keeping(std::span<const float> x, std::span<float> y) override {
    kept_rows_ = rows_of(x, y);
    prepare(kept_, kept_rows_);
    fit(kept_.value[0], x.size() + fused::kLane);
    const Packed& packed = pack();
    const std::size_t in = widths_.front();
    share_rows(kept_rows_, [&](std::size_t, std::size_t first, std::size_t count) {
      float* const inputs = kept_.value[0].data() + first * in;
      std::copy_n(x.data() + first * in, count * in, inputs);
      run(packed, inputs, kept_, first, count, true, y.data() + first * widths_.back());
    });
  }

  void backward(std::span<const float> dy) override {
    SADDLE_CHECK(dy.size() == kept_rows_ * widths_.back(), dy.size(), kept_rows_);
    prepare_backward();
    share_rows(kept_rows_, [&](std::size_t chunk, std::size_t first, std::size_t count) {
      Descent& here = kept_.descents[chunk];
      start_descent(dy, first, count, here);
      for (std::size_t layer = layers(); layer-- > 0;) {
        differentiate(layer, first, count, here);
        if (layer > 0) descend(layer, first, count, here, here.gradient[layer - 1]);
      }
    });
    // In the order of the rows, whoever computed them.
    for (std::size_t chunk = 0; chunk < row_blocks(kept_rows_); ++chunk)
      add_gradient(kept_.descents[chunk]);
  }

  void input_gradient(std::span<const float> dy, std::span<float> dx) override {
    const std::size_t in = widths_.front();
    SADDLE_CHECK(dy.size() == kept_rows_ * widths_.back() && dx.size() == kept_rows_ * in,
                 dy.size(), dx.size(), kept_rows_);
    prepare_backward();
    widen_weight(0);
    share_rows(kept_rows_, [&](std::size_t chunk, std::size_t first, std::size_t count) {
      Descent& here = kept_.descents[chunk];
      start_descent(dy, first, count, here);
      for (std::size_t layer = layers(); layer-- > 0;) {
        descend(layer, first, count, here,
                layer > 0 ? here.gradient[layer - 1] : here.input_gradient);
      }
      narrow(here.input_gradient.data(), count, in, dx.data() + first * in);
    });
  }

  void tangent(std::span<const float> v, std::span<const float> dx, std::span<float> dy) override {
    const std::size_t in = widths_.front();
    SADDLE_CHECK(
        dy.size() == kept_rows_ * widths_.back() && (dx.empty() || dx.size() == kept_rows_ * in),
        dy.size(), dx.size(), kept_rows_);
    lay_out(v, direction_);
    if (!dx.empty()) fit(kept_.input_tangent, kRowBlock * padded(in));
    kept_.tangent.resize(layers());
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      fit(kept_.tangent[layer], kRowBlock * padded(widths_[layer + 1]));
    }
    const Packed& packed = pack();
    for (std::size_t first = 0; first < kept_rows_; first += kRowBlock) {
      const std::size_t count = std::min(kRowBlock, kept_rows_ - first);
      if (!dx.empty()) widen(dx.data() + first * in, count, in, kept_.input_tangent.data());
      for (std::size_t layer = 0; layer < layers(); ++layer) {
        const AlignedFloats* const moved = layer > 0     ? &kept_.tangent[layer - 1]
                                           : !dx.empty() ? &kept_.input_tangent
                                                         : nullptr;
        advance(packed, layer, first, count, moved);
      }
      narrow(kept_.tangent.back().data(), count, widths_.back(),
             dy.data() + first * widths_.back());
    }
  }

 private:
  [[nodiscard]] std::size_t layers() const { return widths_.size() - 1; }

  [[nodiscard]] std::size_t rows_of(std::span<const float> x, std::span<const float> y) const {
    const std::size_t rows = x.size() / widths_.front();
    SADDLE_CHECK(x.size() == rows * widths_.front() && y.size() == rows * widths_.back(), x.size(),
                 y.size());
    return rows;
  }

  [[nodiscard]] Activation activation_of(std::size_t layer) const {
    return layer + 1 < layers() ? activation_ : Activation::kNone;
  }

  const Packed& pack() const {
    return packed_.of(arena_, [this](std::span<const float> values, Packed& packed) {
      lay_out(values, packed);
      widen(values.data() + arena_.blocks()[2 * layers() - 2].offset, widths_.back(),
            widths_[layers() - 1], packed.last.data());
    });
  }

  /// The layers' part of an array that is laid out as the arena.
  void lay_out(std::span<const float> values, Packed& packed) const {
    const std::vector<ParameterBlock>& blocks = arena_.blocks();
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const ParameterBlock &weight = blocks[2 * layer], &bias = blocks[2 * layer + 1];
      transpose(values.subspan(weight.offset, weight.size), widths_[layer + 1], widths_[layer],
                packed.transposed[layer].data(), padded(widths_[layer + 1]));
      std::ranges::copy(values.subspan(bias.offset, bias.size), packed.bias[layer].begin());
    }
  }

  /// Sizes the buffers for `rows`.
  void prepare(Workspace& w, std::size_t rows) const {
    w.value.resize(layers() + 1);
    w.derivative.resize(layers());
    for (std::size_t layer = 1; layer <= layers(); ++layer) {
      fit(w.value[layer], rows * padded(widths_[layer]));
    }
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      if (activation_of(layer) != Activation::kSilu) continue;
      fit(w.derivative[layer], rows * padded(widths_[layer + 1]));
    }
  }

  /// From one row of this layer's input to the next: what comes in is as dense as it was given.
  [[nodiscard]] std::size_t row(std::size_t layer) const {
    return layer == 0 ? widths_[0] : padded(widths_[layer]);
  }

  /// Inputs `x` [count,in], in place of rows from `first` on, through all layers to `y`
  /// [count,out].
  void run(const Packed& packed, const float* x, Workspace& w, std::size_t first, std::size_t count,
           bool keep, float* y) const {
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const std::size_t in = row(layer), out = padded(widths_[layer + 1]);
      if (layer + 1 == layers() && widths_.back() <= kFewOutputs && in == padded(in)) {
        kernels_.project(x, in, packed.last.data(), in, packed.bias.back().data(), y, count,
                         widths_.back(), in);
        return;
      }
      float* const result = w.value[layer + 1].data() + first * out;
      float* const derivative =
          keep && !w.derivative[layer].empty() ? w.derivative[layer].data() + first * out : nullptr;
      kernels_.multiply_activate(
          {x, in, 1, packed.transposed[layer].data(), out, result, out, count, out, widths_[layer]},
          packed.bias[layer].data(), activation_of(layer), derivative);
      x = result;
    }
    const std::size_t out = widths_.back();
    narrow(w.value.back().data() + first * padded(out), count, out, y);
  }

  void prepare_backward() {
    kept_.widened.resize(layers());
    for (std::size_t layer = 1; layer < layers(); ++layer) widen_weight(layer);
    if (kept_.descents.size() < row_blocks(kept_rows_))
      kept_.descents.resize(row_blocks(kept_rows_));
    for (std::size_t chunk = 0; chunk < row_blocks(kept_rows_); ++chunk) {
      Descent& descent = kept_.descents[chunk];
      descent.gradient.resize(layers());
      descent.weight_gradient.resize(layers());
      descent.bias_gradient.resize(layers());
      fit(descent.input_gradient, kRowBlock * padded(widths_.front()));
      for (std::size_t layer = 0; layer < layers(); ++layer) {
        const std::size_t in = padded(widths_[layer]), out = padded(widths_[layer + 1]);
        fit(descent.gradient[layer], kRowBlock * out);
        fit(descent.weight_gradient[layer],
            transposes(layer) ? widths_[layer] * out : widths_[layer + 1] * in);
        fit(descent.bias_gradient[layer], out);
      }
    }
  }

  void widen_weight(std::size_t layer) {
    const std::size_t in = widths_[layer], out = widths_[layer + 1];
    fit(kept_.widened[layer], out * padded(in));
    widen(std::as_const(arena_).values(arena_.blocks()[2 * layer]).data(), out, in,
          kept_.widened[layer].data());
  }

  /// The chunk from row `first` on of the gradient of the outputs.
  void start_descent(std::span<const float> dy, std::size_t first, std::size_t count,
                     Descent& here) const {
    const std::size_t out = widths_.back();
    widen(dy.data() + first * out, count, out, here.gradient.back().data());
  }

  /// Whether few inputs make dWᵀ = xᵀ dy the smaller product, as rows are exact and columns padded:
  /// by a third at least, since it is slower to add up.
  [[nodiscard]] bool transposes(std::size_t layer) const {
    const std::size_t in = widths_[layer], out = widths_[layer + 1];
    return 3 * in * padded(out) < 2 * padded(in) * out;
  }

  /// From the gradient of this layer's outputs: dW = dyᵀ x, db = Σ dy.
  void differentiate(std::size_t layer, std::size_t first, std::size_t count, Descent& here) const {
    const std::size_t in = padded(widths_[layer]), out = padded(widths_[layer + 1]);
    const float* const dy = here.gradient[layer].data();
    const std::size_t stride = row(layer);
    const float* const x = kept_.value[layer].data() + first * stride;
    float* const weight = here.weight_gradient[layer].data();
    if (transposes(layer)) {
      kernels_.multiply({x, 1, stride, dy, out, weight, out, widths_[layer], out, count}, false);
    } else {
      kernels_.multiply({dy, 1, out, x, stride, weight, in, widths_[layer + 1], in, count}, false);
    }
    constexpr float kOne = 1;
    kernels_.multiply({&kOne, 0, 0, dy, out, here.bias_gradient[layer].data(), out, 1, out, count},
                      false);
  }

  void add_gradient(const Descent& from) {
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const std::size_t in = widths_[layer], out = widths_[layer + 1];
      const bool transposed = transposes(layer);
      const std::size_t stride = padded(transposed ? out : in);
      float* weight = arena_.gradient(arena_.blocks()[2 * layer]).data();
      const float* const added = from.weight_gradient[layer].data();
      for (std::size_t k = 0; k < out; ++k, weight += in) {
        for (std::size_t j = 0; j < in; ++j) {
          weight[j] += transposed ? added[j * stride + k] : added[k * stride + j];
        }
      }
      float* const bias = arena_.gradient(arena_.blocks()[2 * layer + 1]).data();
      for (std::size_t k = 0; k < out; ++k) bias[k] += from.bias_gradient[layer][k];
    }
  }

  /// dx = dy W, which times the activation's slope is the gradient of the layer before.
  void descend(std::size_t layer, std::size_t first, std::size_t count, const Descent& here,
               AlignedFloats& dx) const {
    const std::size_t in = padded(widths_[layer]), out = padded(widths_[layer + 1]);
    const fused::Product product{here.gradient[layer].data(),
                                 out,
                                 1,
                                 kept_.widened[layer].data(),
                                 in,
                                 dx.data(),
                                 in,
                                 count,
                                 in,
                                 widths_[layer + 1]};
    if (layer == 0) {
      kernels_.multiply(product, false);
    } else {
      kernels_.multiply_chain(product, slope_of(layer - 1, first), activation_of(layer - 1), false);
    }
  }

  /// What the slope of this layer's activation is computed from, from row `first` on.
  [[nodiscard]] const float* slope_of(std::size_t layer, std::size_t first) const {
    const AlignedFloats& from =
        kept_.derivative[layer].empty() ? kept_.value[layer + 1] : kept_.derivative[layer];
    return from.data() + first * padded(widths_[layer + 1]);
  }

  /// From the tangent of this layer's inputs to that of its outputs: with V and c the direction of
  /// W and b, (V x + c + W ẋ) times the activation's slope.
  /// None given: its inputs stand still.
  void advance(const Packed& packed, std::size_t layer, std::size_t first, std::size_t count,
               const AlignedFloats* inputs) {
    const std::size_t in = padded(widths_[layer]), out = padded(widths_[layer + 1]);
    const std::size_t stride = row(layer);
    float* const dy = kept_.tangent[layer].data();
    kernels_.multiply_activate(
        {kept_.value[layer].data() + first * stride, stride, 1, direction_.transposed[layer].data(),
         out, dy, out, count, out, widths_[layer]},
        direction_.bias[layer].data(), Activation::kNone, nullptr);
    // Inputs that stand still add an empty product.
    kernels_.multiply_chain(
        {inputs ? inputs->data() : nullptr, in, 1, packed.transposed[layer].data(), out, dy, out,
         count, out, inputs ? widths_[layer] : 0},
        slope_of(layer, first), activation_of(layer), true);
  }

  const Kernels& kernels_;
  Activation activation_;
  ParameterArena& arena_;
  std::vector<std::size_t> widths_;
  fused::Current<Packed> packed_;
  Packed direction_;  ///< of the last tangent()
  Workspace kept_;
  std::size_t kept_rows_ = 0;
};

}  // namespace

std::unique_ptr<Network> make_fused_mlp(const MlpShape& shape, ParameterArena& arena) {
  return std::make_unique<FusedMlp>(shape, arena);
}

}  // namespace saddle
