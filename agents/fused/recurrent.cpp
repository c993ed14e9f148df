// SPDX-License-Identifier: Apache-2.0
// Recurrent networks with derivatives written out: back-propagation through time, and its forward
// mode.
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <saddle/agents/fused/kernels.h>
#include <saddle/agents/fused/layout.h>
#include <saddle/agents/fused/walk.h>
#include <saddle/agents/recurrent.h>

namespace saddle {
namespace {

using fused::CellKernels;
using fused::fit;
using fused::Kernels;
using fused::padded;
using fused::Walk;

// Widths, here and below: O inputs, M of the cell; padded ones are marked by a prime. Gates, parts
// of the memory and what is kept lie one after the other in a row, M′ wide each: G′, S′ and K′ in
// all.

/// The cell's parameters, laid out for the forward products.
struct PackedCell {
  AlignedFloats input, memory;            ///< [O,G′], [M,G′]: the weights, transposed
  AlignedFloats input_bias, memory_bias;  ///< [G′]
};

/// Buffers of one pass. `rows` are all that it walks in the order of places, if they are kept, or
/// else one chunk.
struct CellWorkspace {
  Walk walk;
  AlignedFloats seen;    ///< [N,O + M], what the perceptron sees, in the caller's order
  AlignedFloats input;   ///< [rows,O′]
  AlignedFloats before;  ///< [rows,S′], the memory before
  AlignedFloats kept;    ///< [rows,K′]
  AlignedFloats state;  ///< [lanes,S′], the memory so far; in derivatives, what goes through time
  AlignedFloats a, b;  ///< [kRowBlock,G′], what goes into the gates from the input and the memory
};

class Recurrent final : public Network {
 public:
  Recurrent(const NetworkShape& shape, std::unique_ptr<Network> mlp, ParameterArena& arena,
            std::size_t first)
      : kernels_(fused::kernels()),
        cell_(shape.cell.kind == "gru" ? kernels_.gru : kernels_.lstm),
        mlp_(std::move(mlp)),
        arena_(arena),
        first_(first),
        inputs_(static_cast<std::size_t>(shape.cell.inputs)),
        width_(static_cast<std::size_t>(shape.cell.width)) {
    for (PackedCell* packed : {&packed_.layout(), &direction_}) {
      fit(packed->input, inputs_ * gates());
      fit(packed->memory, width_ * gates());
      fit(packed->input_bias, gates());
      fit(packed->memory_bias, gates());
    }
  }

  void forward(std::span<const float> x, std::span<float> y) const override {
    forward_remembering(x, y, {});
  }

  void forward_remembering(std::span<const float> x, std::span<float> y,
                           std::span<float> memory) const override {
    thread_local CellWorkspace workspace;  // one a thread, shared by all networks
    advance(workspace, x, memory, false);
    mlp_->forward(workspace.seen, y);
  }

  void forward_keeping(std::span<const float> x, std::span<float> y) override {
    advance(kept_, x, {}, true);
    mlp_->forward_keeping(kept_.seen, y);
  }

  void backward(std::span<const float> dy) override {
    mlp_->backward(dy);
    const std::size_t wide = padded(inputs_), state = memory();
    weight_gradient_.assign(gates() * wide, 0.0f);
    memory_gradient_.assign(gates() * padded(width_), 0.0f);
    descend(dy, [&](const Walk::Part& part) {
      kernels_.multiply({kept_.a.data(), 1, gates(), kept_.input.data() + part.place * wide, wide,
                         weight_gradient_.data(), wide, gates(), wide, part.count},
                        true);
      kernels_.multiply(
          {kept_.b.data(), 1, gates(), kept_.before.data() + part.place * state, state,
           memory_gradient_.data(), padded(width_), gates(), padded(width_), part.count},
          true);
      add_bias(kept_.a, part.count, 1);
      add_bias(kept_.b, part.count, 3);
    });
    add_weights(weight_gradient_, inputs_, 0);
    add_weights(memory_gradient_, width_, 2);
  }

