#!/usr/bin/env python3
"""The pip gate with a real pip in a real virtual environment: what is blocked has changed nothing, and what is allowed is
done as without the guard, byte for byte. Offline: the packages are made here.

usage: test_gate.py ENVGUARD [--python EXE]... [--pips DIR] [--check NAME]...

By default the machine's Python with its own pip. --pips is a folder with one unzipped pip wheel per version, each of which
is tried with each Python that it starts on. Exit status 77: there is no pip.
"""
import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wheels
from terminal import Terminal

SKIPPED, BLOCKED = 77, 10
HOST = '{"driver": "535.183.01", "cuda": "12.2", "gpus": [{"name": "NVIDIA A100", "compute_capability": "8.0"}]}'
OURS = re.compile(r"envguard_gate(_ask|_pip)?\.")
SCRIPT = "#!{python}\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"


class Bench:
    """One Python with one pip: a place where an environment is made again and again."""

    def __init__(self, envguard, python, pip, root):
        self.envguard, self.python, self.pip, self.root = envguard, python, pip, root
        self.env = os.path.join(root, "env")
        self.bin = os.path.join(self.env, "bin")
        links = os.path.join(root, "links")
        wheels.wheel(links, "torch", "2.4.1+cu121")
        wheels.wheel(links, "torch", "2.15.0")
        wheels.wheel(links, "torchpack", "0.3.1", ["torch>=2.14"])
        wheels.wheel(links, "harmless", "1.0")
        wheels.wheel(links, "harmless", "2.0", ["torch"])
        with open(os.path.join(root, "host.json"), "w") as f:
            f.write(HOST)
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "ENVGUARD"))}
        self.environ = dict(
            keep, HOME=os.path.join(root, "home"), XDG_CACHE_HOME=os.path.join(root, "cache"), PIP_CONFIG_FILE=os.devnull,
            PIP_NO_INDEX="1", PIP_FIND_LINKS=links, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_CACHE_DIR="1",
            ENVGUARD_HOST=os.path.join(root, "host.json"), LC_ALL="C.UTF-8")

        self.make_template()

    def make_template(self):
        subprocess.run([self.python, "-m", "venv", "--without-pip", self.env], check=True, env=self.environ)
        self.site = next(os.path.join(d, "site-packages") for d, names, _ in os.walk(self.env) if "site-packages" in names)
        for name in os.listdir(self.pip):
            if name == "pip" or name.startswith("pip-"):
                shutil.copytree(os.path.join(self.pip, name), os.path.join(self.site, name))
        script = os.path.join(self.bin, "pip")
        with open(script, "w") as f:
            f.write(SCRIPT.format(python=os.path.join(self.bin, "python")))
        os.chmod(script, 0o755)
        self.run(self.words("install", "no-such-thing"))  # compiles what it needs
        os.rename(self.env, self.env + ".new")

    def make(self, *installed):
        shutil.rmtree(self.env, ignore_errors=True)
        shutil.copytree(self.env + ".new", self.env, symlinks=True)
        if installed:
            self.run(self.words("install", *installed))

    def run(self, argv, **environ):
        p = subprocess.run(argv, env=dict(self.environ, **environ), cwd=self.root, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=300)
        return p.returncode, p.stdout, p.stderr

    def guard(self, word="enable"):
        code, out, err = self.run([self.envguard, word, "--prefix", self.env])
        assert code == 0, (word, code, out, err)

    def tree(self):
        """Every file of the environment but ours, with its content."""
        found = {}
        for folder, _, names in os.walk(self.env):
            for name in names:
                path = os.path.join(folder, name)
                if OURS.match(name) or name.endswith(".pyc"):
                    continue
                with open(path, "rb") as f:
                    found[os.path.relpath(path, self.env)] = hashlib.sha256(f.read()).hexdigest()
        return found

    def ask_instead(self, program):
        """From now on the gate asks PROGRAM in the place of envguard."""
        module = os.path.join(self.site, "envguard_gate_ask.py")
        with open(module) as f:
            text = re.sub(r'(?m)^ENVGUARD = .*$', f'ENVGUARD = "{program}"', f.read())
        with open(module, "w") as f:
            f.write(text)

    def ask_script(self, text):
        program = os.path.join(self.root, "other-guard")
        with open(program, "w") as f:
            f.write("#!/bin/sh\n" + text)
        os.chmod(program, 0o755)
        self.ask_instead(program)

    def words(self, *words):
        return [os.path.join(self.bin, "python"), "-m", "pip", *words]


