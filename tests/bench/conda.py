#!/usr/bin/env python3
"""How fast the forecast is on conda channels, beside mamba and conda where they are on PATH. Not a test: numbers of one machine.

usage: conda.py --envguard PATH [--rounds N] [--tools mamba,conda] CHANNEL SPEC…

CHANNEL is a directory with linux-64/ and noarch/, or a URL. Every tool plans `create -n bench --dry-run SPEC…` from it alone:
cold with empty caches, then warm; wall time, processor time and the largest resident set come from wait4.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def measure(argv, env):
    """(wall seconds, processor seconds, MiB, exit status) of one run."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.stderr.write(said.read()[-2000:].decode(errors="replace"))
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode


def commands(a, channel):
    create = ["create", "-n", "bench", "--override-channels", "-c", channel, *a.spec]
    yield "envguard", [a.envguard, "dry-run", "--json", "--", "conda", *create]
    for tool in a.tools.split(","):
        path = tool and shutil.which(tool)
        if path:
            yield tool, [path, *create, "--dry-run", "--json"]
        elif tool:
            print(f"{tool:10} is not on PATH: left out")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--envguard", required=True)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--tools", default="mamba,conda")
    p.add_argument("channel")
    p.add_argument("spec", nargs="+")
    a = p.parse_args()
    channel = a.channel if "://" in a.channel else "file://" + os.path.abspath(a.channel)
    print(f"{'':10} {'cold s':>8} {'cpu s':>8} {'MiB':>7} {'warm s':>8} {'cpu s':>8} {'MiB':>7}")
    for name, argv in commands(a, channel):
        home = tempfile.mkdtemp(prefix="bench-conda-")
        env = {k: v for k, v in os.environ.items() if not k.startswith(("CONDA", "MAMBA", "ENVGUARD"))}
        env.update(HOME=home, CONDA_PKGS_DIRS=os.path.join(home, "pkgs"), MAMBA_ROOT_PREFIX=os.path.join(home, "root"),
                   ENVGUARD_CACHE_DIR=os.path.join(home, "cache"))
        cold = measure(argv, env)
        warm = [measure(argv, env) for _ in range(a.rounds)]
        shutil.rmtree(home, ignore_errors=True)
        middle = [statistics.median(run[i] for run in warm) for i in range(3)]
        failed = "" if cold[3] == 0 and not any(run[3] for run in warm) else f"  (exit {cold[3]})"
        print(f"{name:10} {cold[0]:8.2f} {cold[1]:8.2f} {cold[2]:7.0f} {middle[0]:8.3f} {middle[1]:8.3f} {middle[2]:7.0f}{failed}")


main()