  void input_gradient(std::span<const float> dy, std::span<float> dx) override {
    const std::size_t row = row_size(), wide = padded(inputs_), seen = inputs_ + width_;
    SADDLE_CHECK(dx.size() == kept_.walk.rows() * row, dx.size(), kept_.walk.rows());
    lay_out_wide(0, inputs_, wide_input_);
    fit(chunk_gradient_, kRowBlock * wide);
    std::ranges::fill(dx, 0.0f);
    descend(dy, [&](const Walk::Part& part) {
      kernels_.multiply({kept_.a.data(), gates(), 1, wide_input_.data(), wide,
                         chunk_gradient_.data(), wide, part.count, wide, gates()},
                        false);
      for (std::size_t i = 0; i < part.count; ++i) {
        const std::size_t at = kept_.walk.row(part.place + i);
        const auto to = dx.subspan(at * row, row);
        for (std::size_t j = 0; j < inputs_; ++j) {
          to[j] = seen_gradient_[at * seen + j] + chunk_gradient_[i * wide + j];
        }
        if (part.starts) store_memory(kept_.state, part.lane + i, to.subspan(inputs_ + 1));
      }
    });
  }

  // Of the memory before the row, which moves as the row before says, the cell has kept nothing but
  // the value: what moves it is carried along in `state`.
  void tangent(std::span<const float> v, std::span<const float> dx, std::span<float> dy) override {
    const std::size_t row = row_size(), wide = padded(inputs_), seen = inputs_ + width_;
    const std::size_t rows = kept_.walk.rows(), state = memory();
    SADDLE_CHECK(dx.empty() || dx.size() == rows * row, dx.size(), rows);
    lay_out(v, direction_);
    const PackedCell& packed = pack();
    seen_gradient_.assign(rows * seen, 0.0f);
    fit(chunk_gradient_, kRowBlock * wide);
    kept_.state.assign(kept_.state.size(), 0.0f);
    kept_.walk.forth([&](const Walk::Part& part) {
      float* const moves = kept_.state.data() + part.lane * state;
      if (part.starts && !dx.empty()) load_memory(dx, part, kept_);
      product(kept_.input.data() + part.place * wide, wide, inputs_, direction_.input,
              direction_.input_bias, part.count, kept_.a);
      product(kept_.before.data() + part.place * state, state, width_, direction_.memory,
              direction_.memory_bias, part.count, kept_.b);
      if (!dx.empty()) {
        load_input(dx, part, kept_.walk, chunk_gradient_.data());
        kernels_.multiply({chunk_gradient_.data(), wide, 1, packed.input.data(), gates(),
                           kept_.a.data(), gates(), part.count, gates(), inputs_},
                          true);
      }
      kernels_.multiply({moves, state, 1, packed.memory.data(), gates(), kept_.b.data(), gates(),
                         part.count, gates(), width_},
                        true);
      cell_.tangent(kept_.kept.data() + part.place * keeps(),
                    kept_.before.data() + part.place * state, kept_.a.data(), kept_.b.data(), moves,
                    part.count, padded(width_));
      for (std::size_t i = 0; i < part.count; ++i) {
        const std::size_t at = kept_.walk.row(part.place + i);
        float* const to = seen_gradient_.data() + at * seen;
        if (!dx.empty()) std::copy_n(dx.data() + at * row, inputs_, to);
        std::copy_n(moves + i * state, width_, to + inputs_);
      }
    });
    mlp_->tangent(v, seen_gradient_, dy);
  }

 private:
  [[nodiscard]] std::size_t gates() const { return cell_.gates * padded(width_); }
  [[nodiscard]] std::size_t memory() const { return cell_.memory * padded(width_); }
  [[nodiscard]] std::size_t keeps() const { return cell_.kept * padded(width_); }
  [[nodiscard]] std::size_t row_size() const { return row_width(inputs_, cell_.memory * width_); }

  [[nodiscard]] const ParameterBlock& block(std::size_t i) const {
    return arena_.blocks()[first_ + i];
  }

  const PackedCell& pack() const {
    return packed_.of(arena_, [this](std::span<const float> values, PackedCell& packed) {
      lay_out(values, packed);
    });
  }

