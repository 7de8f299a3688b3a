#!/usr/bin/env python3
"""How fast the forecast is, against uv and pip on the same environments and index. Not a test: numbers of one machine.

usage: run.py --envguard PATH [--uv UV] [--pips DIR] [--rounds N] [--count N]
              [--universe U.jsonl.zst --variants DIR --cases cases.jsonl --oracle pip_oracle.py]

With a recorded index: requests out of --cases that pip 26.3 and uv both plan. Without: the example that ships, which is small, so
that the numbers say little. --pips: a folder with one unzipped pip wheel per version (26.3 is used).

  warm    everything cached, pages still fresh; the best of --rounds, because other load only ever adds
  cold    empty cache, 30 ms added to every answer; one run; the requests are counted by the server (HTTP/1.1)
  +fix    the same with the search for a command to take instead, which uv and pip have not; all else is without (--no-fix)
  memory  the largest resident set, from wait4
"""
import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "real"))
import example

LATENCY = 0.030
PIP = "26.3"
GOALS = {"uv warm / envguard warm": (5.0, True), "envguard cold / uv cold": (1.0, False), "pip warm / envguard warm": (50.0, True),
         "envguard memory / uv memory": (0.5, False)}


class Recorded:
    """Requests on a recorded index, served as serve_index.py does."""

    def __init__(self, a, work):
        spec = importlib.util.spec_from_file_location("pip_oracle", a.oracle)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.log = os.path.join(work, "requests")
        self.oracle = module.Oracle(a.universe, a.variants, a.pips, a.uv, work, log=self.log)
        self.index = self.oracle.base + "/simple"
        planned = [c for c in map(json.loads, open(a.cases)) if all(
            any(t.startswith(x) and r["outcome"] == "plan" and r["changes"] for t, r in c["results"].items()) for x in ("pip-" + PIP, "uv-"))]
        self.cases = planned[::max(1, len(planned) // a.count)][:a.count]

    def requests(self):
        for c in self.cases:
            argv, cwd = self.oracle.prep(c["env"], c["command"])
            env = {k: v for k, v in c["env"].items() if k != "files"}
            yield f"{c['id']} {' '.join(c['command'])}", os.path.join(self.oracle.make_env(env, PIP), "bin", "python"), argv, cwd

    def latency(self, seconds):
        self.oracle.s.a.rtt_ms = seconds * 1000

    def asked(self):
        with open(self.log) as f:
            return sum(1 for _ in f)


class Shipped:
    """The example's index."""

    def __init__(self, work):
        self.server = example.Server()
        self.work = work
        self.index = self.server.base + "/simple"

    def requests(self):
        for name, argv in [("torch-2.4.1-cu121", ["torchpack"]), ("torch-2.4.1-cu121-torchvision", ["torchpack"]),
                           ("torch-2.2.1-cu118", ["xformers"]), ("torch-2.2.1-cu118", ["ftfy"])]:
            yield f"{name} {argv[0]}", example.environment(name, os.path.join(self.work, "env-" + name), pip=PIP), argv, None

    def latency(self, seconds):
        self.server.latency = seconds

    def asked(self):
        return self.server.requests


# A starter of its own for every run: what wait4 says of a child begins with the resident set of the process that it
# was forked from, and this one is large. The starter's own, some 8 MiB, is the least that can be measured.
STARTER = """
import os, sys, time
null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (1, 2)]
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


class Run:
    """One run of a program: seconds, largest resident set in MiB, exit status."""

    def __init__(self, command, env, cwd):
        p = subprocess.run([sys.executable, "-I", "-S", "-c", STARTER, *command], env=env, cwd=cwd, capture_output=True, text=True, check=True)
        self.seconds, self.mib, self.code = map(float, p.stdout.split())


class Tools:
    """The command lines that are compared, each with a cache of its own under `cache`."""

    def __init__(self, a, source):
        self.a, self.source = a, source

    def names(self):
        return ["envguard", "+fix"] + (["uv"] if self.a.uv else []) + (["pip"] if self.a.pips else [])

    def command(self, tool, python, argv):
        if tool in ("envguard", "+fix"):
            return [self.a.envguard, "dry-run", "--json", *(["--no-fix"] if tool == "envguard" else []), "--python", python,
                    "--", "pip", "install", *argv]
        if tool == "uv":
            return [self.a.uv, "pip", "install", "--dry-run", "--python", python, *argv]
        return [python, os.path.join(self.a.pips, PIP, "pip", "__pip-runner__.py"), "install", "--dry-run", "--quiet", *argv]

    def run(self, tool, cache, python, argv, cwd):
        env = {"PATH": os.path.dirname(python) + ":/usr/bin:/bin", "HOME": cache, "LANG": "C.UTF-8", "NO_COLOR": "1",
               "XDG_CACHE_HOME": cache, "PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": self.source.index,
               "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_CONFIG": "1", "UV_INDEX_URL": self.source.index,
               "UV_PYTHON_DOWNLOADS": "never"}
        return Run(self.command(tool, python, argv), env, cwd or os.path.dirname(cache))


def version(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return "?"


def cold_runs(tools, source, work, python, argv, cwd):
    result = {}
    source.latency(LATENCY)
    for tool in tools.names():
        if tool == "pip":
            continue
        cache = os.path.join(work, "cold")
        shutil.rmtree(cache, ignore_errors=True)
        os.makedirs(cache)
        before = source.asked()
        run = tools.run(tool, cache, python, argv, cwd)
        result[tool] = (run, source.asked() - before)
    source.latency(0)
    return result


def warm_runs(tools, work, python, argv, cwd, rounds):
    result = {}
    for tool in tools.names():
        cache = os.path.join(work, "warm-" + tool)
        os.makedirs(cache, exist_ok=True)
        tools.run(tool, cache, python, argv, cwd)
        result[tool] = [tools.run(tool, cache, python, argv, cwd) for _ in range(2 if tool == "pip" else rounds)]
    return result


def measure(tools, source, work, rounds):
    """Prints a line per request; returns for each goal the ratios."""
    ratios = {goal: [] for goal in GOALS}
    print(f"{'':36} {'warm, ms':>32}   {'cold, ms (requests)':>38}   {'memory, MiB':>13}")
    print(f"{'request':36} {'envguard':>8} {'+fix':>7} {'uv':>7} {'pip':>7}   {'envguard':>12} {'+fix':>12} {'uv':>12}   {'envguard':>8} {'uv':>4}")
    for title, python, argv, cwd in source.requests():
        warm = warm_runs(tools, work, python, argv, cwd, rounds)
        cold = cold_runs(tools, source, work, python, argv, cwd)
        seconds = {t: min(r.seconds for r in runs) for t, runs in warm.items()}
        memory = {t: max(r.mib for r in runs + ([cold[t][0]] if t in cold else [])) for t, runs in warm.items()}
        codes = sorted({int(r.code) for runs in warm.values() for r in runs if r.code not in (0, 10)})
        if 2 in {r.code for r in warm["envguard"]}:
            sys.exit("envguard does not take this command line; nothing was measured")
        cell = lambda t: f"{seconds[t] * 1000:.0f}" if t in seconds else "-"
        asked = lambda t: f"{cold[t][0].seconds * 1000:.0f} ({cold[t][1]})" if t in cold else "-"
        mib = lambda t: f"{memory[t]:.0f}" if t in memory else "-"
        print(f"{title[:36]:36} {seconds['envguard'] * 1000:8.1f} {cell('+fix'):>7} {cell('uv'):>7} {cell('pip'):>7}   {asked('envguard'):>12} {asked('+fix'):>12} {asked('uv'):>12}"
              f"   {mib('envguard'):>8} {mib('uv'):>4}{'   exit codes ' + str(codes) if codes else ''}", flush=True)
        if "uv" in seconds:
            ratios["uv warm / envguard warm"].append(seconds["uv"] / seconds["envguard"])
            ratios["envguard cold / uv cold"].append(cold["envguard"][0].seconds / cold["uv"][0].seconds)
            ratios["envguard memory / uv memory"].append(memory["envguard"] / memory["uv"])
        if "pip" in seconds:
            ratios["pip warm / envguard warm"].append(seconds["pip"] / seconds["envguard"])
    return ratios


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--envguard", required=True)
    for x in ("uv", "pips", "universe", "variants", "cases", "oracle"):
        ap.add_argument("--" + x)
    ap.add_argument("--rounds", type=int, default=15)
    ap.add_argument("--count", type=int, default=12, help="requests")
    a = ap.parse_args()
    a.envguard = os.path.abspath(a.envguard)
    a.uv = a.uv or shutil.which("uv")
    print("envguard:", version([a.envguard, "--version"]))
    print("uv:", version([a.uv, "--version"]) if a.uv else "not found, so not compared (--uv)")
    print("pip:", PIP if a.pips else "not given, so not compared (--pips)")
    with tempfile.TemporaryDirectory(prefix="envguard-bench-") as work:
        recorded = a.universe and a.cases and a.oracle
        print("index:", a.universe if recorded else "the example that ships: a few dozen projects, so these numbers are for orientation only")
        source = Recorded(a, work) if recorded else Shipped(work)
        ratios = measure(Tools(a, source), source, work, a.rounds)
    for goal, values in ratios.items():
        bound, at_least = GOALS[goal]
        if values:
            median = statistics.median(values)
            print(f"{goal:28} median {median:6.2f} (from {min(values):.2f} to {max(values):.2f}); goal {'>=' if at_least else '<='} {bound:g}: "
                  f"{'met' if (median >= bound) == at_least or median == bound else 'missed'}")


if __name__ == "__main__":
    main()
