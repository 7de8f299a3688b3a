#!/usr/bin/env python3
"""How fast the forecast is on conda channels, beside the real tools that are on PATH. Not a test: numbers of one machine.

usage: conda.py --envguard PATH [--channel DIR] [--records N] [--scale-tool FILE] [--rounds N] [--tools mamba,conda]
                [--rattler PYTHON] [--parts size,older,shards] [--work DIR] [SPEC…]

Every tool plans `create SPEC…` from one channel, made of --channel (a directory with linux-64/ and noarch/) or of the records
that the scenarios have. Wall time, processor time and the largest resident set come from wait4; warm is the middle of --rounds. On a machine with
other work on it, processor time says more than wall time.

  size    a channel of --records records, and one of four times as many: cold with empty caches, then warm
  older   ten older builds of every record, under the very names
  shards  the channel in shards (CEP 16) over round trips of 30 ms: cold, then warm. --rattler: a Python that has py-rattler,
          timed without its start. Writing shards needs msgpack and zstandard.

--scale-tool: a program that enlarges a channel (--channel DIR --out DIR --linux-64 N --noarch N), in the place of the way to do
it here, which keeps all of it in memory. --work keeps the channels for another run.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import conda_channel

HERE = os.path.dirname(os.path.abspath(__file__))
SPECS = ["python=3.10", "pytorch=2.1", "pytorch-cuda=11.8", "numpy"]
GOALS = [("warm", "warm", "warm cpu", 10), ("cold", "cold", "cold cpu", 3)]  # times as fast as mamba
MEMORY = 0.25  # of mamba's


# A child's largest resident set begins with that of the process it was forked from: so from one that is small.
LAUNCH = """import os, sys, time
start = time.monotonic()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print("measured", time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def measure(argv, env):
    """(wall seconds, processor seconds, MiB, exit status) of one run; a tool that times itself says `took SECONDS`."""
    text = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCH, *argv], env=env, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace").stdout
    wall, cpu, memory, status = map(float, text.splitlines()[-1].split()[1:])
    if status:
        sys.stderr.write(f"{' '.join(argv[:3])} …: {text[-1000:]}\n")
    took = [line[5:] for line in text.splitlines() if line.startswith("took ")]
    return float(took[0]) if took else wall, cpu, memory, int(status)


