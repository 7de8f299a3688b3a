#!/usr/bin/env python3
"""Ask real conda and mamba for hundreds of plans on recorded channels, and compare envguard's with them. By hand.

  PYTHON tests/real/make_conda_cases.py --channels DIR --envguard PATH [--mamba PATH] [--tools conda,mamba] [--count N]
         [--seed N] [--work DIR] [--out FILE] [--only ID,ID]

PYTHON is one that has conda, with its libmamba solver. DIR holds CHANNEL/{linux-64,noarch}/repodata.json[.zst]. Environments
are solved by conda itself from what ENVIRONMENTS says, with histories, pins and packages of pip as people have them; every
request goes to an environment that it fits. Only metadata is made: records without files. Prints the differences and, with
--out, writes what the tools said, so that --out FILE of an earlier run is asked again only of envguard.
"""
import argparse
import collections
import contextlib
import io
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys

from conda_world import FIXED, arguments, ask_envguard, ask_mamba, difference, make_prefix, read_plan, write

PYTORCH, FORGE = ["pytorch", "nvidia", "conda-forge"], ["conda-forge"]
# name: (channels, __cuda, specs)
ENVIRONMENTS = {
    "cu118": (PYTORCH, "12.2", "python=3.10 pytorch=2.1 torchvision torchaudio pytorch-cuda=11.8"),
    "cu121": (PYTORCH, "12.4", "python=3.11 pytorch=2.3 pytorch-cuda=12.1"),
    "old": (["pytorch", "conda-forge"], "11.5", "python=3.9 pytorch=1.11 torchvision cudatoolkit=11.5"),
    "cpu": (["pytorch", "conda-forge"], "", "python=3.10 pytorch=2.1 cpuonly"),
    "forge": (FORGE, "12.9", "python=3.12 pytorch-gpu=2.7 cuda-version=12.9"),
    "forgecpu": (FORGE, "", "python=3.12 pytorch-cpu=2.7.1"),
    "forge13": (FORGE, "12.9", "python=3.13 pytorch-gpu=2.8"),
    "plain": (FORGE, "12.2", "python=3.11 numpy pandas requests"),
    "plain310": (FORGE, "12.2", "python=3.10 numpy=1.26 pip scipy"),
    "nopython": (FORGE, "12.2", "cuda-version=12.4 zlib"),
    "mixed": (["conda-forge", "pytorch", "nvidia"], "12.2", "python=3.10 pytorch numpy=1.26 transformers"),
    "jax": (FORGE, "12.9", "python=3.12 jaxlib jax"),
}
PACKAGES = ["ftfy", "accelerate", "torchvision", "torchaudio", "numpy", "scipy", "pandas", "transformers", "pytorch", "cpuonly",
            "pytorch-cuda", "pytorch-gpu", "pytorch-cpu", "cuda-version", "cudatoolkit", "jaxlib", "cupy", "python", "pip",
            "libcublas", "pytorch-lightning", "openssl", "ca-certificates", "mkl", "blas", "setuptools", "requests", "packaging",
            "sympy", "pillow", "nosuchpackage", "libblas", "tqdm", "pyyaml", "numba", "scikit-learn", "zlib", "cuda-cudart"]
VERSIONS = {"python": ["3.9", "3.10", "3.11", "3.12", "3.13"], "pytorch": ["1.12", "2.0.1", "2.1", "2.1.0", "2.3", "2.5", "2.7.1", "2.8"],
            "numpy": ["1.24", "1.26", "1.26.4", "2", "2.0", "2.2"], "pytorch-cuda": ["11.7", "11.8", "12.1"],
            "cuda-version": ["11.8", "12.1", "12.4", "12.6", "12.9"], "cudatoolkit": ["11.3", "11.5", "11.7", "11.8"],
            "torchvision": ["0.11", "0.16", "0.18"], "scipy": ["1.11", "1.14"], "pandas": ["2.1", "2.2"]}
FLAGS = {"conda": ["", "", "", "", "--update-deps", "--freeze-installed", "--update-specs", "--update-all", "--no-deps", "--only-deps",
                   "--no-pin", "--force-reinstall", "-S", "--no-channel-priority", "--strict-channel-priority",
                   "-c pytorch", "-c conda-forge", "-c nvidia --override-channels -c conda-forge"],
         "mamba": ["", "", "", "", "--freeze-installed", "--no-deps", "--only-deps", "--no-pin", "--no-py-pin", "--force-reinstall",
                   "--channel-priority strict", "--channel-priority disabled", "--allow-uninstall", "--allow-downgrade",
                   "--no-allow-downgrade", "-c pytorch", "-c conda-forge", "-c nvidia --override-channels -c conda-forge"]}
