#!/usr/bin/env python3
"""Snapshots and the way back, with a real pip and, where there is one, a real uv. Offline: the packages are made here.

usage: test_restore.py ENVGUARD [--uv UV] [--check NAME]...

Exit status 77: there is no pip.
"""
import argparse
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wheels
from test_gate import BLOCKED, SKIPPED, Bench

# what a build does that installs something itself: the environment's torch is another one afterwards
SLY = """
import glob, os
for info in glob.glob(os.path.join(os.environ["SITE"], "torch-2.4*.dist-info")):
    os.rename(info, os.path.join(os.environ["SITE"], "torch-2.15.0.dist-info"))
"""
WAIVED = {"ENVGUARD_ALLOW": "driver-too-old:a test;variant-changed;version-moved"}


class Place(Bench):
    def __init__(self, envguard, uv, pip, root):
        super().__init__(envguard, sys.executable, pip, root)
        links = os.path.join(root, "links")
        wheels.wheel(links, "torch", "2.4.1+cu121", ["nvidia-cudnn-cu12==9.1.0.70"])
        wheels.wheel(links, "torchpack", "0.3.1", ["torch>=2.14", "nvidia-cudnn-cu13==9.9.0"])
        wheels.wheel(links, "nvidia-cudnn-cu12", "9.1.0.70", owns={"nvidia/cudnn/lib/libcudnn.so.9": "twelve"})
        wheels.wheel(links, "nvidia-cudnn-cu13", "9.9.0", owns={"nvidia/cudnn/lib/libcudnn.so.9": "thirteen"})
        wheels.sdist(links, "opaque", ["torch>=2.14"])
        wheels.sdist(links, "mild", ["torch"])
        wheels.sdist(links, "sly", act=SLY)
        self.uv = uv
        self.shims = os.path.join(root, "shims")
        os.makedirs(self.shims)
        for name in ("pip", "uv"):
            os.symlink(envguard, os.path.join(self.shims, name))
        self.environ["UV_NO_CONFIG"] = "1"
        self.environ["UV_FIND_LINKS"] = links
        os.makedirs(os.path.join(root, "empty"))
        self.environ["UV_DEFAULT_INDEX"] = f"file://{root}/empty"
        self.environ["ENVGUARD_MIRRORS"] = f"https://download.pytorch.org/whl=file://{root}/empty"
        self.environ["UV_CACHE_DIR"] = os.path.join(root, "uv-cache")
        self.environ["UV_LINK_MODE"] = "copy"

    def ours(self, *words, **environ):
        return self.run([self.envguard, *words, "--prefix", self.env], **environ)

    def path(self):
        return ":".join([self.shims, self.bin] + ([os.path.dirname(self.uv)] if self.uv else []) + ["/usr/bin", "/bin"])

    def make_with_uv(self, *installed):
        """An environment without pip."""
        shutil.rmtree(self.env, ignore_errors=True)
        self.run([self.uv, "venv", "--python", sys.executable, self.env])
        code, out, err = self.run([self.uv, "pip", "install", "--python", self.env, *installed])
        assert code == 0, (out, err)

    def snapshots(self):
        code, out, err = self.ours("snapshots", "--json")
        assert code == 0, (out, err)
        return json.loads(out)["snapshots"]

    def packages(self, env=None):
        """Names and versions, and the files that packages have in common."""
        site = self.site if not env else self.site.replace(self.env, env)
        found = {name for name in os.listdir(site) if name.endswith(".dist-info")}
        library = os.path.join(site, "nvidia", "cudnn", "lib", "libcudnn.so.9")
        if os.path.exists(library):
            with open(library) as f:
                found.add(f.read())
        return found


def blocked_leaves_nothing(place):
    place.make("torch==2.4.1+cu121")
    place.guard()
    before = place.tree()
    code, out, err = place.run(place.words("install", "torchpack"))
    assert code == BLOCKED and place.tree() == before, (code, out, err)
    assert place.run(place.words("install", "harmless"))[0] == 0  # the GPU stack is not touched
    assert not os.path.exists(os.path.join(place.env, ".envguard"))
    assert place.run(place.words("uninstall", "-y", "harmless"))[0] == 0
    assert place.tree() == before


