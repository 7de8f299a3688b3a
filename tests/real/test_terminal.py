#!/usr/bin/env python3
"""The guard before a person: a block on a terminal asks, and nowhere else; the shims in interactive shells.

usage: test_terminal.py ENVGUARD         exit status 77: there is no pip

Shells that are not there are skipped, and said to be.
"""
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_gate
from terminal import Terminal

SKIPPED, BLOCKED = 77, 10
QUESTION = "go on all the same?"
INSTALL = ("install", "torchpack")


def shim_path(bench):
    folder = os.path.join(bench.root, "shims")
    os.makedirs(folder, exist_ok=True)
    if not os.path.lexists(os.path.join(folder, "pip")):
        os.symlink(bench.envguard, os.path.join(folder, "pip"))
    return f"{folder}:{bench.bin}:/usr/bin:/bin"


def ways(bench):
    """A shim alone, a gate alone, and both."""
    shimmed = dict(bench.environ, PATH=shim_path(bench), TERM="xterm")
    gate = dict(bench.environ, TERM="xterm")
    return (("shim", ["pip", *INSTALL], shimmed, False), ("gate", bench.words(*INSTALL), gate, True),
            ("both", ["pip", *INSTALL], shimmed, True))


def fresh(bench, guarded):
    bench.make("torch==2.4.1+cu121")
    if guarded:
        bench.guard()
    return bench.tree()


def answers(bench):
    for way, argv, environ, guarded in ways(bench):
        for typed, goes_on in (("\n", False), ("n\n", False), ("what?\n", False), ("y\n", True), ("  Yes\n", True)):
            if way != "gate" and typed in ("n\n", "what?\n"):
                continue
            before = fresh(bench, guarded)
            with Terminal(argv, environ, bench.root) as terminal:
                terminal.wait(QUESTION)
                terminal.type(typed)
                status, seen = terminal.end()
            assert status == (0 if goes_on else BLOCKED), (way, typed, status, seen)
            assert seen.count(QUESTION) == 1 and seen.count("nothing has been changed") == 1, (way, typed, seen)
            assert "\x1b[" in seen, seen
            assert (bench.tree() != before) == goes_on, (way, typed, seen)


def shows_fix(bench):
    before = fresh(bench, True)
    with Terminal(bench.words("uninstall", "torch"), bench.environ, bench.root) as terminal:
        assert terminal.wait("Proceed", QUESTION)[0] == "Proceed"  # asked for by name: pip's own question
        terminal.type("n\n")
        assert terminal.end()[0] in (0, 1)
    bench.make("torch==2.4.1+cu121", "harmless==1.0")
    bench.guard()
    before = bench.tree()
    argv = bench.words("install", "-U", "harmless", "torch")
    with Terminal(argv, bench.environ, bench.root) as terminal:
        terminal.wait(QUESTION)
        terminal.wait("[f]ix: ")
        terminal.type("f\n")
        _, shown = terminal.wait(QUESTION)
        assert "\r\npip install -U harmless 'torch<2.11'\r\n" in shown, shown
        terminal.type("\n")
        assert terminal.end()[0] == BLOCKED
    assert bench.tree() == before


def not_asked(bench):
    """Scripts, CI, notebooks, and who wants no questions: refused at once, also on a terminal."""
    before = fresh(bench, True)
    typed, path = bench.words(*INSTALL), {"PATH": shim_path(bench)}
    quoted = " ".join(typed)
    makefile = os.path.join(bench.root, "Makefile")
    with open(makefile, "w") as f:
        f.write(f"all:\n\t@{quoted}\n")
    trials = [
        ("CI", typed, {"CI": "true"}), ("notebook", typed, {"JPY_PARENT_PID": "1"}),
        ("notebook of another launcher", typed, {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}), ("--no-input", [*typed, "--no-input"], {}),
        ("script", ["/bin/sh", "-c", f"{quoted}; exit $?"], {}), ("script, shim", ["/bin/sh", "-c", "pip install torchpack; exit $?"], path),
        ("CI, shim", ["pip", *INSTALL], dict(path, CI="1")), ("no standard input", ["/bin/sh", "-c", f"exec {quoted} </dev/null"], {}),
    ]
    if shutil.which("make"):
        trials.append(("make", ["make", "-f", makefile], {}))
    for way, argv, more in trials:
        with Terminal(argv, dict(bench.environ, **more), bench.root) as terminal:
            status, seen = terminal.end()
        assert status == (2 if way == "make" else BLOCKED) and QUESTION not in seen, (way, status, seen)
        assert bench.tree() == before, way


