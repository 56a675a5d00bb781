// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/campaign/host_script.h"
#include "harness/campaign/slurm/options.h"
#include "harness/core/error.h"

using namespace assay;
using namespace assay::campaign;

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("what --slurm says is ours or sbatch's, and commas within lists and brackets stay") {
  const SlurmOptions options = parse_slurm(
      "partition=gpu,nodelist=n[1-3,7],n9,each=type,constraint=a100|h100,wait=10m,folder=/"
      "scratch,time=1:00:00");
  CHECK(options.sbatch == Pairs{{"partition", "gpu"},
                                {"nodelist", "n[1-3,7],n9"},
                                {"constraint", "a100|h100"},
                                {"time", "1:00:00"}});
  CHECK(options.each_type);
  CHECK(options.wait_s == 600);
  CHECK(options.folder == "/scratch");
  CHECK(options.of("partition") == "gpu");
  CHECK(options.of("account").empty());
  CHECK_FALSE(parse_slurm("").each_type);
  CHECK(parse_slurm("gres=gpu:2,mem=0").sbatch == Pairs{{"gres", "gpu:2"}, {"mem", "0"}});
}

TEST_CASE("what sbatch would be told twice, or cannot be told, is refused with what to write") {
  for (const char* text :
       {"hello", "nodes=2", "array=1-3", "wrap=ls", "partition=", "time=1,time=2", "each=rack", "wait=-1",
        "wait=1d", "wait=nan", "output=x", "Partition=a", "=a", "-p=a"}) {
    INFO(text);
    try {
      parse_slurm(text);
      FAIL("it was taken");
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::usage);
      CHECK_FALSE(error.remedy.empty());
    }
  }
}

TEST_CASE("a node counts once, of the partition that was named or of the default one") {
  const std::vector<std::string> lines{"n1|idle|all*|small|2|500|(null)", "n1|idle|one|small|2|500|(null)",
                                       "n2|down*|all*|large,h100|2|500|gpu:h100:1", "rubbish"};
  const auto all = parse_nodes(lines, "");
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "n1");
  CHECK(all[0].partition == "all");
  CHECK_FALSE(all[0].is_down());
  CHECK(all[1].is_down());
  CHECK(all[0].type != all[1].type);
  CHECK(all[1].may_fit("h100&large"));
  CHECK(all[1].may_fit("[small|large]*2"));
  CHECK_FALSE(all[1].may_fit("small"));
  CHECK(all[1].may_fit(""));
  CHECK(parse_nodes({lines[1]}, "one").size() == 1);
  CHECK(parse_nodes({lines[1]}, "").empty());
}

TEST_CASE("a job is waited for, submitted again or given up by what squeue says of it") {
  CHECK(slurm_wait("PENDING", "Priority") == SlurmWait::turn);
  CHECK(slurm_wait("PENDING", "Resources") == SlurmWait::turn);
  CHECK(slurm_wait("PENDING", "None") == SlurmWait::turn);
  CHECK(slurm_wait("PENDING", "ReqNodeNotAvail, UnavailableNodes:n1") == SlurmWait::node);
  CHECK(slurm_wait("PENDING", "Nodes required for job are DOWN, DRAINED or reserved") == SlurmWait::node);
  CHECK(slurm_wait("PENDING", "JobHeldUser") == SlurmWait::never);
  CHECK(slurm_wait("PENDING", "launch failed requeued held") == SlurmWait::never);
  CHECK(slurm_wait("PENDING", "PartitionTimeLimit") == SlurmWait::never);
  CHECK(slurm_wait("RUNNING", "None") == SlurmWait::running);
  CHECK(slurm_wait("COMPLETING", "None") == SlurmWait::running);
  for (const char* state : {"NODE_FAIL", "BOOT_FAIL", "PREEMPTED"})
    CHECK(slurm_wait(state, "None") == SlurmWait::again);
  for (const char* state : {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "gone"})
    CHECK(slurm_wait(state, "None") == SlurmWait::over);
}

TEST_CASE("words reach a far shell as they are") {
  CHECK(shell_word("plain") == "'plain'");
  CHECK(shell_word("it's $HOME `x` \"y\" \\") == "'it'\\''s $HOME `x` \"y\" \\'");
  CHECK(shell_word("") == "''");
  Task task;
  task.id = "0123abcd";
  task.words = {"llm.gemv/*?rows=1|2", "--label", "a'b"};
  task.environment = {{"ASSAY_LAUNCHES", "3"}};
  campaign::Host host;
  host.name = "n1";
  host.folder = "/shared/assay-campaign-0123abcd/1-n1";
  const std::string script = run_script(task, host);
  CHECK_THAT(script, Catch::Contains("export ASSAY_LAUNCHES='3'\n"));
  CHECK_THAT(script, Catch::Contains("'llm.gemv/*?rows=1|2' '--label' 'a'\\''b'"));
  CHECK_THAT(work_script(task, host), Catch::Contains("/assay-campaign-0123abcd-1-n1\n"));
}
