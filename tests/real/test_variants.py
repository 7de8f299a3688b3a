#!/usr/bin/env python3
"""The pip gate in less usual company: projects, addresses, other targets, the account, pip replacing itself, several at once.

usage: as test_gate.py
"""
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wheels
from test_gate import BLOCKED, main, same_with_and_without

TORCH = "torch==2.4.1+cu121"


def refused(bench, *words, **environ):
    bench.make(TORCH)
    bench.guard()
    before = bench.tree()
    code, out, err = bench.run(bench.words(*words), **environ)
    assert code == BLOCKED and "BLOCK" in err and bench.tree() == before, (words, code, out, err)


def release(bench):
    code, out, _ = bench.run(bench.words("--version"))
    return tuple(int(n) for n in re.findall(r"\d+", out)[:2])


def projects(bench):
    bench.make()
    editable = release(bench) >= (21, 3)  # PEP 660
    plain = wheels.project(os.path.join(bench.root, "plain"), "plain")
    needy = wheels.project(os.path.join(bench.root, "needy"), "needy", requires=["torch>=2.14"])
    for option in ([], ["-e"]) if editable else ([],):
        code, out, err = same_with_and_without(bench, (TORCH,), "install", *option, plain)
        assert code == 0 and "envguard" not in err, (code, out, err)
        refused(bench, "install", *option, needy)
    code, out, err = same_with_and_without(bench, (TORCH, plain), "uninstall", "-y", "plain")
    assert code == 0, (code, out, err)


def addresses(bench):
    links = "file://" + os.path.join(bench.root, "links")
    assert same_with_and_without(bench, (TORCH,), "install", links + "/harmless-1.0-py3-none-any.whl")[0] == 0
    refused(bench, "install", links + "/torchpack-0.3.1-py3-none-any.whl")
    requirements = os.path.join(bench.root, "requirements.txt")
    with open(requirements, "w") as f:
        f.write(f"torchpack @ {links}/torchpack-0.3.1-py3-none-any.whl\nharmless==1.0\n")
    refused(bench, "install", "-r", requirements)


def other_targets(bench):
    for option in ("--target", "--prefix", "--root"):
        code, out, err = same_with_and_without(bench, (TORCH,), "install", option, "env/elsewhere", "harmless==1.0")
        assert code == 0 and "envguard" not in err, (option, code, out, err)


def dry_run(bench):
    bench.make()
    if release(bench) >= (22, 2):
        code, out, err = same_with_and_without(bench, (TORCH,), "install", "--dry-run", "torchpack")
        assert code == 0 and "Would install torch-2.15.0" in out and "envguard" not in err, (code, out, err)


def quiet(bench):
    code, out, err = same_with_and_without(bench, (TORCH,), "-q", "install", "harmless==1.0")
    assert (code, out) == (0, ""), (code, out, err)
    refused(bench, "-q", "install", "torchpack")


def account(bench):
    """--user, of an interpreter that the account is guarded for."""
    home = os.path.join(bench.root, "home-user")
    environ = dict(HOME=home, PATH=f"{bench.bin}:/usr/bin:/bin", XDG_DATA_HOME=os.path.join(home, "data"), PIP_BREAK_SYSTEM_PACKAGES="1",
                   PYTHONUSERBASE=os.path.join(home, "base"))
    bench.make()
    if bench.run([bench.python, "-m", "pip", "--version"], **environ)[0]:
        return
    code, out, err = bench.run([bench.envguard, "enable", "--user", "--python", bench.python], **environ)
    assert code == 0, (code, out, err)
    install = [bench.python, "-m", "pip", "install", "--user", "--ignore-installed"]
    code, out, err = bench.run(install + ["torchpack"], **environ)
    assert code == BLOCKED and "BLOCK" in err, (code, out, err)
    code, out, err = bench.run(install + ["harmless==1.0"], **environ)
    assert code == 0 and "envguard" not in err, (code, out, err)
    code, out, err = bench.run([bench.envguard, "disable", "--user", "--python", bench.python], **environ)
    assert code == 0, (code, out, err)
    left = [os.path.join(d, name) for d, _, names in os.walk(home) for name in names if "envguard" in name]
    assert not [path for path in left if "cache" not in path], left


