// SPDX-License-Identifier: Apache-2.0
// A network as agents see it: a function of its input, and products with its Jacobian.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <saddle/agents/parameters.h>
#include <saddle/base/fields.h>
#include <saddle/base/rng.h>

namespace saddle {

/// y = f(x; θ) for rows of x. Losses and their curvature in y are written by hand elsewhere, so
/// this is all that a back end has to provide. θ and its gradient live in a ParameterArena that
/// outlives the network.
class Network {
 public:
  virtual ~Network() = default;

  /// x [N,inputs] to y [N,outputs]. Keeps nothing; several threads may call it at the same time.
  virtual void forward(std::span<const float> x, std::span<float> y) const = 0;

  /// As forward(); a network with a memory also writes what it is after each row, `memory` [N,S],
  /// unless that is empty. Others have none. See recurrent.h.
  virtual void forward_remembering(std::span<const float> x, std::span<float> y,
                                   [[maybe_unused]] std::span<float> memory) const {
    SADDLE_CHECK(memory.empty(), memory.size());
    forward(x, y);
  }

  /// As forward(), but keeps what backward(), input_gradient() and tangent() need. They may be
  /// called any number of times, as long as θ stays what it was.
  virtual void forward_keeping(std::span<const float> x, std::span<float> y) = 0;

  /// Adds (∂y/∂θ)ᵀ dy, dy [N,outputs], of the last forward_keeping() to the arena's gradient.
  virtual void backward(std::span<const float> dy) = 0;

  /// Writes (∂y/∂x)ᵀ dy, dx [N,inputs], of the last forward_keeping(), and leaves the arena's
  /// gradient alone.
  virtual void input_gradient(std::span<const float> dy, std::span<float> dx) = 0;

  /// Writes (∂y/∂θ) v + (∂y/∂x) dx, [N,outputs], of the last forward_keeping(): how y changes as θ
  /// moves along `v`, which is laid out as the arena, and x along `dx` [N,inputs], or not at all if
  /// that is empty. Blocks of the arena that are not the network's have no say.
  virtual void tangent(std::span<const float> v, std::span<const float> dx,
                       std::span<float> dy) = 0;
};

/// A multilayer perceptron: inputs → hidden… → outputs, an activation after every hidden layer.
struct MlpShape {
  int inputs = 0;
  std::vector<std::int64_t> hidden;
  int outputs = 0;
  std::string activation;                     ///< "tanh", "relu", "elu" or "silu"
  std::string initialization = "orthogonal";  ///< or "kaiming"; see add_mlp()

  /// Which block of add_mlp() is the weight of the last layer; the next is its bias.
  [[nodiscard]] std::size_t last_layer() const { return 2 * hidden.size(); }
};

/// What a user may choose about networks.
struct NetworkOptions {
  std::vector<std::int64_t> hidden = {64, 64};
  std::string activation = "relu";
  double initial_log_std = -0.5;
  bool squash = false;
  std::string backend = "fused";
  std::string initialization = "orthogonal";
  bool normalize = true;
  std::string recurrent = "none";
  std::int64_t memory = 64;
  std::int64_t sequence = 16;

  /// Those that bear on every policy.
  void architecture(Fields& f) {
    f("hidden", hidden, between(1, 16384), "widths of the hidden layers, of every network");
    f("activation", activation, {"tanh", "relu", "elu", "silu"}, "after every hidden layer");
    f("backend", backend, {"fused", "autograd"},
      "hand-written kernels, or LibTorch; recurrent cells are hand-written in either");
    f("initialization", initialization, {"orthogonal", "kaiming"},
      "of weights: orthogonal ones, or uniform ones as large as a layer's inputs are few");
    f("normalize", normalize,
      "shift and scale observations by their running mean and standard deviation, or pass them on "
      "as they are");
  }

  void fields(Fields& f) {
    architecture(f);
    f("recurrent", recurrent, {"none", "gru", "lstm"},
      "the cell by which policy and critics remember what they have seen of an episode");
    f("memory", memory, between(1, 16384), "width of the recurrent cell");
    f("sequence", sequence, between(1, 1e6),
      "steps through which a gradient goes back in time, and that stay together in a minibatch");
    f("initial_log_std", initial_log_std, between(-5, 2),
      "log standard deviation of a continuous policy at the start, in units of half the action "
      "box; discrete actions have none");
    f("squash", squash,
      "continuous actions are hyperbolic tangents of normal numbers, which stay in the action box, "
      "and not normal numbers that worlds clip to it");
  }
};

/// Draws a weight [rows,columns] that is `gain` times an orthogonal one (Saxe et al. 2014).
void fill_orthogonal(std::span<float> weight, std::int64_t rows, std::int64_t columns, double gain,
                     Rng& rng);

/// Appends the layers of the perceptron to the arena, "0.weight" [out,in], "0.bias" [out], …, and
/// draws them.
///
/// orthogonal  weights are √2 times orthogonal ones, `output_gain` times in the last layer; biases
///             are 0
/// kaiming     weights and biases are uniform in ±1/√in, `output_gain` times that in the last
///             layer: He et al. 2015, arXiv:1502.01852, with the slope √5 that PyTorch takes for
///             its linear layers, √(6 / ((1 + 5) in)). Differs: the gain of the last layer.
void add_mlp(ParameterArena& arena, const MlpShape& shape, double output_gain, Rng& rng);

/// Makes the network on the blocks that add_mlp() appended first to the arena.
using NetworkFactory = std::function<std::unique_ptr<Network>(const MlpShape&, ParameterArena&)>;

/// Written out by hand for the CPU, in the widest vector instructions that the machine has. The
/// default.
[[nodiscard]] std::unique_ptr<Network> make_fused_mlp(const MlpShape& shape, ParameterArena& arena);

/// LibTorch: any device-independent operation, derivatives by autograd, parameters viewed in place.
/// The first call loads the library that is linked to it (autograd/library.h).
/// Errors: saddle::Error if that is not there or of another build.
[[nodiscard]] std::unique_ptr<Network> make_autograd_mlp(const MlpShape& shape,
                                                         ParameterArena& arena);

/// The factory of the back end that the options name.
[[nodiscard]] NetworkFactory network_factory(const NetworkOptions& options);

}  // namespace saddle
