#!/usr/bin/env python3
"""Real environments, real packages, the live index: does `envguard dry-run` say what `pip install --dry-run` says?

usage: live.py --envguard PATH [--python PYTHON] [--work DIR] [--only ENVIRONMENT]

Makes virtual environments with PYTHON (3.10 to 3.12, for the pins below) in --work, installs what is listed from the index that
pip asks, and compares for every request the names, versions and files of both plans. A few gigabytes of disk and network,
a quarter of an hour; run by hand. Prints a table in Markdown. Environments that are there already are used again.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time

ENVIRONMENTS = {
    "empty": "",
    "science": "numpy==1.26.4 pandas==2.1.4 scikit-learn==1.3.2 matplotlib==3.8.2",
    "web": "fastapi==0.108.0 pydantic==2.5.3 requests==2.31.0 typer==0.9.0",
    "text": "transformers==4.40.2 tokenizers==0.19.1 huggingface-hub==0.23.0 numpy==1.26.4 safetensors",
    "torch": "torch==2.4.1 numpy==1.26.4",
}
REQUESTS = {
    "empty": ["torch", "torch torchvision", "transformers[torch]", "tensorflow[and-cuda]", "jax[cuda12]", "vllm",
              "ultralytics", "numpy<2 pandas", "scikit-learn==1.3.2 numpy>=2"],
    "science": ["torch", "-U numpy", "-U pandas --upgrade-strategy eager", "tensorflow", "xgboost", "numpy>=2", "numba",
                "opencv-python albumentations"],
    "web": ["-U pydantic", "gradio", "langchain-openai", "fastapi[standard]", "no-such-project-at-all-1"],
    "text": ["-U transformers", "sentence-transformers", "accelerate", "diffusers", "peft trl", "--pre -U tokenizers"],
    "torch": ["torchvision", "torchaudio", "xformers", "ftfy", "lightning", "torchpack", "-U torch", "torchmetrics timm",
              "open_clip_torch", "bitsandbytes"],
}
PIP = "26.3"


def environment(name, python, work):
    """A virtual environment with its packages; returns its python."""
    folder = os.path.join(work, name)
    exe = os.path.join(folder, "bin", "python")
    if not os.path.exists(os.path.join(folder, "complete")):
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        pip = [exe, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"pip=={PIP}"], check=True)
        if ENVIRONMENTS[name]:
            subprocess.run([*pip, *ENVIRONMENTS[name].split()], check=True)
        open(os.path.join(folder, "complete"), "w").close()
    return exe


def ask_pip(exe, argv, work):
    report = os.path.join(work, "report.json")
    p = subprocess.run([exe, "-m", "pip", "install", "--dry-run", "--quiet", "--disable-pip-version-check", "--report", report, *argv],
                       capture_output=True, text=True)
    if p.returncode:
        known = re.search(r"ResolutionImpossible|No matching distribution", p.stderr)
        return "impossible" if known else "failed: " + " ".join(p.stderr.split())[-200:]
    with open(report) as f:
        items = json.load(f)["install"]
    return {re.sub(r"[-_.]+", "-", i["metadata"]["name"]).lower(): (i["metadata"]["version"], i["download_info"]["url"].rsplit("/", 1)[-1])
            for i in items}


def ask_envguard(envguard, exe, argv):
    p = subprocess.run([envguard, "dry-run", "--json", "--python", exe, "--", "pip", "install", *argv], capture_output=True, text=True)
    try:
        answer = json.loads(p.stdout)
    except ValueError:
        return f"exit {p.returncode}: {p.stderr.strip()[-200:]}"
    if answer["status"] != "solved":
        return answer["status"]
    return {c["name"]: (c["to"]["version"], c["to"]["file"]) for c in answer["changes"] if c["to"]}


def difference(theirs, ours):
    if isinstance(theirs, str) or isinstance(ours, str):
        return "" if theirs == ours else f"pip: {theirs if isinstance(theirs, str) else 'a plan'}; envguard: {ours if isinstance(ours, str) else 'a plan'}"
    names = [n for n in sorted({*theirs, *ours}) if theirs.get(n) != ours.get(n)]
    show = lambda plan, n: plan[n][1] if n in plan else "nothing"
    return "; ".join(f"{n}: pip {show(theirs, n)}, envguard {show(ours, n)}" for n in names[:5])


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--envguard", required=True)
    ap.add_argument("--python", default=sys.executable)
    ap.add_argument("--work", default="live-work")
    ap.add_argument("--only", choices=ENVIRONMENTS)
    a = ap.parse_args()
    os.makedirs(a.work, exist_ok=True)
    work = os.path.abspath(a.work)
    agree = total = 0
    print("| environment | pip install | packages | pip, s | envguard, s | |\n|---|---|---|---|---|---|")
    for name in [a.only] if a.only else ENVIRONMENTS:
        exe = environment(name, a.python, work)
        for command in REQUESTS[name]:
            start = time.time()
            theirs = ask_pip(exe, command.split(), work)
            middle = time.time()
            ours = ask_envguard(os.path.abspath(a.envguard), exe, command.split())
            end = time.time()
            wrong = difference(theirs, ours)
            total += 1
            agree += not wrong
            count = theirs if isinstance(theirs, str) else len(theirs)
            print(f"| {name} | `{command}` | {count} | {middle - start:.1f} | {end - middle:.2f} | {wrong or 'same'} |", flush=True)
    print(f"\n{agree} of {total} the same.")
    return 0 if agree == total else 1


if __name__ == "__main__":
    sys.exit(main())