def same_with_and_without(bench, installed, *words):
    """The same files, output and exit status."""
    seen = []
    for guarded in (False, True):
        bench.make(*installed)
        if guarded:
            bench.guard()
        code, *texts = bench.run(bench.words(*words))
        seen.append(((code, *(re.sub(r"pip-ephem-wheel-cache-\w+", "", text) for text in texts)), bench.tree()))
    assert seen[0] == seen[1], (words, seen[0][0], seen[1][0])
    return seen[0][0]


def allowed(bench):
    assert same_with_and_without(bench, ("torch==2.4.1+cu121",), "install", "harmless")[0] == 0
    assert same_with_and_without(bench, ("harmless==1.0",), "uninstall", "-y", "harmless", "missing")[0] == 0
    assert same_with_and_without(bench, (), "install", "no-such-thing")[0] == 1
    assert same_with_and_without(bench, (), "list")[0] == 0
    assert same_with_and_without(bench, (), "download", "torchpack", "-d", "env/downloads")[0] == 0


def blocked(bench):
    bench.make("torch==2.4.1+cu121")
    bench.guard()
    before = bench.tree()
    script = os.path.join(bench.root, "install.sh")
    with open(script, "w") as f:
        f.write(f"#!/bin/sh\nset -e\nPATH={bench.bin}:$PATH\npython -m pip install torchpack\n")
    ways = {
        "python -m pip": bench.words("install", "torchpack"),
        "absolute path": [os.path.join(bench.bin, "pip"), "install", "torchpack"],
        "subprocess": [os.path.join(bench.bin, "python"), "-c", "import subprocess, sys; sys.exit(subprocess.call("
                       "[sys.executable, '-m', 'pip', 'install', 'torchpack']))"],
        "in process": [os.path.join(bench.bin, "python"), "-c", "import sys; from pip._internal.cli.main import main; "
                       "sys.exit(main(['install', 'torchpack']))"],
        "isolated": [os.path.join(bench.bin, "python"), "-I", "-m", "pip", "install", "torchpack"],
        "shell": ["/bin/sh", "-c", f". {bench.bin}/activate; pip install torchpack"],
        "script": ["/bin/sh", script],
        "empty environment": ["env", "-i", "PIP_NO_INDEX=1", f"PIP_FIND_LINKS={bench.root}/links",
                              f"ENVGUARD_HOST={bench.root}/host.json", *bench.words("install", "torchpack")],
    }
    for way, argv in ways.items():
        code, out, err = bench.run(argv)
        assert code == BLOCKED and "BLOCK" in err and "ENVGUARD=off" in err, (way, code, out, err)
        assert "Successfully" not in out and bench.tree() == before, (way, out)
    if shutil.which("make"):
        with open(os.path.join(bench.root, "Makefile"), "w") as f:
            f.write(f"all:\n\t@{bench.bin}/python -m pip install torchpack\n")
        code, out, err = bench.run(["make"])
        assert code == 2 and "BLOCK" in err and "Error 10" in err and bench.tree() == before, (code, out, err)


def terminal(bench):
    """On a terminal as well, where it asks, and takes the answer from; pip still has the terminal for itself."""
    for typed, status in (("\n", BLOCKED), ("y\n", 0)):
        bench.make("torch==2.4.1+cu121")
        bench.guard()
        before = bench.tree()
        environ = {k: v for k, v in bench.environ.items() if k not in ("CI", "JPY_PARENT_PID", "JPY_SESSION_NAME")}
        with Terminal(bench.words("install", "torchpack"), dict(environ, TERM="xterm"), bench.root) as person:
            person.wait("go on all the same?")
            person.type(typed)
            answer, shown = person.end()
        assert answer == status and "BLOCK" in shown and "\x1b[" in shown, (answer, shown)
        assert (bench.tree() == before) == (status == BLOCKED), shown


def by_start_file(bench):
    """What Python 3.15 does with envguard_gate.start (PEP 829), done by a .pth file for an older one: each line is an entry
    point to be resolved and called, and import lines of a .pth file of the same name are passed over."""
    if subprocess.run([bench.python, "-c", "from pkgutil import resolve_name"], stderr=subprocess.DEVNULL).returncode:
        return
    bench.make("torch==2.4.1+cu121")
    bench.guard()
    os.unlink(os.path.join(bench.site, "envguard_gate.pth"))
    start = os.path.join(bench.site, "envguard_gate.start")
    with open(os.path.join(bench.site, "pep829.pth"), "w") as f:
        f.write(f"import pkgutil; [__import__('pkgutil').resolve_name(line.strip())() for line in open({start!r}) if line[0] not in '#\\n']\n")
    before = bench.tree()
    code, out, err = bench.run(bench.words("install", "torchpack"))
    assert code == BLOCKED and "BLOCK" in err and bench.tree() == before, (code, out, err)