  /// The cell's part of an array that is laid out as the arena.
  void lay_out(std::span<const float> values, PackedCell& packed) const {
    const auto part = [&](std::size_t i) { return values.subspan(block(i).offset, block(i).size); };
    for (std::size_t g = 0; g < cell_.gates; ++g) {
      const std::size_t to = g * padded(width_);
      const std::size_t input = width_ * inputs_, memory = width_ * width_;
      fused::transpose(part(0).subspan(g * input, input), width_, inputs_, &packed.input[to],
                       gates());
      fused::transpose(part(2).subspan(g * memory, memory), width_, width_, &packed.memory[to],
                       gates());
      std::copy_n(&part(1)[g * width_], width_, &packed.input_bias[to]);
      std::copy_n(&part(3)[g * width_], width_, &packed.memory_bias[to]);
    }
  }

  /// A weight [gates·M,columns] as rows of padded(columns), G′ of them.
  void lay_out_wide(std::size_t i, std::size_t columns, AlignedFloats& wide) const {
    const std::span<const float> weight = std::as_const(arena_).values(block(i));
    fit(wide, gates() * padded(columns));
    for (std::size_t g = 0; g < cell_.gates; ++g) {
      fused::widen(&weight[g * width_ * columns], width_, columns,
                   &wide[g * padded(width_) * padded(columns)]);
    }
  }

  /// The first O numbers of the rows at the part's places.
  void load_input(std::span<const float> x, const Walk::Part& part, const Walk& walk,
                  float* to) const {
    for (std::size_t i = 0; i < part.count; ++i) {
      std::copy_n(x.data() + walk.row(part.place + i) * row_size(), inputs_,
                  to + i * padded(inputs_));
    }
  }

  /// The memory that rows carry, to the part's lanes.
  void load_memory(std::span<const float> x, const Walk::Part& part, CellWorkspace& w) const {
    for (std::size_t i = 0; i < part.count; ++i) {
      const float* const from = x.data() + w.walk.row(part.place + i) * row_size() + inputs_ + 1;
      float* const to = w.state.data() + (part.lane + i) * memory();
      std::fill_n(to, memory(), 0.0f);
      for (std::size_t s = 0; s < cell_.memory; ++s) {
        std::copy_n(from + s * width_, width_, to + s * padded(width_));
      }
    }
  }

  void store_memory(const AlignedFloats& state, std::size_t lane, std::span<float> to) const {
    for (std::size_t s = 0; s < cell_.memory; ++s) {
      std::copy_n(state.data() + lane * memory() + s * padded(width_), width_, &to[s * width_]);
    }
  }

  /// x W + bias.
  void product(const float* x, std::size_t stride, std::size_t depth, const AlignedFloats& weight,
               const AlignedFloats& bias, std::size_t rows, AlignedFloats& result) const {
    kernels_.multiply_activate(
        {x, stride, 1, weight.data(), gates(), result.data(), gates(), rows, gates(), depth},
        bias.data(), fused::Activation::kNone, nullptr);
  }

  /// Walks the rows; their memories go to `left` [N,S], if that is not empty.
  void advance(CellWorkspace& w, std::span<const float> x, std::span<float> left, bool keep) const {
    const std::size_t wide = padded(inputs_), state = memory(), seen = inputs_ + width_;
    const std::size_t remembered = cell_.memory * width_;
    w.walk.plan(x, row_size(), inputs_);
    SADDLE_CHECK(left.empty() || left.size() == w.walk.rows() * remembered, left.size());
    const std::size_t rows = keep ? w.walk.rows() : kRowBlock;
    w.seen.resize(w.walk.rows() * seen);
    fit(w.input, rows * wide);
    fit(w.before, rows * state);
    fit(w.kept, rows * keeps());
    fit(w.state, w.walk.lanes() * state);
    fit(w.a, kRowBlock * gates());
    fit(w.b, kRowBlock * gates());
    const PackedCell& packed = pack();
    w.walk.forth([&](const Walk::Part& part) {
      const std::size_t at = keep ? part.place : 0;
      float* const input = w.input.data() + at * wide;
      float* const before = w.before.data() + at * state;
      float* const now = w.state.data() + part.lane * state;
      load_input(x, part, w.walk, input);
      if (part.starts) load_memory(x, part, w);
      std::copy_n(now, part.count * state, before);
      product(input, wide, inputs_, packed.input, packed.input_bias, part.count, w.a);
      product(before, state, width_, packed.memory, packed.memory_bias, part.count, w.b);
      cell_.forward(w.a.data(), w.b.data(), before, w.kept.data() + at * keeps(), now, part.count,
                    padded(width_));
      for (std::size_t i = 0; i < part.count; ++i) {
        const std::size_t row = w.walk.row(part.place + i);
        std::copy_n(x.data() + row * row_size(), inputs_, &w.seen[row * seen]);
        std::copy_n(now + i * state, width_, &w.seen[row * seen + inputs_]);
        if (left.empty()) continue;
        store_memory(w.state, part.lane + i, left.subspan(row * remembered, remembered));
      }
    });
  }

