#!/usr/bin/env python3
"""Real conda, mamba or micromamba, the machine's own, and envguard on a small channel of real records: do they say the same?

usage: test_conda.py ENVGUARD      exit status 77: none of them is on PATH, or only releases that envguard does not forecast

Nothing is installed: every request is a dry run in an environment that consists of metadata, below a temporary folder.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import conda_world

SKIPPED = 77
OLDEST = {"conda": (26,), "mamba": (2,), "micromamba": (2,)}
REQUESTS = ["install cpuonly", "install pytorch-cuda=12.1", "install transformers", "install numpy=1.26", "install nosuchpackage",
            "install pytorch=2.0", "install --no-deps cpuonly", "install --freeze-installed transformers", "install numpy",
            "install --force-reinstall numpy", "install 'pytorch=*=*cpu*'", "install python=3.11", "update numpy", "update --all",
            "update nosuchpackage", "remove pytorch-cuda", "remove numpy", "remove --force numpy", "remove --all", "remove nosuchpackage",
            "install -c conda-forge --override-channels sympy", "install 'numpy[version=\">=2\"]' 'sympy<99'",
            "install 'numpy[subdir=noarch]'", "install conda-forge/noarch::numpy", "install 'ftfy[channel=\"conda-*\"]'"]
CONDA_ONLY = ["install file:///c/noarch/ftfy-1.0-0.tar.bz2 numpy"]
BARE = ["install ftfy", "update numpy", "remove numpy"]  # in an environment whose history is lost


def version_of(exe):
    done = subprocess.run([exe, "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)\.(\d+)(\.\d+)?", done.stdout)
    return tuple(int(n) for n in found[0].split(".")) if found else None


def tools():
    """[(name, path)] of those whose plans envguard forecasts; why the others are left out is said."""
    found, reasons = [], []
    for name, oldest in OLDEST.items():
        exe = shutil.which(name)
        version = version_of(exe) if exe else None
        if not exe:
            reasons.append(f"no {name} on PATH")
        elif not version or version < oldest:
            reasons.append(f"{exe} is {'.'.join(map(str, version)) if version else 'of no known version'}, before {oldest[0]}")
        else:
            found.append((name, exe))
            print(f"{name} {'.'.join(map(str, version))}")
    return found, reasons


def make_world(folder):
    """The channels of a scenario of tests/cases, its environment in FOLDER/prefix and a condarc; returns the variables."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "cases", "conda", "torch-2.1-cu118.json")) as f:
        world = json.load(f)
    base = f"file://{folder}/channels"
    records = {}
    for place, files in world["channels"].items():
        repodata = {"packages": {fn: r for fn, r in files.items() if fn.endswith(".tar.bz2")},
                    "packages.conda": {fn: r for fn, r in files.items() if fn.endswith(".conda")}}
        conda_world.write(f"{folder}/channels/{place}/repodata.json", json.dumps(repodata))
        for fn, record in files.items():
            records[f"{place}/{fn}"] = (f"{base}/{place}", fn, record)
    for channel in world["order"]:
        for subdir in ("linux-64", "noarch"):
            if f"{channel}/{subdir}" not in world["channels"]:
                conda_world.write(f"{folder}/channels/{channel}/{subdir}/repodata.json", '{"packages": {}, "packages.conda": {}}')
    conda_world.make_prefix([records[p] for p in world["prefix"]], world, f"{folder}/prefix")
    conda_world.make_prefix([records[p] for p in world["prefix"]], {**world, "history": None}, f"{folder}/bare")
    conda_world.write(f"{folder}/condarc", f"channel_alias: {base}\nchannels: {json.dumps(world['order'])}\n")
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("CONDA_", "MAMBA_", "PIP_", "PYTHON", "ENVGUARD"))}
    return dict(keep, **conda_world.FIXED, HOME=folder, CONDARC=f"{folder}/condarc", CONDA_PKGS_DIRS=f"{folder}/pkgs",
                MAMBA_ROOT_PREFIX=f"{folder}/root", CONDA_OVERRIDE_CUDA="12.2")


def ask_conda(exe, command, prefix, folder, env):
    argv = [exe, *conda_world.arguments(command, prefix), "--dry-run", "--json", "-y"]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    plan = conda_world.read_plan(done.stdout)
    assert plan is not None, done.stdout + done.stderr
    return plan


def main():
    envguard = os.path.abspath(sys.argv[1])
    found, reasons = tools()
    print("\n".join(f"skipped: {reason}" for reason in reasons), flush=True)
    if not found:
        return SKIPPED
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        env = make_world(folder)
        for name, exe in found:
            ask = ask_conda if name == "conda" else conda_world.ask_mamba
            commands = [("prefix", c) for c in REQUESTS + CONDA_ONLY * (name == "conda")] + [("bare", c) for c in BARE]
            for prefix, command in commands:
                theirs = ask(exe, command, prefix, folder, env)
                if theirs == "usage":
                    continue
                ours = conda_world.ask_envguard(envguard, name, command, prefix, folder, env)
                wrong = conda_world.difference(theirs, ours)
                print(f"{'DIFFERENT' if wrong else 'ok':9} {name} {command} -p {prefix}{': ' + wrong if wrong else ''}", flush=True)
                failures += bool(wrong)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
