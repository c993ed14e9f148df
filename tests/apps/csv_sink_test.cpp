// SPDX-License-Identifier: Apache-2.0
// The table of metrics, and how it is cut when a run is resumed.
#include <saddle/apps/csv_sink.h>

#include <cmath>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::contents;
using test::TemporaryDirectory;

Metrics metrics(double result, double cost) {
  Metrics m;
  m.set("return", result);
  m.set("cost/a, b", cost);
  return m;
}

TEST(CsvSink, OneRowAnUpdate) {
  const TemporaryDirectory directory;
  CsvSink sink(directory.path() / "m.csv", 0);
  sink.write(10, metrics(0.1, std::nan("")));
  sink.write(20, metrics(-1e300, 1.0 / 3));
  EXPECT_EQ(contents(directory.path() / "m.csv"),
            "step,return,\"cost/a, b\"\n10,0.1,nan\n20,-1e+300,0.3333333333333333\n");
}

TEST(CsvSink, ResumingDropsRowsAfterTheCheckpointAndTornOnes) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "m.csv";
  const std::string kept = "step,return,\"cost/a, b\"\n10,1,1\n20,2,2\n";
  for (const std::string lost : {"", "30,3,3\n", "30,3,3\n40,4", "2", "garbage\n20,1,1\n"}) {
    SCOPED_TRACE(lost);
    test::write(path, kept + lost);
    CsvSink(path, 20).write(30, metrics(3.5, 0));
    EXPECT_EQ(contents(path), kept + "30,3.5,0\n");
  }
}

TEST(CsvSink, ATornHeaderIsWrittenAgain) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "m.csv";
  test::write(path, "step,ret");
  CsvSink(path, 0).write(10, metrics(1, 2));
  EXPECT_EQ(contents(path), "step,return,\"cost/a, b\"\n10,1,2\n");
}

TEST(CsvSink, ColumnsStayTheSame) {
  const TemporaryDirectory directory;
  CsvSink sink(directory.path() / "m.csv", 0);
  sink.write(10, metrics(1, 2));
  Metrics other = metrics(1, 2);
  other.set("new", 3);
  EXPECT_THROW(sink.write(20, other), std::logic_error);
}

TEST(CsvSink, ColumnsOfAnotherVersionAreRefused) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "m.csv";
  test::write(path, "step,return\n10,1\n");
  test::expect_error([&] { CsvSink(path, 10).write(20, metrics(1, 2)); }, {path, "elsewhere"});
  EXPECT_EQ(contents(path), "step,return\n10,1\n");
}

TEST(CsvSink, NamesAFileItCannotWrite) {
  test::expect_error([] { CsvSink("/dev/null/m.csv", 0); }, {"/dev/null/m.csv"});
}

}  // namespace
}  // namespace saddle
