"""Environments of conda without files, only metadata, and what real tools and envguard say about them."""
import contextlib
import json
import os
import shlex
import shutil
import subprocess

# The machine's own hardware, configuration and network have no part in it.
FIXED = {"CONDA_OVERRIDE_GLIBC": "2.35", "CONDA_OVERRIDE_LINUX": "6.1", "CONDA_OVERRIDE_ARCHSPEC": "x86_64_v3",
         "CONDA_SUBDIR": "linux-64", "CONDA_NOTIFY_OUTDATED_CONDA": "false", "CONDA_REPORT_ERRORS": "false"}


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def make_prefix(records, env, prefix):
    """RECORDS: (URL of the channel's subdir, file name, record); ENV: texts of the files beside them, and packages of pip."""
    shutil.rmtree(prefix, ignore_errors=True)
    os.makedirs(os.path.join(prefix, "conda-meta"))
    python = "3"
    for base, fn, record in records:
        record = dict(record, fn=fn, channel=base, url=f"{base}/{fn}", subdir=base.rsplit("/", 1)[1], files=[], requested_spec="None",
                      paths_data={"paths": [], "paths_version": 1}, track_features=record.get("track_features") or "")
        if record["name"] == "python":
            python = ".".join(record["version"].split(".")[:2])
        dist = f"{record['name']}-{record['version']}-{record['build']}"
        write(os.path.join(prefix, "conda-meta", dist + ".json"), json.dumps(record))
    for name in ("history", "pinned"):
        if env.get(name) is not None:
            write(os.path.join(prefix, "conda-meta", name), env[name])
    for name, version in env.get("pip", []):
        info = os.path.join(prefix, f"lib/python{python}/site-packages/{name.replace('-', '_')}-{version}.dist-info")
        write(os.path.join(info, "METADATA"), f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        write(os.path.join(info, "INSTALLER"), "pip\n")
        write(os.path.join(info, "RECORD"), f"{os.path.basename(info)}/METADATA,,\n")
    said = {"version": "1", "pip_version": "24.0", "environment": {}, "installed": [
        {"metadata": {"name": n, "version": v}, "installer": "pip"} for n, v in env.get("pip", [])]}
    write(os.path.join(prefix, "bin", "python"), f"#!/bin/sh\ncat <<'END'\n{json.dumps(said)}\nEND\n", 0o755)


def arguments(command, prefix):
    """What follows the tool's name."""
    return [*shlex.split(command), "-p", prefix]


def dists(items):
    return sorted(f"{i['name']}-{i['version']}-{i.get('build_string') or i.get('build')}" for i in items or [])


def read_plan(text):
    """[removed, added] of a tool's --json, or why it fails; None: it said nothing that can be read."""
    start = text.find("{")
    with contextlib.suppress(ValueError):
        said, _ = json.JSONDecoder().raw_decode(text[max(start, 0):])
        if said.get("success"):
            actions = said.get("actions") or {}
            return [dists(actions.get("UNLINK")), dists(actions.get("LINK"))]
        return said.get("exception_name") or "failed"
    return None


def ask_mamba(mamba, command, prefix, folder, env):
    argv = [mamba, *arguments(command, os.path.join(folder, prefix)), "--rc-file", "condarc", "--dry-run", "--json", "-y"]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    if done.returncode == 109:
        return "usage"
    plan = read_plan(done.stdout)
    if done.returncode == 0:
        return plan if isinstance(plan, list) else [[], []]
    return "failed: " + (done.stderr or done.stdout).strip()[-150:]


def ask_envguard(envguard, tool, command, prefix, folder, env):
    argv = [envguard, "dry-run", "--json", "--no-fix", "--", tool, *arguments(command, prefix)]
    env = dict(env, XDG_CACHE_HOME=os.path.join(os.path.dirname(folder), "cache"))
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return f"exit {done.returncode}: {done.stderr.strip()[-200:]}"
    if answer["status"] == "impossible":
        return "impossible"
    if answer["status"] != "solved":
        return f"{answer['status']}: {json.dumps(answer.get('error'))[:200]}"
    ends = [[f"{c['name']}-{c[end]['version']}-{c[end]['build']}" for c in answer["changes"] if c[end] and c[end].get("version")]
            for end in ("from", "to")]
    return [sorted(e) for e in ends]


def difference(theirs, ours):
    if isinstance(theirs, str):
        return "" if ours == "impossible" else f"fails ({theirs}), forecast {ours if isinstance(ours, str) else 'a plan'}"
    if isinstance(ours, str):
        return f"a plan, forecast {ours}"
    words = []
    for sign, a, b in (("-", theirs[0], ours[0]), ("+", theirs[1], ours[1])):
        for what, items in (("missing", set(a) - set(b)), ("extra", set(b) - set(a))):
            if items:
                words.append(f"{what} {sign}: {' '.join(sorted(items)[:5])}{' …' if len(items) > 5 else ''}")
    return "; ".join(words)