def back_with_pip(place):
    """What went comes back, what came goes, and so do the files that both of them owned."""
    place.make("torch==2.4.1+cu121", "harmless==1.0")
    place.guard()
    before = place.packages()
    assert "twelve" in before, before
    code, out, err = place.run(place.words("install", "torchpack"), **WAIVED)
    assert code == 0, (out, err)
    assert "thirteen" in place.packages(), place.packages()
    snapshots = place.snapshots()
    assert [s["command"] for s in snapshots] == [["pip", "install", "torchpack"]], snapshots
    assert snapshots[0]["changed_gpu_stack"] == 2 and snapshots[0]["changed_others"] == 1, snapshots

    code, out, err = place.ours("restore")
    assert code == 0 and "torch==2.4.1+cu121" in out and "https://download.pytorch.org/whl/cu121" in out, (out, err)
    assert "harmless" not in out and place.packages() != before, out
    # the commands as they are shown are let through by the gate
    for line in out.splitlines():
        if not line.startswith("#"):
            code, text, err = place.run(["/bin/sh", "-c", line])
            assert code == 0, (line, text, err)
    assert place.packages() == before, place.packages() ^ before
    assert place.ours("restore")[0] == 0 and "nothing to do" in place.ours("restore")[1]


def run_by_us(place):
    place.make("torch==2.4.1+cu121", "harmless==1.0")
    place.guard()
    before = place.packages()
    assert place.run(place.words("install", "torchpack"), **WAIVED)[0] == 0
    broken, kept = place.packages(), place.snapshots()[0]["id"]
    # what cannot be had again is found out before anything is removed
    code, out, err = place.ours("restore", kept, "--run", PIP_FIND_LINKS="")
    assert code == 1 and "nothing has been changed" in err and place.packages() == broken, (code, out, err)
    code, out, err = place.ours("restore", kept[:5], "--run")
    assert code == 0 and "is as in snapshot" in out, (code, out, err)
    assert place.packages() == before, place.packages() ^ before
    # the state before the way back is kept too, but is gone to by name only
    assert [s["tool"] for s in place.snapshots()].count("envguard") == 1
    assert "nothing to do" in place.ours("restore")[1]
    other = next(s["id"] for s in place.snapshots() if s["tool"] == "envguard")
    assert place.ours("restore", other, "--run")[0] == 0 and place.packages() == broken
    code, out, err = place.ours("restore", "--gpu-only", "--run")
    assert code == 0 and "torchpack-0.3.1.dist-info" in place.packages() and "twelve" in place.packages(), (out, err)


def into_a_new_one(place):
    place.make("torch==2.4.1+cu121", "harmless==1.0")
    before = place.packages()
    assert place.ours("snapshot")[0] == 0
    new = os.path.join(place.root, "new")
    python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    tools = os.path.join(place.root, "tools")
    os.makedirs(tools, exist_ok=True)
    if not os.path.exists(os.path.join(tools, python)):
        os.symlink(sys.executable, os.path.join(tools, python))
    wheel = next((os.path.join(d, n) for d, _, names in os.walk(sys.base_prefix) for n in names
                  if n.startswith("pip-") and n.endswith(".whl")), None)
    if not wheel:
        return print("-    no ensurepip: --into is not tried", flush=True)
    kept = place.snapshots()[0]["id"]
    code, out, err = place.ours("restore", kept, "--into", new)
    assert code == 0 and " -m venv " in out and not os.path.exists(new), (out, err)
    pip = next(n[4:-10] for n in before if n.startswith("pip-"))
    own = os.path.basename(wheel).split("-")[1]
    if pip != own:  # which the folder of wheels does not have
        return print(f"-    pip {pip} is not that of ensurepip, {own}: --into is only shown", flush=True)
    path = f"{tools}:/usr/bin:/bin"
    code, out, err = place.ours("restore", kept, "--into", new, "--run", PATH=path, PIP_FIND_LINKS=f"{place.root}/links {os.path.dirname(wheel)}")
    assert code == 0, (code, out, err)
    assert before - place.packages(new) == set(), before ^ place.packages(new)
    shutil.rmtree(new)