STEM = re.compile(r"\.(conda|tar\.bz2)$")


class Channels:
    """Unpacked below FOLDER/channels, with an index of the records."""

    def __init__(self, source, folder):
        self.dir = os.path.join(folder, "channels")
        self.records = {}
        for channel in sorted(os.listdir(source)):
            for subdir in ("linux-64", "noarch"):
                self.add(source, channel, subdir)

    def add(self, source, channel, subdir):
        path = os.path.join(source, channel, subdir, "repodata.json")
        if os.path.exists(path + ".zst"):
            data = subprocess.run(["zstd", "-dcq", path + ".zst"], check=True, capture_output=True).stdout
        elif os.path.exists(path):
            with open(path, "rb") as f:
                data = f.read()
        else:
            return
        target = os.path.join(self.dir, channel, subdir, "repodata.json")
        if not os.path.exists(target) or os.path.getsize(target) != len(data):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as f:
                f.write(data)
        for section in ("packages", "packages.conda"):
            for fn, record in json.loads(data).get(section, {}).items():
                self.records[channel, subdir, STEM.sub("", fn)] = (fn, record)


def condarc(channels, case):
    return "".join([f"channel_alias: file://{channels.dir}\n", "channels:\n", *(f"  - {c}\n" for c in case["channels"]),
                    f"channel_priority: {case['priority']}\n", *(f"{line}\n" for line in case.get("condarc", []))])


