#!/usr/bin/env python3
"""What the guard costs: the start-up files in an idle Python, a shim before a command that passes, the gate inside pip.

usage: guard.py ENVGUARD [--rounds N]         milliseconds (of the processor, but for the first): the least, and the median
"""
import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../real"))
import test_gate

# As the start of a Python has it: nothing is known yet of what lies in site-packages.
START = """import site, sys, time
folder = %r
sys.path_importer_cache.pop(folder, None)
start = time.perf_counter()
site.addpackage(folder, "envguard_gate.pth", set())
print(1000 * (time.perf_counter() - start))
"""


def timed(argv, environ):
    """Of the processor, with that of all that it waits for."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    usage = os.wait4(os.posix_spawn(argv[0], argv, environ, file_actions=quiet), 0)[2]
    return 1000 * (usage.ru_utime + usage.ru_stime)


def show(what, times):
    print(f"{what:58} {min(times):8.3f} {statistics.median(times):8.3f}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("envguard")
    ap.add_argument("--rounds", type=int, default=60)
    args = ap.parse_args()
    pip = os.path.dirname(os.path.dirname(importlib.util.find_spec("pip").origin))
    with tempfile.TemporaryDirectory() as root:
        bench = test_gate.Bench(os.path.abspath(args.envguard), sys.executable, pip, os.path.realpath(root))
        bench.make()
        bench.guard()
        python = os.path.join(bench.bin, "python")
        show("start-up files, of the start of a Python", [
            float(subprocess.run([python, "-c", START % bench.site], env=bench.environ, stdout=subprocess.PIPE).stdout)
            for _ in range(args.rounds)])

        idle = [python, "-c", "pass"]
        bare = os.path.join(root, "bare")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
        both = [(timed([os.path.join(bare, "bin/python"), *idle[1:]], bench.environ), timed(idle, bench.environ))
                for _ in range(args.rounds)]
        show("an idle Python", [a for a, _ in both])
        show("the same with the start-up files", [b for _, b in both])

        real, shims = os.path.join(root, "real"), os.path.join(root, "shims")
        os.makedirs(real)
        os.makedirs(shims)
        shutil.copy(shutil.which("true"), os.path.join(real, "micromamba"))
        os.symlink(bench.envguard, os.path.join(shims, "micromamba"))
        environ = dict(bench.environ, PATH=f"{shims}:{real}:{os.environ['PATH']}")
        both = [(timed([os.path.join(real, "micromamba"), "list"], environ), timed([os.path.join(shims, "micromamba"), "list"], environ))
                for _ in range(args.rounds)]
        show("a program that does nothing", [a for a, _ in both])
        show("the same behind its shim", [b for _, b in both])

        install = bench.words("install", "--force-reinstall", "harmless==1.0")
        both = [(timed(install, dict(bench.environ, ENVGUARD="off")), timed(install, bench.environ))
                for _ in range(max(args.rounds // 5, 3))]
        show("pip install of one package, ENVGUARD=off", [a for a, _ in both])
        show("the same behind the gate", [b for _, b in both])


if __name__ == "__main__":
    main()