def from_a_freeze(place):
    place.make("torch==2.4.1+cu121", "harmless==1.0")
    frozen = os.path.join(place.root, "frozen.txt")
    code, out, err = place.run(place.words("freeze"))
    assert code == 0 and "torch==2.4.1+cu121" in out, (out, err)
    with open(frozen, "w") as f:
        f.write("# made by hand\n" + out)
    before = place.packages()
    assert place.run(place.words("install", "torchpack"))[0] == 0
    code, out, err = place.ours("restore", frozen, "--run")
    assert code == 0 and "torchpack" not in out, (code, out, err)
    assert before - place.packages() <= {"twelve"}  # which is nvidia-cudnn-cu13's now: a freeze removes nothing
    assert "torchpack-0.3.1.dist-info" in place.packages()
    with open(frozen, "w") as f:
        f.write("torch>=2.4,<2.5\n")
    code, out, err = place.ours("restore", frozen)
    assert code == 0 and f"-r {frozen}" in out, (code, out, err)


def nowhere_to_write(place):
    """A prefix that cannot be written is no failure: the account's own folder takes the snapshot."""
    place.make("torch==2.4.1+cu121")
    with open(os.path.join(place.env, ".envguard"), "w"):
        pass
    state = os.path.join(place.root, "state")
    code, out, err = place.ours("snapshot", XDG_STATE_HOME=state)
    assert code == 0 and state in out, (code, out, err)
    code, out, err = place.ours("snapshots", "--json", XDG_STATE_HOME=state)
    assert code == 0 and len(json.loads(out)["snapshots"]) == 1, (code, out, err)
    os.chmod(state, 0o555)
    place.guard()
    with open(os.path.join(place.root, "file"), "w"):
        pass
    code, out, err = place.run(place.words("install", "torchpack"), XDG_STATE_HOME=os.path.join(place.root, "file"), **WAIVED)
    assert code == 0 and "Successfully installed" in out, (code, out, err)


def a_ceiling(place):
    place.make()
    for i in range(23):
        wheels.wheel(os.path.join(place.root, "links"), "counted", f"1.{i}")
        shutil.rmtree(os.path.join(place.site, f"counted-1.{i - 1}.dist-info"), ignore_errors=True)
        os.makedirs(os.path.join(place.site, f"counted-1.{i}.dist-info"))
        with open(os.path.join(place.site, f"counted-1.{i}.dist-info", "METADATA"), "w") as f:
            f.write(f"Name: counted\nVersion: 1.{i}\n")
        assert place.ours("snapshot")[0] == 0
        assert place.ours("snapshot")[0] == 0  # the same again
    assert len(place.snapshots()) == 20


def with_uv(place):
    """An environment without pip, as uv makes it."""
    if not place.uv:
        return print("-    no uv: its part is not tried", flush=True)
    place.make_with_uv("torch==2.4.1+cu121", "harmless==1.0")
    before = place.packages()
    path = place.path()
    install = ["uv", "pip", "install", "--python", place.env, "torchpack"]
    code, out, err = place.run(install, PATH=path)
    assert code == BLOCKED and place.packages() == before and not place.snapshots(), (code, out, err)
    code, out, err = place.run(install, PATH=path, **WAIVED)
    assert code == 0 and "thirteen" in place.packages() and "HAS CHANGED" not in err, (code, out, err)
    assert [s["tool"] for s in place.snapshots()] == ["uv"]
    code, out, err = place.ours("restore", PATH=path)
    assert code == 0 and "uv pip install" in out and "unsafe-best-match" in out, (code, out, err)
    code, out, err = place.ours("restore", "--run", PATH=path)
    assert code == 0, (code, out, err)
    assert place.packages() == before, place.packages() ^ before


def changed_behind_the_back(place):
    """A shim looks at the GPU stack when the tool has ended; its exit status stays the tool's."""
    place.make("torch==2.4.1+cu121")
    code, out, err = place.run(["pip", "install", "harmless==1.0"], PATH=place.path())
    assert code == 0 and not err, (code, out, err)
    code, out, err = place.run(["pip", "install", "sly"], PATH=place.path(), SITE=place.site)
    assert code == 0 and "Successfully installed" in out, (code, out, err)
    assert "THE GPU STACK HAS CHANGED" in err and "torch: 2.4.1+cu121 → 2.15.0" in err, err
    way_back = next(line for line in err.splitlines() if line.startswith("back to what it was: "))
    assert "envguard restore " + place.snapshots()[0]["id"] in way_back, (way_back, place.snapshots())


