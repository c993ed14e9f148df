// SPDX-License-Identifier: Apache-2.0
// Linear programs, solved exactly. The only file that knows the solver.
#include <saddle/optim/linear_program.h>

#include <memory>

#include <coin/Clp_C_Interface.h>

#include <saddle/base/check.h>

namespace saddle {

using Eigen::Index;
using Eigen::VectorXd;

LinearProgramSolution solve_exactly(const LinearProgram& p) {
  const Index n = p.c.size(), m = p.a.rows();
  SADDLE_CHECK(p.a.cols() == n && p.low.size() == n && p.high.size() == n, p.a.cols(), n);
  SADDLE_CHECK(p.row_low.size() == m && p.row_high.size() == m, p.row_low.size(), m);
  Eigen::SparseMatrix<double> a = p.a;
  a.makeCompressed();
  bool numbers = p.c.allFinite();
  for (const VectorXd* bound : {&p.low, &p.high, &p.row_low, &p.row_high}) {
    numbers = numbers && !bound->array().isNaN().any();
  }
  for (Index i = 0; i < a.nonZeros(); ++i) numbers = numbers && std::isfinite(a.valuePtr()[i]);
  if (!numbers) {
    throw Error("a linear program has an entry that is not a number; check what it is made of");
  }

  const std::unique_ptr<Clp_Simplex, decltype(&Clp_deleteModel)> model(Clp_newModel(),
                                                                       &Clp_deleteModel);
  Clp_setLogLevel(model.get(), 0);
  Clp_setPrimalTolerance(model.get(), 1e-9);
  Clp_setDualTolerance(model.get(), 1e-9);
  Clp_loadProblem(model.get(), static_cast<int>(n), static_cast<int>(m), a.outerIndexPtr(),
                  a.innerIndexPtr(), a.valuePtr(), p.low.data(), p.high.data(), p.c.data(),
                  p.row_low.data(), p.row_high.data());
  Clp_initialSolve(model.get());
  switch (Clp_status(model.get())) {
    case 0:
      break;
    case 1:
      throw Error(
          "a linear program is infeasible: no point satisfies all of its bounds; relax one");
    case 2:
      throw Error("a linear program is unbounded: its objective falls for ever; bound a variable");
    default:
      throw Error("a linear program was not solved to the end; check the scale of its entries");
  }
  return {VectorXd::Map(Clp_primalColumnSolution(model.get()), n), Clp_objectiveValue(model.get()),
          VectorXd::Map(Clp_dualRowSolution(model.get()), m)};
}

}  // namespace saddle