def ways_out(bench):
    install = bench.words("install", "torchpack")
    for environ, word in (({"ENVGUARD": "off"}, None),
                          ({"ENVGUARD_ALLOW": "driver-too-old:a test;variant-changed"}, "a test")):
        bench.make("torch==2.4.1+cu121")
        bench.guard()
        code, out, err = bench.run(install, **environ)
        assert code == 0 and "Successfully installed" in out, (environ, code, out, err)
        assert (err.count(word) == 1 if word else "envguard" not in err), (environ, err)


def failing(bench):
    """A guard that fails lets through, with one line that says so, unless it was told otherwise."""
    bench.make()
    bench.guard()
    for program, on_error, expected in (("/nowhere/envguard", "block", BLOCKED), ("/bin/true", "block", BLOCKED),
                                        ("/bin/false", "", 0)):
        bench.ask_instead(program)
        code, out, err = bench.run(bench.words("install", "harmless==1.0"), ENVGUARD_ON_ERROR=on_error)
        assert code == expected and err.count("envguard:") == 1, (program, code, out, err)
        assert code or "let through" in err, err


def incomplete(bench):
    """Somebody has removed a part of it: pip works, and is told not to be guarded where there is one to tell it."""
    for name, told in (("envguard_gate.py", 0), ("envguard_gate_pip.py", 1), ("envguard_gate_ask.py", 1)):
        bench.make()
        bench.guard()
        os.unlink(os.path.join(bench.site, name))
        code, out, err = bench.run(bench.words("install", "harmless==1.0"))
        assert code == 0 and "Successfully installed" in out and err.count("envguard: ") == told, (name, code, out, err)
        assert bench.run([bench.envguard, "status", "--prefix", bench.env])[0] == 1


