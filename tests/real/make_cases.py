#!/usr/bin/env python3
"""Cases for the comparison with real pip and uv: environments.txt x requests.txt, answered by the real tools.

usage: make_cases.py --oracle pip_oracle.py --universe U.jsonl.zst --variants DIR --pips DIR --uv UV --out cases.jsonl
                     [--work DIR] [--count N] [--limit SECONDS] [--only-uv] [--requests FILE]

Every environment is what uv would have resolved on its date, from the recorded index; every request goes to one
environment that it fits (the least used one), then to others until there are N cases. Each case is asked of the newest pip that runs on
its Python, of one or two older ones and of uv. Results are appended as they come; what is in --out already is not
asked again. The choice does not depend on anything but the two tables.
"""
import argparse
import collections
import hashlib
import importlib.util
import json
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PIPS = {"22.3": ("3.8", "3.11"), "23.2.1": ("3.8", "3.12"), "24.0": ("3.8", "3.12"), "25.0.1": ("3.8", "3.13"),
        "25.3": ("3.9", "3.13"), "26.0.1": ("3.9", "3.13"), "26.3": ("3.10", "3.13")}
UV = "uv-0.13.8"

BACKEND = '''REQUIRES = %r
def none(config_settings=None): return []
get_requires_for_build_wheel = get_requires_for_build_editable = none
def prepare_metadata_for_build_wheel(directory, config_settings=None):
    import os
    info = os.path.join(directory, "proj-0.1.dist-info")
    os.makedirs(info)
    extras = "Provides-Extra: gpu\\n" if any("extra ==" in r for r in REQUIRES) else ""
    with open(os.path.join(info, "METADATA"), "w") as f:
        f.write("Metadata-Version: 2.1\\nName: proj\\nVersion: 0.1\\n" + extras
                + "".join("Requires-Dist: %%s\\n" %% r for r in REQUIRES))
    with open(os.path.join(info, "WHEEL"), "w") as f:
        f.write("Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return os.path.basename(info)
prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
def build_wheel(*a): raise RuntimeError("nothing is built here")
build_editable = build_wheel
'''


def version_key(text):
    return tuple(int(x) for x in text.split("."))


def project(requires):
    """pyproject.toml of a project whose backend needs nothing from an index."""
    plain = [r for r in requires if "extra ==" not in r]
    gpu = [r.split(";")[0].strip() for r in requires if "extra ==" in r]
    text = ('[build-system]\nrequires = []\nbackend-path = ["."]\nbuild-backend = "backend"\n'
            f'[project]\nname = "proj"\nversion = "0.1"\ndependencies = {json.dumps(plain)}\n')
    return text + (f"[project.optional-dependencies]\ngpu = {json.dumps(gpu)}\n" if gpu else "")


def split_requires(text):
    return [r for r in re.split(r";(?! extra)", text) if r]


def read_environments():
    for line in open(os.path.join(HERE, "environments.txt")):
        if not line.strip() or line.startswith("#"):
            continue
        name, python, date, indexes, roots, tags, edits = [x.strip() for x in line.split("|")]
        yield dict(name=name, python=python, date=date, indexes=indexes.split(), roots=roots.split(), tags=tags.split(), edits=edits)


def read_requests(name):
    requests = []
    for line in open(os.path.join(HERE, name)):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            name, text = line.strip().split(": ", 1)
            requests[-1]["files"][name] = text
        else:
            tags, oldest, command = [x.strip() for x in line.split(" | ", 2)] if " | | " not in line else [line.split(" | | ")[0], "", line.split(" | | ", 1)[1].strip()]
            requests.append(dict(tag=tags, oldest=oldest, command=command.split(), files={}))
    return requests


def file_text(text, oracle, serve_index):
    """The text of a file of requests.txt, with its placeholders filled in."""
    m = re.fullmatch(r"\{PROJECT:(.*)\}", text)
    if m:
        return project(split_requires(m[1]))
    m = re.fullmatch(r"\{BACKEND:(.*)\}", text)
    if m:
        return BACKEND % split_requires(m[1])
    text = text.replace("\\n", "\n")
    def digest(m):
        return hashlib.sha256(serve_index.wheel_bytes(m[1], oracle.st.metadata("", m[1]))).hexdigest()
    return re.sub(r"\{SHA256:([^}]+)\}", digest, text)


def resolve(env, oracle, uv, python):
    """What uv would have installed for env's requirements on its date."""
    if not env["roots"]:
        return []
    command = [uv, "pip", "compile", "-", "--python", python, "--no-header", "--no-annotate", "--no-emit-index-url",
               "--index-strategy", "unsafe-best-match", "--index-url", f"{oracle.base}/asof/{env['date']}/simple"]
    for v in env["indexes"]:
        command += ["--extra-index-url", f"{oracle.base}/whl/{v}"]
    for extra in (["--only-binary", ":all:"], []):
        p = subprocess.run(command + extra, input="\n".join(env["roots"]), capture_output=True, text=True,
                           env=dict(os.environ, UV_NO_CONFIG="1", UV_CACHE_DIR=os.path.join(oracle.work, "uvcache"), UV_PYTHON_DOWNLOADS="never"))
        if p.returncode == 0:
            return sorted(line.split(";")[0].strip() for line in p.stdout.splitlines() if "==" in line)
    print(f"{env['name']}: not resolvable: {' '.join(p.stderr.split())[:300]}", file=sys.stderr)
    return None