def the_gate_looks_after(place):
    """The same without a shim; and with one, it is said once."""
    place.make("torch==2.4.1+cu121")
    place.guard()
    code, out, err = place.run(place.words("install", "harmless==1.0"))
    assert code == 0 and not err, (code, out, err)
    code, out, err = place.run(place.words("install", "sly"), SITE=place.site)
    assert code == 0 and err.count("THE GPU STACK HAS CHANGED") == 1 and "torch: 2.4.1+cu121 → 2.15.0" in err, (code, out, err)
    place.make("torch==2.4.1+cu121")
    place.guard()
    code, out, err = place.run(["pip", "install", "sly"], PATH=place.path(), SITE=place.site)
    assert code == 0 and err.count("THE GPU STACK HAS CHANGED") == 1, (code, out, err)


def a_pip_of_another_shape(place):
    """What does not tell its list is forecast, and told what to leave alone."""
    place.make("torch==2.4.1+cu121")
    for file in ("commands/install.py", "req/__init__.py"):
        path = os.path.join(place.site, "pip", "_internal", file)
        with open(path) as f:
            text = f.read()
        assert "install_given_reqs" in text, file
        with open(path, "w") as f:
            f.write(text.replace("install_given_reqs", "install_as_given"))
    place.guard()
    before = place.packages()
    code, out, err = place.run(place.words("install", "opaque"))
    assert code == 1 and place.packages() == before, (code, out, err)
    assert "does not tell what it will do" in err and "held as constraints" in err, err
    code, out, err = place.run(place.words("install", "mild", "harmless==1.0"))
    assert code == 0 and before - place.packages() == set(), (code, out, err)
    code, out, err = place.run(place.words("install", "torch==2.15.0"), **WAIVED)
    assert code == 0 and "torch-2.15.0.dist-info" in place.packages(), (code, out, err)


def constrained(place):
    """What could not be told beforehand is refused by the tool itself, where it would move what is there."""
    tools = ["pip"] + (["uv"] if place.uv else [])
    for tool in tools:
        if tool == "pip":
            place.make("torch==2.4.1+cu121")
            install, remove = ["pip", "install"], place.words("uninstall", "-y")
        else:
            place.make_with_uv("torch==2.4.1+cu121")
            install, remove = ([place.uv, "pip", word, "--python", place.env] for word in ("install", "uninstall"))
            install[0] = "uv"
        before, temporary = place.packages(), os.path.join(place.root, "temporary")
        os.makedirs(temporary, exist_ok=True)
        code, out, err = place.run(install + ["opaque"], PATH=place.path(), TMPDIR=temporary)
        assert code and "torch==2.4.1+cu121" in err and "ENVGUARD=off" in err, (tool, code, out, err)
        assert place.packages() == before and os.listdir(temporary) == [], (tool, place.packages(), os.listdir(temporary))
        # beside the user's own, not in their place
        own = os.path.join(place.root, "own.txt")
        with open(own, "w") as f:
            f.write("harmless==1.0\n")
        environ = {"PIP_CONSTRAINT": own, "UV_CONSTRAINT": own}
        for words, more in ((["mild", "harmless"], environ), (["-c", own, "mild", "harmless"], {})):
            code, out, err = place.run(install + words, PATH=place.path(), **more)
            assert code == 0 and "harmless-1.0.dist-info" in place.packages(), (tool, words, code, out, err)
            assert before - place.packages() == set(), (tool, before - place.packages())
            place.run(remove + ["harmless", "mild"])
        # who names torch wants it moved
        code, out, err = place.run(install + ["opaque", "torch"], PATH=place.path())
        assert code == 0 and "torch-2.15.0.dist-info" in place.packages(), (tool, code, out, err)


CHECKS = (blocked_leaves_nothing, back_with_pip, run_by_us, into_a_new_one, from_a_freeze, nowhere_to_write, a_ceiling, with_uv,
          changed_behind_the_back, the_gate_looks_after, a_pip_of_another_shape, constrained)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("envguard")
    ap.add_argument("--uv", default=shutil.which("uv"))
    ap.add_argument("--check", action="append", help="the name of one; without, all of them")
    args = ap.parse_args()
    own = importlib.util.find_spec("pip")
    if not own:
        print("skipped: there is no pip")
        return SKIPPED
    failures = 0
    with tempfile.TemporaryDirectory() as root:
        place = Place(os.path.abspath(args.envguard), args.uv, os.path.dirname(os.path.dirname(own.origin)), os.path.realpath(root))
        chosen = [check for check in CHECKS if not args.check or check.__name__ in args.check]
        for check in chosen:
            try:
                check(place)
            except AssertionError as error:
                failures += 1
                traceback.print_exc()
    print(f"{len(chosen) - failures} of {len(chosen)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