  /// Back through time. At each part, last first, `each` finds the gradients of what goes into the
  /// gates in kept_.a and kept_.b, and that of the memory before in kept_.state.
  template <class Each>
  void descend(std::span<const float> dy, const Each& each) {
    const std::size_t seen = inputs_ + width_, state = memory();
    seen_gradient_.resize(kept_.walk.rows() * seen);
    mlp_->input_gradient(dy, seen_gradient_);
    lay_out_wide(2, width_, wide_memory_);
    kept_.state.assign(kept_.state.size(), 0.0f);
    kept_.walk.back([&](const Walk::Part& part) {
      float* const d = kept_.state.data() + part.lane * state;
      for (std::size_t i = 0; i < part.count; ++i) {
        const float* const from = &seen_gradient_[kept_.walk.row(part.place + i) * seen + inputs_];
        for (std::size_t j = 0; j < width_; ++j) d[i * state + j] += from[j];
      }
      cell_.backward(kept_.kept.data() + part.place * keeps(),
                     kept_.before.data() + part.place * state, d, kept_.a.data(), kept_.b.data(),
                     part.count, padded(width_));
      kernels_.multiply({kept_.b.data(), gates(), 1, wide_memory_.data(), padded(width_), d, state,
                         part.count, padded(width_), gates()},
                        true);
      each(part);
    });
  }

  /// Σ of the rows of `d` [count,G′], to the gradient of block i.
  void add_bias(const AlignedFloats& d, std::size_t count, std::size_t i) {
    const std::span<float> bias = arena_.gradient(block(i));
    for (std::size_t row = 0; row < count; ++row) {
      for (std::size_t g = 0; g < cell_.gates; ++g) {
        const float* const from = &d[row * gates() + g * padded(width_)];
        for (std::size_t k = 0; k < width_; ++k) bias[g * width_ + k] += from[k];
      }
    }
  }

  /// A gradient [G′,padded(columns)], to that of block i.
  void add_weights(const AlignedFloats& gradient, std::size_t columns, std::size_t i) {
    const std::span<float> weight = arena_.gradient(block(i));
    for (std::size_t k = 0; k < cell_.gates * width_; ++k) {
      const std::size_t row = k / width_ * padded(width_) + k % width_;
      for (std::size_t j = 0; j < columns; ++j) {
        weight[k * columns + j] += gradient[row * padded(columns) + j];
      }
    }
  }

  const Kernels& kernels_;
  const CellKernels& cell_;
  std::unique_ptr<Network> mlp_;
  ParameterArena& arena_;
  std::size_t first_, inputs_, width_;
  fused::Current<PackedCell> packed_;
  PackedCell direction_;  // of the last tangent()
  CellWorkspace kept_;
  AlignedFloats wide_input_, wide_memory_;           // [G′,O′], [G′,M′]: the weights
  AlignedFloats weight_gradient_, memory_gradient_;  // likewise
  AlignedFloats seen_gradient_;                      // [N,O + M], or how it moves
  AlignedFloats chunk_gradient_;                     // [kRowBlock,O′], likewise
};

}  // namespace

std::unique_ptr<Network> make_recurrent(const NetworkShape& shape, std::unique_ptr<Network> mlp,
                                        ParameterArena& arena, std::size_t first) {
  return std::make_unique<Recurrent>(shape, std::move(mlp), arena, first);
}

}  // namespace saddle
