#!/usr/bin/env python3
"""The conda plugin with a real conda, on recorded channels and packages made here; by hand, as a conda is needed.

usage: conda_gate.py --envguard EXE --conda EXE [--solver classic|libmamba] [--path DIR] [--terminal]

The plugin's files are laid on PYTHONPATH, so that the conda that is borrowed stays as it is. --path: more for PYTHONPATH (pycosat
for the classic solver). --terminal: instead, what a person is asked (with libmamba, as the shim's forecast is that solver's).
"""
import argparse
import importlib.machinery
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from terminal import Terminal

SHIMS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "shims")
RECORDED = os.path.join(HERE, "../cases/conda/torch-2.1-cu118.json")
HOST = '{"driver": "535.183.01", "cuda": "12.2", "gpus": [{"name": "NVIDIA A100", "compute_capability": "8.0"}]}'


def scenarios():
    """tests/cases/run as a module: it makes conda environments out of records."""
    loader = importlib.machinery.SourceFileLoader("scenarios", os.path.join(HERE, "../cases/run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("scenarios", loader))
    loader.exec_module(module)
    return module


def plugin(folder, envguard):
    os.makedirs(os.path.join(folder, "envguard_gate_conda-0.dist-info"))
    shutil.copy(os.path.join(SHIMS, "envguard_gate_conda.py"), folder)
    with open(os.path.join(SHIMS, "envguard_gate_ask.py")) as f:
        text = f.read().replace("@ENVGUARD@", envguard)
    for name, content in (("envguard_gate_ask.py", text),
                          ("envguard_gate_conda-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: envguard-gate-conda\nVersion: 0\n"),
                          ("envguard_gate_conda-0.dist-info/entry_points.txt", "[conda]\nenvguard-gate = envguard_gate_conda\n")):
        with open(os.path.join(folder, name), "w") as f:
            f.write(content)


def package(folder, name, version, build, depends=()):
    """A real, empty package file."""
    path = os.path.join(folder, f"{name}-{version}-{build}.tar.bz2")
    index = dict(name=name, version=version, build=build, build_number=0, depends=list(depends), subdir="linux-64")
    with tarfile.open(path, "w:bz2") as archive:
        for member, text in (("info/index.json", json.dumps(index)), ("info/files", ""),
                             ("info/paths.json", '{"paths": [], "paths_version": 1}')):
            entry = tarfile.TarInfo(member)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return "file://" + path


def tree(folder):
    return sorted((path, os.stat(path).st_mtime_ns, os.stat(path).st_size)
                  for d, _, names in os.walk(folder) for path in (os.path.join(d, name) for name in names))


QUESTION = "go on all the same?"


def typed(conda, prefix, environ, answers):
    """`conda remove` on a terminal: envguard's question, then conda's own; exit status and what was seen."""
    argv = [conda, "remove", "-p", prefix, "--offline", "pytorch-mutex"]
    with Terminal(argv, {k: v for k, v in environ.items() if k != "CI"}, prefix) as terminal:
        for answer in answers:
            terminal.wait(QUESTION, "Proceed")
            terminal.type(answer)
        return terminal.end()


def on_a_terminal(args, place, prefix, environ):
    """The plugin asks; a shim before it asks, or warns, in its place."""
    folder = os.path.join(place, "shims")
    os.makedirs(folder)
    os.symlink(os.path.abspath(args.envguard), os.path.join(folder, "conda"))
    shimmed = dict(environ, PATH=os.pathsep.join((folder, os.path.dirname(os.path.abspath(args.conda)), environ["PATH"])))
    before, failures = tree(prefix), 0
    for way, conda, variables in (("plugin", os.path.abspath(args.conda), environ), ("shim and plugin", "conda", shimmed)):
        for answers, status, questions in ((("\n",), 10, 1), (("y\n", "n\n"), 0, 1)):
            code, seen = typed(conda, prefix, variables, answers)
            good = (code == status or answers[0] == "y\n") and seen.count(QUESTION) == questions and tree(prefix) == before
            failures += not good
            print(f"{'ok' if good else 'FAIL':5} on a terminal, {way}, {answers}: exit status {code}", flush=True)
            if not good:
                print(seen)
    waived = dict(shimmed, ENVGUARD_ALLOW="framework-removed:a test;gpu-build-lost:a test")
    p = subprocess.run(["conda", "remove", "-p", prefix, "-y", "--offline", "--json", "pytorch-mutex"], env=waived, text=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    good = p.returncode == 0 and p.stderr.count("a test") == 1
    print(f"{'ok' if good else 'FAIL':5} a warning of the shim is not repeated: exit status {p.returncode}", flush=True)
    if not good:
        print(p.stdout, p.stderr)
    return failures + (not good)


def records(prefix):
    return sorted(name for name in os.listdir(os.path.join(prefix, "conda-meta")) if name.endswith(".json"))


def way_back(args, environ, place, prefix):
    """A snapshot before the GPU stack is touched, and the way back from it by conda itself."""
    toolkit = package(os.path.join(place, "channels/pytorch/linux-64"), "cudatoolkit", "11.8.0", "0")
    environ = dict(environ, CONDA_OFFLINE="1", PATH=os.pathsep.join((os.path.dirname(os.path.abspath(args.conda)), environ["PATH"])))
    subprocess.run([args.conda, "install", "-p", prefix, "-y", toolkit], env=dict(environ, ENVGUARD="off"), check=True,
                   stdout=subprocess.DEVNULL)
    before = records(prefix)
    removed = subprocess.run([args.conda, "remove", "-p", prefix, "-y", "--force", "cudatoolkit"], env=environ, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    listed = subprocess.run([args.envguard, "snapshots", "--prefix", prefix, "--json"], env=environ, text=True,
                            stdout=subprocess.PIPE)
    kept = json.loads(listed.stdout)["snapshots"]
    back = subprocess.run([args.envguard, "restore", "--prefix", prefix, "--run"], env=environ, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    good = removed.returncode == 0 and len(kept) == 1 and back.returncode == 0 and records(prefix) == before
    print(f"{'ok' if good else 'FAIL':5} the way back: {len(kept)} snapshots, exit status {back.returncode}", flush=True)
    if not good:
        print(removed.stdout, kept, back.stdout)
    return not good


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envguard", required=True)
    ap.add_argument("--conda", required=True)
    ap.add_argument("--solver", default="classic")
    ap.add_argument("--path", default="")
    ap.add_argument("--terminal", action="store_true")
    args = ap.parse_args()
    failures = 0
    place = os.path.realpath(tempfile.mkdtemp(prefix="conda-gate-"))
    with open(RECORDED) as f:
        environ = dict(os.environ, **scenarios().make_conda(place, json.load(f)))
    plugin(os.path.join(place, "plugin"), os.path.abspath(args.envguard))
    with open(os.path.join(place, "host.json"), "w") as f:
        f.write(HOST)
    del environ["CONDA_PREFIX"]
    environ.update(HOME=place, CONDA_SOLVER=args.solver, ENVGUARD_HOST=os.path.join(place, "host.json"),
                   CONDA_PKGS_DIRS=os.path.join(place, "pkgs"), XDG_CACHE_HOME=os.path.join(place, "cache"),
                   PYTHONPATH=os.pathsep.join(filter(None, (os.path.join(place, "plugin"), args.path))))
    files = os.path.join(place, "channels/pytorch/linux-64")
    cpu = package(files, "pytorch", "2.1.0", "py3.10_cpu_0", ["python >=3.10"])
    harmless = package(files, "harmless", "1.0", "0")
    prefix = os.path.join(place, "env")
    if args.terminal:
        failures = on_a_terminal(args, place, prefix, environ)
        shutil.rmtree(place)
        return 1 if failures else 0
    failures += way_back(args, environ, place, prefix)
    # words, more environment, exit status, is something changed, a word that is to be said
    trials = (
        ("remove pytorch-mutex", {}, 10, False, "BLOCK"),
        ("remove --dry-run pytorch-mutex", {}, 0, False, "REMOVED"),
        (f"install {cpu}", {}, 10, False, "cannot use a GPU"),
        (f"install {harmless}", {}, 0, True, ""),
        ("remove harmless --force", {}, 0, True, ""),
        ("remove pytorch-mutex", {"ENVGUARD_ALLOW": "framework-removed:a test;gpu-build-lost:a test"}, 0, True, "a test"),
        (f"install {cpu}", {"ENVGUARD": "off"}, 0, True, ""),
        ("remove --all", {}, 0, True, ""),
    )
    for words, more, status, changes, said in trials:
        before = tree(prefix)
        verb, *rest = words.split()
        p = subprocess.run([args.conda, verb, "-p", prefix, "-y", "--offline", *rest], env=dict(environ, **more), text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        good = p.returncode == status and (tree(prefix) != before) == changes and said in p.stdout
        failures += not good
        print(f"{'ok' if good else 'FAIL':5} conda {words} {more or ''}: exit status {p.returncode}", flush=True)
        if not good:
            print(p.stdout)
    shutil.rmtree(place)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
