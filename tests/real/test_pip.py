#!/usr/bin/env python3
"""Real pip, the machine's own, and envguard on the example that ships: do they say the same?

usage: test_pip.py ENVGUARD      exit status 77: there is no pip that can say what it would do (22.2 or later, with --python: 22.3)
"""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import example

CASES = [
    ("torch-2.4.1-cu121", "torchpack"),
    ("torch-2.4.1-cu121", "ftfy"),
    ("torch-2.4.1-cu121", "torchpack torchvision==0.19.1"),
    ("torch-2.4.1-cu121", "torchpack torch==2.4.1+cu121 torchvision --extra-index-url {base}/whl/cu121"),
    ("torch-2.4.1-cu121", "ftfy --extra-index-url {base}/made-up/simple"),
    ("torch-2.4.1-cu121", "torch --upgrade"),
    ("torch-2.4.1-cu121", "torch>=2.6 --no-deps"),
    ("torch-2.4.1-cu121", "torchvision==0.19.1 torch>=2.6"),
    ("torch-2.4.1-cu121", "no-such-project"),
    ("torch-2.4.1-cu121-torchvision", "torchpack"),
    ("torch-2.4.1-cu121-torchvision", "numpy --force-reinstall --no-deps"),
    ("torch-2.2.1-cu118", "xformers"),
    ("torch-2.2.1-cu118", "xformers torch==2.2.1 --only-binary :all:"),
    ("torch-2.2.1-cu118", "ftfy"),
]
SKIPPED = 77


def pip_version():
    p = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True)
    found = re.match(r"pip (\d+)\.(\d+)(\S*)", p.stdout)
    return (int(found[1]), int(found[2]), found[0].split()[1]) if found else None


def clean(env):
    return {k: v for k, v in env.items() if not k.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_"))}


def ask_pip(python, base, argv, home):
    """{name: version} of what pip would install; None: pip refuses."""
    report = os.path.join(home, "report.json")
    env = dict(clean(os.environ), HOME=home, PIP_CONFIG_FILE=os.devnull, PIP_NO_CACHE_DIR="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    p = subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--dry-run", "--quiet", "--report", report,
                        "--index-url", base + "/simple", *argv], env=env, cwd=home, capture_output=True, text=True)
    if p.returncode:
        assert "No matching distribution" in p.stderr or "ResolutionImpossible" in p.stderr, p.stderr
        return None
    with open(report) as f:
        items = json.load(f)["install"]
    return {re.sub(r"[-_.]+", "-", i["metadata"]["name"]).lower(): i["metadata"]["version"] for i in items}


def ask_envguard(envguard, python, base, argv, home):
    env = dict(clean(os.environ), HOME=home, XDG_CACHE_HOME=os.path.join(home, "cache"), PIP_CONFIG_FILE=os.devnull)
    p = subprocess.run([envguard, "dry-run", "--json", "--python", python, "--", "pip", "install", "--index-url", base + "/simple", *argv],
                       env=env, cwd=home, capture_output=True, text=True)
    answer = json.loads(p.stdout)
    if answer["status"] == "impossible":
        return None
    assert answer["status"] == "solved", answer["error"]
    return {c["name"]: c["to"]["version"] for c in answer["changes"]}


def main():
    envguard = os.path.abspath(sys.argv[1])
    pip = pip_version()
    if not pip or pip[:2] < (22, 3):
        print(f"skipped: {sys.executable} has no pip that is new enough" + (f", only {pip[2]}" if pip else ""))
        return SKIPPED
    print(f"pip {pip[2]} on Python {sys.version.split()[0]}")
    server = example.Server()
    failures = 0
    with tempfile.TemporaryDirectory() as home:
        for number, (name, command) in enumerate(CASES):
            python = example.environment(name, os.path.join(home, f"env{number}"), pip=pip[2])
            argv = command.format(base=server.base).split()
            theirs, ours = ask_pip(python, server.base, argv, home), ask_envguard(envguard, python, server.base, argv, home)
            print(f"{'ok' if theirs == ours else 'DIFFERENT':9} {name}: pip install {command}")
            if theirs != ours:
                failures += 1
                print(f"  pip:      {theirs}\n  envguard: {ours}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