class Bench:
    def __init__(self, a):
        self.a = a
        self.work = a.work or tempfile.mkdtemp(prefix="bench-conda-")

    def tools(self, channel, home):
        create = ["create", "-p", os.path.join(home, "new"), "--override-channels", "-c", channel, *self.a.spec]
        yield "envguard", [os.path.abspath(self.a.envguard), "dry-run", "--json", "--no-fix", "--", "conda", *create]
        for tool in filter(None, self.a.tools.split(",")):
            if shutil.which(tool):
                yield tool, [shutil.which(tool), *create, "--dry-run", "--json"]
        if self.a.rattler:
            yield "rattler", [self.a.rattler, os.path.join(HERE, "conda_rattler.py"), channel, os.path.join(home, "rattler"), *self.a.spec]

    def time(self, title, channel, server=None, only=None):
        """Prints a line for each tool; {tool: {"cold": s, "warm": s, "MiB": m}}."""
        result = {}
        print(f"\n{title}\n{'':10} {'cold s':>8} {'cpu s':>8} {'MiB':>7} {'warm s':>8} {'cpu s':>8} {'MiB':>7}" + "  requests" * bool(server))
        home = tempfile.mkdtemp(prefix="home-", dir=self.work)
        for tool, argv in self.tools(channel, home):
            if only and tool not in only:
                continue
            shutil.rmtree(home, ignore_errors=True)
            os.mkdir(home)
            env = {k: v for k, v in os.environ.items() if not k.startswith(("CONDA", "MAMBA", "ENVGUARD"))}
            env.update(HOME=home, CONDA_PKGS_DIRS=os.path.join(home, "pkgs"), MAMBA_ROOT_PREFIX=os.path.join(home, "root"),
                       ENVGUARD_CACHE_DIR=os.path.join(home, "cache"), CONDA_OVERRIDE_CUDA="12.2", CONDARC="/dev/null")
            before = server.asked if server else 0
            cold = measure(argv, env)
            asked = server.asked - before if server else 0
            runs = [measure(argv, env) for _ in range(self.a.rounds)]
            warm = [statistics.median(run[i] for run in runs) for i in range(3)]
            failed = "" if not cold[3] and not any(run[3] for run in runs) else f"  (exit {cold[3]})"
            print(f"{tool:10} {cold[0]:8.2f} {cold[1]:8.2f} {cold[2]:7.0f} {warm[0]:8.3f} {warm[1]:8.3f} {warm[2]:7.0f}"
                  + (f"  {asked:8}" if server else "") + failed, flush=True)
            result[tool] = {"cold": cold[0], "cold cpu": cold[1], "warm": warm[0], "warm cpu": warm[1], "cold MiB": cold[2], "warm MiB": warm[2]}
        shutil.rmtree(home, ignore_errors=True)
        return result

    def real(self):
        return conda_channel.read(self.a.channel) if self.a.channel else conda_channel.shipped()

    def large(self, times):
        out = os.path.join(self.work, f"x{times}", "channel")
        if os.path.exists(out):
            return out
        total = self.a.records * times
        if self.a.scale_tool and self.a.channel:
            subprocess.run([sys.executable, self.a.scale_tool, "--channel", self.a.channel, "--out", out, "--linux-64",
                            str(total * 10 // 13), "--noarch", str(total - total * 10 // 13)], check=True, stdout=subprocess.DEVNULL)
        else:
            conda_channel.write(out, conda_channel.enlarged(self.real(), total))
        return out

    def made(self, name, make):
        out = os.path.join(self.work, name, "channel")
        if not os.path.exists(out):
            make(out)
        return out

    def size(self):
        one = self.time(f"{self.a.records} records", "file://" + self.large(1))
        four = self.time(f"{4 * self.a.records} records", "file://" + self.large(4), only=("envguard",))
        ratio("four times the records, warm", four["envguard"]["warm cpu"] / one["envguard"]["warm cpu"], 1.3, False)
        against_real(one)

    def older(self):
        path = self.made("older", lambda out: conda_channel.write(out, conda_channel.with_older(self.real(), 10)))
        result = self.time("ten older builds of every record", "file://" + path)
        against_real(result)

    def shards(self):
        path = self.made("shards", lambda out: conda_channel.write_shards(out, self.real()))
        if not os.path.exists(path):
            print("\nshards: this Python has no msgpack and zstandard")
            return
        conda_channel.write(path, self.real()) # for tools that do not know shards
        server = conda_channel.Far(os.path.dirname(path), 0.030)
        result = self.time("shards over 30 ms", f"http://127.0.0.1:{server.server_port}/channel", server)
        for tool in ("rattler", "conda"):
            if tool in result:
                ratio(f"cold, of {tool}'s", result["envguard"]["cold"] / result[tool]["cold"], 1, False)
        if "conda" in result:
            ratio("warm against conda", result["conda"]["warm"] / result["envguard"]["warm"], 10, True)


def against_real(result):
    """By time on the clock and of the processor: on a machine with other work on it the second says more."""
    ours = result["envguard"]
    for tool in ("mamba", "micromamba"):
        if tool not in result:
            continue
        for title, wall, cpu, goal in GOALS:
            ratio(f"{title} against {tool}", result[tool][wall] / ours[wall], goal, True)
            ratio(f"{title} against {tool}, processor time", result[tool][cpu] / ours[cpu], goal, True)
        for what in ("cold MiB", "warm MiB"):
            ratio(f"memory {what.split()[0]}, of {tool}'s", ours[what] / result[tool][what], MEMORY, False)


def ratio(title, value, goal, larger):
    met = value >= goal if larger else value <= goal
    print(f"{title}: {value:.2f} (goal {'at least' if larger else 'at most'} {goal}{'' if met else ': missed'})", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--envguard", required=True)
    p.add_argument("--channel")
    p.add_argument("--records", type=int, default=100_000)
    p.add_argument("--scale-tool")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--tools", default="mamba,micromamba,conda")
    p.add_argument("--rattler")
    p.add_argument("--parts", default="size,older,shards")
    p.add_argument("--work")
    p.add_argument("spec", nargs="*", default=SPECS)
    bench = Bench(p.parse_args())
    try:
        for part in bench.a.parts.split(","):
            getattr(bench, part)()
    finally:
        if not bench.a.work:
            shutil.rmtree(bench.work, ignore_errors=True)


main()