def edit(env, installed):
    """Apply the edits; returns (installed, direct, editable)."""
    have = dict(x.split("==", 1) for x in installed)
    direct, editable = {}, {}
    words = iter(env["edits"].split())
    for w in words:
        if w == "direct":
            n = next(words)
            direct[n] = next(words)
        elif w == "editable":
            n = next(words)
            editable[n] = next(words)
        elif w.startswith("-"):
            have.pop(w[1:], None)
        else:
            n, v = w.split("==", 1)
            have[n] = v
    return [f"{n}=={v}" for n, v in sorted(have.items())], direct, editable


def usable_pips(python, oldest):
    key = version_key(python)
    return [v for v, (lo, hi) in PIPS.items() if version_key(lo) <= key <= version_key(hi)
            and (not oldest or version_key(v) >= version_key(oldest))]


def choose(environments, requests, count):
    """Pairs (environment, request): every request once, then again elsewhere; the order is shuffled, by a fixed seed."""
    dice = random.Random(20261120)
    used = collections.Counter()
    pairs, seen = [], set()
    def fits(r, e):
        if r["tag"] == "empty" or "empty" in e["tags"]:
            return (r["tag"] in e["tags"] or (r["tag"] == "any" and used[e["name"]] < 2)) and bool(usable_pips(e["python"], r["oldest"]))
        return (r["tag"] == "any" or r["tag"] in e["tags"]) and bool(usable_pips(e["python"], r["oldest"]))
    while len(pairs) < count:
        grown = False
        for i in dice.sample(range(len(requests)), len(requests)):
            r = requests[i]
            candidates = [e for e in environments if fits(r, e) and (i, e["name"]) not in seen]
            if not candidates or len(pairs) >= count:
                continue
            least = min(used[e["name"]] for e in candidates)
            e = dice.choice([e for e in candidates if used[e["name"]] == least])
            used[e["name"]] += 1
            seen.add((i, e["name"]))
            pairs.append((e, r))
            grown = True
        if not grown:
            break
    return pairs


def choose_tools(python, oldest, asked):
    """The newest pip for this Python, the one or two others that were asked least, and uv."""
    pips = usable_pips(python, oldest)
    others = sorted(pips[:-1], key=lambda v: (asked[v], v))
    chosen = [pips[-1]] + others[:2 if sum(asked.values()) % 5 < 2 else 1]
    asked.update(chosen)
    return ["pip-" + v for v in chosen] + [UV]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for x in ("oracle", "universe", "variants", "pips", "uv", "out"):
        ap.add_argument("--" + x, required=True)
    ap.add_argument("--work", default="case-work")
    ap.add_argument("--count", type=int, default=700)
    ap.add_argument("--limit", type=int, default=60, help="seconds for one answer")
    ap.add_argument("--requests", default="requests.txt", help="another table of this folder")
    ap.add_argument("--only-uv", action="store_true", help="ask no pip")
    a = ap.parse_args()
    spec = importlib.util.spec_from_file_location("pip_oracle", a.oracle)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.LIMIT = a.limit
    oracle = module.Oracle(a.universe, a.variants, os.path.abspath(a.pips), a.uv, os.path.abspath(a.work))
    done = {json.loads(line)["id"] for line in open(a.out)} if os.path.exists(a.out) else set()
    resolved, asked = {}, collections.Counter()
    environments = list(read_environments())
    for number, (env, request) in enumerate(choose(environments, read_requests(a.requests), a.count), 1):
        name = f"own-{number:03d}"
        tools = [UV] if a.only_uv else choose_tools(env["python"], request["oldest"], asked)
        if name in done:
            continue
        if env["name"] not in resolved:
            python = os.path.join(module.PYENV, module.PY[env["python"]], "bin", "python")
            installed = resolve(env, oracle, a.uv, python)
            resolved[env["name"]] = None if installed is None else edit(env, installed)
        if resolved[env["name"]] is None:
            continue
        installed, direct, editable = resolved[env["name"]]
        case_env = dict(id=env["name"], python=env["python"], installed=installed, as_of=env["date"],
                        files={n: file_text(t, oracle, module.serve_index) for n, t in request["files"].items()})
        if direct:
            case_env["direct"] = direct
        if editable:
            case_env["editable"] = editable
        case = dict(id=name, env=case_env, command=request["command"], results={})
        for tool in tools:
            try:
                case["results"][tool] = oracle.run(case_env, request["command"], tool)
            except Exception as e:  # an answer that could not be read is one answer less, not the end
                case["results"][tool] = dict(outcome="oracle-error", message=repr(e)[:300])
        with open(a.out, "a") as f:
            f.write(json.dumps(case) + "\n")


if __name__ == "__main__":
    main()
