// SPDX-License-Identifier: Apache-2.0
// Recurrent cells against those of LibTorch, which has the same equations and layout.
#include <saddle/optim/torch/torch.h>

#include <gtest/gtest.h>

#include <saddle/agents/recurrent.h>

namespace saddle {
namespace {

constexpr int kInputs = 5, kWidth = 6, kRows = 4;

torch::Tensor random(at::IntArrayRef shape) { return torch::randn(shape); }

TEST(RecurrentCells, AreThoseOfTorch) {
  torch::manual_seed(4);
  for (const std::string kind : {"gru", "lstm"}) {
    SCOPED_TRACE(kind);
    NetworkOptions options;
    options.recurrent = kind;
    options.memory = kWidth;
    const NetworkShape shape = NetworkShape::of(kInputs, 1, options);
    ParameterArena arena;
    Rng rng(1);
    add_network(arena, shape, 1, rng);
    const auto network = make_network(shape, arena, make_fused_mlp);

    const int gates = kind == "gru" ? 3 : 4;
    const torch::Tensor x = random({kRows, kInputs}), h = random({kRows, kWidth}),
                        c = random({kRows, kWidth});
    const std::vector<torch::Tensor> parameters = {
        random({gates * kWidth, kInputs}), random({gates * kWidth}),
        random({gates * kWidth, kWidth}), random({gates * kWidth})};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto block = arena.values(arena.blocks()[arena.blocks().size() - 4 + i]);
      ASSERT_EQ(static_cast<std::int64_t>(block.size()), parameters[i].numel());
      std::copy_n(parameters[i].data_ptr<float>(), block.size(), block.begin());
    }
    const auto &wi = parameters[0], &bi = parameters[1], &wh = parameters[2], &bh = parameters[3];
    torch::Tensor expected, memory = h;
    if (kind == "gru") {
      expected = torch::gru_cell(x, h, wi, wh, bi, bh);
    } else {
      const auto [after, cell] = torch::lstm_cell(x, {h, c}, wi, wh, bi, bh);
      expected = torch::cat({after, cell}, 1);
      memory = torch::cat({h, c}, 1);
    }
    const torch::Tensor rows = torch::cat({x, torch::ones({kRows, 1}), memory}, 1).contiguous();
    const torch::Tensor flat = expected.contiguous();
    std::vector<float> y(kRows), left(static_cast<std::size_t>(flat.numel()));
    network->forward_remembering({rows.data_ptr<float>(), static_cast<std::size_t>(rows.numel())},
                                 y, left);
    for (std::size_t i = 0; i < left.size(); ++i) {
      EXPECT_NEAR(left[i], flat.data_ptr<float>()[i], 1e-5);
    }
  }
}

}  // namespace
}  // namespace saddle