def prepare(channels, envs, case, folder):
    """The case's directory; returns its environment variables."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    if case["env"]:
        env = envs[case["env"]]
        records = [(f"file://{channels.dir}/{c}/{s}", *channels.records[c, s, d]) for c, s, d in env["records"]]
        make_prefix(records, env, os.path.join(folder, "prefix"))
    write(os.path.join(folder, "condarc"), condarc(channels, case))
    for name, text in case.get("files", {}).items():
        write(os.path.join(folder, name), text.replace("CHANNELS", f"file://{channels.dir}"))
    keep = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH", "LANG") if k in os.environ}
    return dict(keep, **FIXED, HOME=folder, CONDARC=os.path.join(folder, "condarc"), CONDA_OVERRIDE_CUDA=case["cuda"],
                CONDA_PKGS_DIRS=os.path.join(os.path.dirname(folder), "pkgs"), MAMBA_ROOT_PREFIX=os.path.join(folder, "root"))


def prefix_of(case):
    return "prefix" if case["env"] else "new"


def ask_conda(case, folder, env):
    """In a child, so that conda's imports are paid for once; [removed, added], or the exception's name."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read_end)
        answer = "died"
        with contextlib.suppress(BaseException):
            answer = conda_answer(case, folder, env)
        os.write(write_end, json.dumps(answer).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as f:
        data = f.read()
    os.waitpid(pid, 0)
    return json.loads(data)


class Stop(BaseException):
    pass


def conda_answer(case, folder, env):
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    plans = []

    def solve_for_transaction(self, *args, **kwargs):
        unlink, link, *_ = self.solve_for_diff(*args, **kwargs)
        plans.append([sorted(f"{r.name}-{r.version}-{r.build}" for r in records) for records in (unlink, link)])
        raise Stop

    out = io.StringIO()
    from conda.core.solve import Solver
    from conda.cli.main import main_subshell
    Solver.solve_for_transaction = solve_for_transaction
    argv = [*arguments(case["command"], prefix_of(case)), "--json"]
    if argv[0] != "env":
        argv += ["-y", "--dry-run"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            from conda.exception_handler import conda_exception_handler
            conda_exception_handler(main_subshell, *argv)
        except Stop:
            pass
        except SystemExit:
            pass
    if plans:
        return plans[-1]
    return read_plan(out.getvalue()) or "unread: " + out.getvalue()[-200:]


class Maker:
    def __init__(self, rng, channels, envs):
        self.rng, self.channels, self.envs = rng, channels, envs

    def spec(self, name=None, installed=()):
        r = self.rng
        name = name or (r.choice(installed) if installed and r.random() < 0.25 else r.choice(PACKAGES))
        version = r.choice(VERSIONS.get(name, ["1", "1.2", "2", "3"]))
        if name in VERSIONS and r.random() < 0.5:
            return name + r.choice(["=", "==", ">=", "<", " ", "~=", "!="]) + version if r.random() < 0.8 else r.choice([
                f"{name}[version='{version}.*']", f"{name}={version}.*", f"{name}>={version},<99", f"{name}={version}|=={version}.1",
                f"conda-forge::{name}={version}", f"{name}[version='>={version}',channel=conda-forge]", f"{name}={version}=*cuda*", f"{name}={version}=py310*"])
        return r.choice([name] * 12 + [f"conda-forge::{name}", f"{name}=*=*cuda*", f"{name}[build=*cpu*]", f"pytorch::{name}", f"{name}[subdir=noarch]",
                                      f"conda-forge/noarch::{name}", f"{name}[build_number='>=1']", f"{name}=*", f"{name}[channel='conda-*']"])

    def command(self, tool, env):
        r, e = self.rng, self.envs[env] if env else None
        installed = [d.rsplit("-", 2)[0] for _, _, d in e["records"]] if e else []
        specs = shlex.join(self.spec(installed=installed) for _ in range(r.choice([1, 1, 1, 2, 3])))
        if not env:
            return f"create {r.choice(FLAGS[tool][-4:])} {shlex.join([self.spec('python'), self.spec()])}"
        kind = r.random()
        if kind < 0.5:
            return f"install {r.choice(FLAGS[tool])} {specs}"
        if kind < 0.58:
            return f"update {r.choice(FLAGS[tool][:9] if tool == 'conda' else FLAGS[tool])} {r.choice(installed)}"
        if kind < 0.64:
            return f"update {specs}"
        if kind < 0.72:
            return "update --all " + r.choice(["", "", "--no-pin", *(["--no-prune-deps"] if tool == "mamba" else [])])
        if kind < 0.86:
            force = {"conda": ["--force"], "mamba": ["--force", "--no-prune-deps"]}[tool]
            return f"remove {r.choice(['', '', '', *force])} {' '.join(r.sample(installed, min(len(installed), r.choice([1, 1, 2]))))}"
        if kind < 0.89:
            return "remove " + r.choice(["--all", shlex.quote(self.spec()), "nosuchpackage"])
        if kind < 0.96 or tool == "conda":  # conda reads the packages themselves before it says what it would do with a list
            return "env update --file environment.yml" + r.choice(["", " --prune"])
        return "install --file explicit.txt"

    def files(self, command):
        r = self.rng
        if "environment.yml" in command:
            specs = "".join(f"  - {json.dumps(self.spec())}\n" for _ in range(r.choice([1, 2, 3])))
            named = r.choice(["", "channels:\n  - conda-forge\n", "channels:\n  - pytorch\n  - conda-forge\n"])
            return {"environment.yml": f"name: x\n{named}dependencies:\n{specs}"}
        if "explicit.txt" in command:
            keys = r.sample(sorted(self.channels.records), 2)
            return {"explicit.txt": "@EXPLICIT\n" + "".join(f"CHANNELS/{c}/{s}/{self.channels.records[c, s, d][0]}\n" for c, s, d in keys)}
        return {}

    def case(self, number, tool):
        r = self.rng
        env = r.choice([None, *self.envs, *self.envs])
        command = " ".join(self.command(tool, env).split("  ")).strip()
        channels = self.envs[env]["channels"] if env else r.choice([PYTORCH, FORGE])
        if r.random() < 0.15:
            channels = r.choice([PYTORCH, FORGE, ["conda-forge", "pytorch", "nvidia"], ["pytorch", "conda-forge"]])
        lines = [] if r.random() < 0.85 else [r.choice(["pinned_packages:\n  - numpy=1.26", "pinned_packages: [python 3.10.*]", "aggressive_update_packages: []",
                                                        "track_features: [mkl]", "update_modifier: update_all", "always_softlink: true",
                                                        "prefix_data_interoperability: true", "create_default_packages: [pip]", "use_only_tar_bz2: true",
                                                        "allow_downgrade: true", "solver_ignore_timestamps: true"])]
        return {"id": f"{tool}-{number:04}", "tool": tool, "env": env, "command": command, "channels": channels,
                "priority": r.choice(["flexible", "flexible", "strict", "strict", "disabled"]), "condarc": lines,
                "cuda": r.choice([self.envs[env]["cuda"] if env else "12.2", "12.2", "12.9", "11.4", ""]), "files": self.files(command)}


def solve_environments(channels, work, rng):
    """conda itself says what is in them; each in a few variants of history, pins and pip."""
    envs = {}
    for name, (order, cuda, specs) in ENVIRONMENTS.items():
        case = {"env": None, "command": f"create {specs}", "channels": order, "priority": "flexible", "cuda": cuda}
        folder = os.path.join(work, "solve-" + name)
        plan = ask_conda(case, folder, prepare(channels, envs, case, folder))
        if isinstance(plan, str):
            print(f"{name} is left out: {plan}")
            continue
        records = []
        for dist in plan[1]:
            places = [k for k in channels.records if k[2] == dist]
            records.append(min(places, key=lambda k: order.index(k[0]) if k[0] in order else 99))
        head = "==> 2024-01-01 00:00:00 <==\n# cmd: /opt/conda/bin/conda create -n x\n# conda version: 24.1.0\n"
        lines = "".join(f"+{c}/{s}::{d}\n" for c, s, d in records)
        quoted = str(specs.split())
        base = {"records": records, "channels": order, "cuda": cuda, "history": f"{head}{lines}# update specs: {quoted}\n"}
        envs[name] = base
        envs[name + "-nohistory"] = dict(base, history=f"{head}{lines}")
        names = [s.split("=")[0] for s in specs.split()]
        envs[name + "-pinned"] = dict(base, pinned=rng.choice([f"{names[0]}\n", f"{names[-1]}\n", "numpy <2\n", "python 3.10.*\nnumpy\n", "pytorch 2.1.*\n"]))
        exact = [f"{d.rsplit('-', 2)[0]}={d.rsplit('-', 2)[1]}={d.rsplit('-', 2)[2]}" for _, _, d in records if rng.random() < 0.3]
        envs[name + "-exact"] = dict(base, history=f"{head}{lines}# update specs: {exact}\n")
        if "python" in names:
            envs[name + "-pip"] = dict(base, pip=[("requests", "2.31.0"), ("numpy", "1.24.0"), ("einops", "0.7.0")])
    return envs


def answers(args, channels, saved):
    todo = [c for c in saved["cases"] if not args.only or c["id"] in args.only]
    for case in todo:
        folder = os.path.join(args.work, case["id"])
        if "answer" not in case:
            env = prepare(channels, saved["envs"], case, folder)
            case["answer"] = ask_conda(case, folder, env) if case["tool"] == "conda" else ask_mamba(
                args.mamba, case["command"], prefix_of(case), folder, env)
        yield case, folder


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--channels", required=True)
    ap.add_argument("--envguard", required=True)
    ap.add_argument("--mamba", default="mamba")
    ap.add_argument("--tools", default="conda,mamba")
    ap.add_argument("--count", type=int, default=100)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--work", default="conda-work")
    ap.add_argument("--out")
    ap.add_argument("--only", type=lambda s: s.split(","))
    args = ap.parse_args()
    args.work, args.envguard = os.path.abspath(args.work), os.path.abspath(args.envguard)
    channels = Channels(args.channels, args.work)
    if args.out and os.path.exists(args.out):
        with open(args.out) as f:
            saved = json.load(f)
    else:
        rng = random.Random(args.seed)
        saved = {"envs": solve_environments(channels, args.work, rng), "cases": []}
        maker = Maker(rng, channels, saved["envs"])
        tools = args.tools.split(",")
        saved["cases"] = [maker.case(i, tools[i % len(tools)]) for i in range(args.count)]
    same, total = collections.Counter(), collections.Counter()
    for case, folder in answers(args, channels, saved):
        if case["answer"] == "usage":
            continue
        ours = ask_envguard(args.envguard, case["tool"], case["command"], prefix_of(case), folder, prepare(channels, saved["envs"], case, folder))
        wrong = difference(case["answer"], ours)
        total[case["tool"]] += 1
        same[case["tool"]] += not wrong
        if wrong:
            print(f"{case['id']} [{case['env'] or 'new'}; {' '.join(case['channels'])}; {case['priority']}; cuda {case['cuda']}; "
                  f"{' '.join(case['condarc'])}] {case['tool']} {case['command']}: {wrong}", flush=True)
    if args.out:
        with open(args.out, "w") as f:
            json.dump(saved, f)
    print(", ".join(f"{t}: {same[t]} of {total[t]} the same" for t in sorted(total)))
    return 0 if same == total else 1


if __name__ == "__main__":
    sys.exit(main())