def pip_replaces_itself(bench):
    info = next((name for name in os.listdir(bench.pip) if re.match(r"pip-[\d.]+\.dist-info$", name)), None)
    if not info or not os.path.exists(os.path.join(bench.pip, info, "RECORD")):
        return
    version = re.findall(r"pip-([\d.]+)\.dist-info", info)[0]
    wheel = os.path.join(bench.root, f"pip-{version}-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        for top in ("pip", info):
            for folder, _, names in os.walk(os.path.join(bench.pip, top)):
                for name in names:
                    path = os.path.join(folder, name)
                    if not name.endswith(".pyc") and name not in ("INSTALLER", "REQUESTED", "direct_url.json"):
                        archive.write(path, os.path.relpath(path, bench.pip))
        record = "".join(f"{name},,\n" for name in archive.namelist() if not name.endswith("RECORD"))
    shorter = wheel + ".new"
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(shorter, "w") as new:  # the installer's own lines are no wheel's
        for name in old.namelist():
            new.writestr(name, record + f"{name},,\n" if name.endswith("/RECORD") else old.read(name))
    os.replace(shorter, wheel)
    bench.make(TORCH)
    bench.guard()
    code, out, err = bench.run(bench.words("install", "--force-reinstall", wheel))
    assert code == 0 and "envguard" not in err, (code, out, err)
    before = bench.tree()
    code, out, err = bench.run(bench.words("install", "torchpack"))
    assert code == BLOCKED and bench.tree() == before, (code, out, err)


def at_once(bench):
    bench.make(TORCH)
    bench.guard()
    commands = [bench.words("install", word) for word in ("torchpack", "harmless==1.0", "torchpack", "harmless==1.0")]
    running = [subprocess.Popen(argv, env=bench.environ, cwd=bench.root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, universal_newlines=True) for argv in commands]
    answers = [(process.communicate(timeout=300), process.returncode) for process in running]
    assert [code for _, code in answers[::2]] == [BLOCKED, BLOCKED], answers
    assert 0 in [code for _, code in answers[1::2]], answers  # two pips that do the same may get in each other's way
    assert bench.run(bench.words("list"))[1].count("2.4.1+cu121") == 1


def interrupted(bench):
    """Ctrl-C while the gate is judging: pip ends as it does elsewhere, nothing has changed, nobody is left behind."""
    bench.make(TORCH)
    bench.guard()
    mark = os.path.join(bench.root, "began")
    bench.ask_script(f'echo $$ >"{mark}"\nexec sleep 60\n')
    before = bench.tree()
    process = subprocess.Popen(bench.words("install", "harmless==1.0"), env=bench.environ, cwd=bench.root, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, start_new_session=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # what runs us may ignore it
    deadline = time.monotonic() + 120
    while not (os.path.exists(mark) and os.path.getsize(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode not in (0, BLOCKED) and bench.tree() == before, (process.returncode, out, err)
    with open(mark) as f:
        pid, deadline = f.read().strip(), time.monotonic() + 60
    while is_alive(f"/proc/{pid}/stat") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_alive(f"/proc/{pid}/stat"), "the guard goes on"


def is_alive(stat):
    try:
        with open(stat) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def killed_guard(bench):
    for on_error, expected in (("", 0), ("block", BLOCKED)):
        bench.make(TORCH)
        bench.guard()
        bench.ask_script("kill -9 $$\n")
        code, out, err = bench.run(bench.words("install", "harmless==1.0"), ENVGUARD_ON_ERROR=on_error)
        assert code == expected and err.count("envguard:") == 1, (on_error, code, out, err)


CHECKS = (projects, addresses, other_targets, dry_run, quiet, account, pip_replaces_itself, at_once, interrupted, killed_guard)

if __name__ == "__main__":
    sys.exit(main(CHECKS))