def policy_speaks(bench):
    """What the team's policy says of ways past the guard, and of its own failures, also where it cannot be asked."""
    path = os.path.join(bench.root, "home", ".config", "envguard", "policy.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)

    def policy(text):
        with open(path, "w") as f:
            f.write(text)

    words = bench.words("install", "torchpack")
    bench.make("torch==2.4.1+cu121")
    bench.guard()
    try:
        policy('{"bypass": "forbidden"}')
        for environ in ({"ENVGUARD": "off"}, {"ENVGUARD_ALLOW": "variant-changed:why"}):
            code, out, err = bench.run(words, **environ)
            assert code == BLOCKED and "forbids" in err, (environ, code, out, err)
        policy('{"bypass": "needs-reason", /* */}')
        assert bench.run(words, ENVGUARD="off")[0] == BLOCKED
        code, out, err = bench.run(words, ENVGUARD="off:a drill")
        assert code == 0 and "envguard" not in err, (code, out, err)
        module = os.path.join(bench.site, "envguard_gate_ask.py")
        with open(module) as f:
            text = f.read()
        with open(module, "w") as f:
            f.write(re.sub(r"(?m)^ENVGUARD = .*$", 'ENVGUARD = "/nowhere"', text))
        for word, expected, lines in (("allow", 0, 0), ("warn", 0, 1), ("block", BLOCKED, 1)):
            policy('{\n// "on_error": "block",\n"on_error": "%s",\n}' % word)
            code, out, err = bench.run(bench.words("install", "harmless==1.0"))
            assert code == expected and err.count("envguard:") == lines, (word, code, out, err)
            bench.run(bench.words("uninstall", "-y", "harmless"))
    finally:
        os.unlink(path)


def guarded_once(bench):
    """The isolated environment of a build is nobody's installation."""
    bench.make()
    bench.guard()
    log = os.path.join(bench.root, "calls")
    bench.ask_script(f'echo call >>"{log}"\nexec "{bench.envguard}" "$@"\n')
    folder = wheels.project(os.path.join(bench.root, "project"), "built", ["harmless==1.0"])
    code, out, err = bench.run(bench.words("install", folder))
    assert code == 0, (code, out, err)
    with open(log) as f:
        assert len(f.readlines()) == 1
    os.unlink(log)


def undone(bench):
    bench.make()
    before = sorted(os.path.join(d, n) for d, dirs, names in os.walk(bench.env) for n in dirs + names)
    bench.guard()
    bench.guard()
    folder = os.path.join(bench.root, "tools")
    os.makedirs(folder, exist_ok=True)
    for name in ("uv", "pipenv"):
        shutil.copy("/bin/true", os.path.join(folder, name))
    with open(os.path.join(bench.root, "poetry.lock"), "w"):
        pass
    for word in ("status", "verify"):
        code, out, err = bench.run([bench.envguard, word, "--prefix", bench.env], PATH=folder)
        told = [line.split()[0] for line in out.splitlines() if " NOT guarded" in line]
        assert (code, told) == (0, ["uv", "poetry", "pipenv"]), (word, code, out, err)
    bench.guard("disable")
    after = sorted(os.path.join(d, n) for d, dirs, names in os.walk(bench.env) for n in dirs + names)
    left = [path for path in after if path in before or not re.search("/pip/.*__pycache__", path)]
    assert left == before, set(left) ^ set(before)
    assert bench.run([bench.envguard, "status", "--prefix", bench.env])[0] == 1
    assert bench.run([bench.envguard, "verify", "--prefix", bench.env])[0] == 1
    foreign = os.path.join(bench.site, "envguard_gate.py")
    with open(foreign, "w") as f:
        f.write("# somebody's own\n")
    assert bench.run([bench.envguard, "enable", "--prefix", bench.env])[0] == 12
    bench.guard("disable")
    assert os.path.exists(foreign)


def shims(bench):
    """The program under pip's name: forecasts, becomes the real one, and finds it also where a script looks on PATH again."""
    bench.make("torch==2.4.1+cu121")
    folder = os.path.join(bench.root, "shims")
    os.makedirs(folder, exist_ok=True)
    for name in ("pip", "uv"):
        if not os.path.lexists(os.path.join(folder, name)):
            os.symlink(bench.envguard, os.path.join(folder, name))
    path = f"{folder}:{bench.bin}:/usr/bin:/bin"
    before = bench.tree()
    code, out, err = bench.run(["pip", "install", "torchpack"], PATH=path)
    assert code == BLOCKED and not out and "BLOCK" in err and bench.tree() == before, (code, out, err)
    direct = bench.run([os.path.join(bench.bin, "pip"), "list"])
    assert bench.run(["pip", "list"], PATH=path) == direct
    code, out, err = bench.run(["pip", "install", "-r", "/dev/stdin"], PATH=path, ENVGUARD_ON_ERROR="block")
    assert code == BLOCKED and "pipe" in err, (code, out, err)
    code, out, err = bench.run(["pip", "install", "envguard-verify"], PATH=path)
    assert code == BLOCKED, (code, out, err)

    # a warning is shown by the shim, and not again by the gate
    bench.guard()
    waived = ["--envguard-allow=driver-too-old:one test", "--envguard-allow=variant-changed"]
    code, out, err = bench.run(["pip", "install", "torchpack", *waived], PATH=path)
    assert code == 0 and err.count("one test") == 1, (code, out, err)

    # a script of that name which looks on PATH itself, as pyenv's and asdf's do, comes back to the shim
    other = os.path.join(bench.root, "other")
    os.makedirs(other, exist_ok=True)
    with open(os.path.join(other, "pip"), "w") as f:
        f.write('#!/bin/sh\nexec pip "$@"\n')
    os.chmod(os.path.join(other, "pip"), 0o755)
    assert bench.run(["pip", "--version"], PATH=f"{folder}:{other}:{bench.bin}:/usr/bin:/bin")[0] == 0
    assert bench.run(["uv", "--version"], PATH=f"{folder}:/usr/bin:/bin")[0] == 127


CHECKS = (allowed, blocked, terminal, by_start_file, ways_out, failing, policy_speaks, incomplete, guarded_once, undone, shims)


def starts(python, pip):
    code = "import sys; sys.path.insert(0, sys.argv[1]); import pip._internal.commands.install"
    return subprocess.run([python, "-c", code, pip], stderr=subprocess.DEVNULL).returncode == 0


def main(checks):
    ap = argparse.ArgumentParser()
    ap.add_argument("envguard")
    ap.add_argument("--python", action="append", default=[])
    ap.add_argument("--pips")
    ap.add_argument("--check", action="append", default=[], help="only these")
    args = ap.parse_args()
    own = importlib.util.find_spec("pip")
    if args.pips:
        pips = {name: os.path.join(args.pips, name) for name in sorted(os.listdir(args.pips))}
    elif own:
        pips = {"its own": os.path.dirname(os.path.dirname(own.origin))}
    else:
        print("skipped: there is no pip")
        return SKIPPED
    failures = tried = 0
    for python in args.python or [sys.executable]:
        for name, pip in pips.items():
            if not starts(python, pip):
                print(f"-    {python}, pip {name}: does not start")
                continue
            with tempfile.TemporaryDirectory() as root:
                bench = Bench(os.path.abspath(args.envguard), python, pip, os.path.realpath(root))
                for check in checks:
                    if args.check and check.__name__ not in args.check:
                        continue
                    tried += 1
                    try:
                        check(bench)
                    except AssertionError as error:
                        failures += 1
                        print(f"FAIL {python}, pip {name}: {check.__name__}: {error}", flush=True)
            print(f"done {python}, pip {name}", flush=True)
    print(f"{tried - failures} of {tried} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(CHECKS))
