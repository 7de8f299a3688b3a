#!/usr/bin/env python3
"""The conda plugin with a real conda, on recorded channels and packages made here; by hand, as a conda is needed.

usage: conda_gate.py --envguard EXE --conda EXE [--solver classic|libmamba] [--path DIR]

The plugin's files are laid on PYTHONPATH, so that the conda that is borrowed stays as it is. --path: more for PYTHONPATH (pycosat
for the classic solver).
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


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envguard", required=True)
    ap.add_argument("--conda", required=True)
    ap.add_argument("--solver", default="classic")
    ap.add_argument("--path", default="")
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
    # words, more environment, exit status, is something changed, a word that is to be said
    trials = (
        ("remove pytorch-mutex", {}, 10, False, "BLOCK"),
        ("remove --dry-run pytorch-mutex", {}, 0, False, "REMOVED"),
        (f"install {cpu}", {}, 10, False, "cannot use a GPU"),
        (f"install {harmless}", {}, 0, True, ""),
        ("remove harmless --force", {}, 0, True, ""),
        ("remove pytorch-mutex", {"ENVGUARD_ALLOW": "framework-removed:a test"}, 0, True, "a test"),
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
