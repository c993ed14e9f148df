// SPDX-License-Identifier: Apache-2.0
// Tables of numbers, read back.
#include <saddle/apps/csv.h>

#include <cmath>

#include <gtest/gtest.h>

#include <saddle/apps/csv_sink.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;

class Csv : public testing::Test {
 protected:
  CsvTable read(const std::string& text) {
    test::write(path_, text);
    return read_csv(path_);
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "t.csv";
};

TEST_F(Csv, ReadsWhatTheSinkWrites) {
  Metrics metrics;
  const std::vector<std::string> names = {"return", "cost/a, b", "a \"b\"", "two\nlines"};
  const std::vector<double> values = {0.1, std::nan(""), -1e300, HUGE_VAL};
  for (std::size_t i = 0; i < names.size(); ++i) metrics.set(names[i], values[i]);
  CsvSink(path_, -1).write(40, metrics);
  const CsvTable table = read_csv(path_);
  ASSERT_EQ(table.rows.size(), 1);
  EXPECT_EQ(table.rows[0][table.column("step")], 40);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double value = table.rows[0][table.column(names[i])];
    EXPECT_TRUE(value == values[i] || (std::isnan(value) && std::isnan(values[i]))) << names[i];
  }
}

TEST_F(Csv, LeavesOutAnUnfinishedLine) {
  EXPECT_EQ(read("step,x\n1,2\n3,4").rows, (std::vector<std::vector<double>>{{1, 2}}));
  EXPECT_TRUE(read("step,x\n").rows.empty());
}

TEST_F(Csv, RefusesWhatIsNoTableOfNumbers) {
  expect_error([&] { (void)read(""); }, {"t.csv", "no header"});
  expect_error([&] { (void)read("step,x\n1,2\n3\n"); }, {"t.csv", "line 3"});
  expect_error([&] { (void)read("step,x\n1,2,3\n"); }, {"line 2"});
  expect_error([&] { (void)read("step,x\n1,one\n"); }, {"line 2"});
  expect_error([&] { (void)read("step,x\n1,2 \n"); }, {"line 2"});
  expect_error([&] { (void)read("step,x\n").column("y"); }, {"t.csv", "no column 'y'"});
  expect_error([&] { (void)read_csv(directory_.path() / "none.csv"); }, {"none.csv"});
}

}  // namespace
}  // namespace saddle