def interrupted(bench):
    """Ctrl-C at the question, as anywhere."""
    for way, argv, environ, guarded in ways(bench):
        before = fresh(bench, guarded)
        with Terminal(argv, environ, bench.root) as terminal:
            terminal.wait(QUESTION)
            terminal.type("\x03")
            status, seen = terminal.end()
        assert status not in (0, BLOCKED) and bench.tree() == before, (way, status, seen)


def start_bash(bench, home, setup):
    with open(os.path.join(home, "rc"), "w") as f:
        f.write(f'PS1=\neval "$({setup} --shell bash)"\n')
    return ["bash", "--rcfile", os.path.join(home, "rc"), "-i"], "activate", "$?"


def start_zsh(bench, home, setup):
    with open(os.path.join(home, ".zshrc"), "w") as f:
        f.write(f'PS1=\neval "$({setup} --shell zsh)"\n')
    return ["zsh", "-d", "-i"], "activate", "$?"


def start_fish(bench, home, setup):
    folder = os.path.join(home, "config/fish")
    os.makedirs(folder)
    with open(os.path.join(folder, "config.fish"), "w") as f:
        f.write(f"function fish_prompt\nend\nset -g fish_greeting\n{setup} --shell fish | source\n")
    return ["fish", "-i"], "activate.fish", "$status"


def shell(bench, name, start):
    """Typed into an interactive shell, before and after an environment is activated."""
    bench.make("torch==2.4.1+cu121")
    before = bench.tree()
    home = os.path.join(bench.root, "home-" + name)
    os.makedirs(home)
    environ = dict(bench.environ, HOME=home, ZDOTDIR=home, XDG_CONFIG_HOME=os.path.join(home, "config"), TERM="dumb",
                   XDG_DATA_HOME=os.path.join(home, "data"), PATH=f"{bench.bin}:/usr/bin:/bin", ENVGUARD=os.environ.get("ENVGUARD", ""))
    setup = f"{bench.envguard} enable --user --python {bench.python}"
    folder = os.path.join(home, "data/envguard/shims")
    code, out, err = bench.run(setup.split(), HOME=home, XDG_DATA_HOME=os.path.join(home, "data"), PATH=environ["PATH"])
    assert code == 0 and os.path.islink(os.path.join(folder, "pip")), (code, out, err)
    argv, activate, status = start(bench, home, setup)

    def line(terminal, text):
        """Types a command; what it printed, and its exit status."""
        terminal.type(f"{text}; printf 'st%sat %s.\\n' op {status}\n")
        _, seen = terminal.wait("stopat ")
        return seen, terminal.wait(".")[1][:-1]

    with Terminal(argv, environ, bench.root) as terminal:
        assert folder in line(terminal, "command -v pip")[0], terminal.seen
        terminal.type("pip install torchpack\n")
        terminal.wait(QUESTION)
        terminal.type("n\n")
        assert line(terminal, f"printf 'was %s.\\n' {status}")[0].count("was 10.") == 1, terminal.seen
        assert line(terminal, f"source {bench.bin}/{activate}")[1] == "0", terminal.seen
        assert folder in line(terminal, "command -v pip")[0].splitlines()[-2], terminal.seen
        guarded = line(terminal, f"{bench.envguard} status")[0]
        assert "guarded by name" in guarded and "NOT guarded by name" not in guarded, guarded
        pushed = line(terminal, f"env PATH={bench.bin}:{folder}:/usr/bin:/bin {bench.envguard} status")[0]
        assert "NOT guarded by name" in pushed, pushed
        assert bench.tree() == before
        terminal.type("exit\n")
        terminal.end()


SHELLS = (("bash", start_bash), ("zsh", start_zsh), ("fish", start_fish))


def main():
    own = importlib.util.find_spec("pip")
    if not own:
        print("skipped: there is no pip")
        return SKIPPED
    wanted = sys.argv[2:]
    failures = tried = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as root:  # fish goes on writing for a moment
        bench = test_gate.Bench(os.path.abspath(sys.argv[1]), sys.executable, os.path.dirname(os.path.dirname(own.origin)),
                                os.path.realpath(root))
        bench.environ = {k: v for k, v in bench.environ.items() if k not in ("CI", "JPY_PARENT_PID", "JPY_SESSION_NAME", "MPLBACKEND")}
        checks = [(check.__name__, check, ()) for check in (answers, shows_fix, not_asked, interrupted)]
        for name, start in SHELLS:
            if shutil.which(name):
                checks.append((name, shell, (name, start)))
            else:
                print(f"skipped: there is no {name}")
        for name, check, more in checks:
            if wanted and name not in wanted:
                continue
            tried += 1
            try:
                check(bench, *more)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failures += 1
                print(f"FAIL {name}: {error}", flush=True)
                traceback.print_tb(error.__traceback__)
            else:
                print(f"ok   {name}", flush=True)
    print(f"{tried - failures} of {tried} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
