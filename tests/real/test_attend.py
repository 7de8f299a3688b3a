#!/usr/bin/env python3
"""A tool that the shim waits for, to look at the GPU stack afterwards, notices nothing of it: exit status, signals, the
terminal and its job control are as if the shim had become the tool, which it does where there is nothing to look at.

usage: test_attend.py ENVGUARD         exit status 77: there is no pip

The tool is a script in the place of pip that does what the test says.
"""
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_gate
from terminal import Terminal

SKIPPED = 77
TOOL = '''#!{python}
import os, signal, sys, time
def heard(number, frame):
    os.write(1, b"heard %s\\n" % signal.Signals(number).name.encode())  # print is not for a handler
for name in os.environ.get("HEARS", "").split():
    signal.signal(getattr(signal, name), heard)
exec(os.environ["ACT"])
'''
WAIT = "print('ready', os.getpid(), flush=True)\nfor i in range(600):\n    time.sleep(0.1)"
ASK = "print('ready', os.getpid(), flush=True)\nprint('got', sys.stdin.readline().strip(), flush=True)\nsys.exit(4)"


class Tool:
    def __init__(self, bench):
        self.bench = bench
        bench.make("torch==2.4.1+cu121")
        with open(os.path.join(bench.bin, "pip"), "w") as f:
            f.write(TOOL.format(python=os.path.join(bench.bin, "python")))
        self.folder = os.path.join(bench.root, "shims")
        os.makedirs(self.folder)
        os.symlink(bench.envguard, os.path.join(self.folder, "pip"))
        self.environ = dict(bench.environ, PATH=f"{self.folder}:{bench.bin}:/usr/bin:/bin", TERM="dumb")

    def start(self, act, hears="", **kwargs):
        return subprocess.Popen(["pip", "install", "harmless==1.0"], env=dict(self.environ, ACT=act, HEARS=hears), cwd=self.bench.root,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                universal_newlines=True, executable=os.path.join(self.folder, "pip"), **kwargs)

    def run(self, act, given="", **kwargs):
        p = self.start(act, **kwargs)
        out, err = p.communicate(given, timeout=120)
        return p.returncode, out, err


def ends(tool):
    for act, expected in (("sys.exit(0)", 0), ("sys.exit(7)", 7), ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
                          ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
                          ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", -signal.SIGINT),
                          ("os.abort()", -signal.SIGABRT)):
        code, out, err = tool.run(act)
        assert code == expected, (act, code, out, err)


def streams(tool):
    code, out, err = tool.run("print(sys.stdin.read()[::-1]); print('aside', file=sys.stderr)", "abc")
    assert (code, out, err) == (0, "cba\n", "aside\n"), (code, out, err)


def stands_in_our_place(tool):
    code, out, err = tool.run("print(os.getpgrp() == os.getpgid(os.getppid()), os.getppid())", start_new_session=True)
    assert code == 0 and out.startswith("True"), (out, err)
    # without a GPU stack there is nothing to look at: the shim becomes the tool
    shutil.rmtree(os.path.join(tool.bench.site, "torch-2.4.1+cu121.dist-info"))
    code, out, err = tool.run("print(os.getppid())")
    assert code == 0 and int(out) == os.getpid(), (out, err)
    tool.bench.run(tool.bench.words("install", "torch==2.4.1+cu121"))


def inherits(tool):
    def ignore():
        for number in (signal.SIGHUP, signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)

    act = "print([signal.getsignal(n) == signal.SIG_IGN for n in (1, 2, 17)], signal.pthread_sigmask(0, ()))\nsys.exit(5)"
    code, out, err = tool.run(act, preexec_fn=ignore)
    assert code == 5 and out == "[True, True, True] set()\n", (code, out, err)
    code, out, err = tool.run(act)
    assert code == 5 and out == "[False, False, False] set()\n", (code, out, err)


def passes_signals_on(tool):
    names = "SIGTERM SIGHUP SIGINT SIGQUIT SIGUSR1 SIGUSR2"
    p = tool.start("print('ready', flush=True)\nfor i in range(600):\n    time.sleep(0.1)\n", names)
    assert p.stdout.readline() == "ready\n"
    for name in names.split():
        p.send_signal(getattr(signal, name))
        heard = p.stdout.readline()
        assert heard == f"heard {name}\n", (name, heard, p.poll())
    p.kill()
    p.communicate()
    p = tool.start(WAIT)
    pid = int(p.stdout.readline().split()[1])
    assert pid != p.pid
    p.kill()
    assert p.wait(60) == -signal.SIGKILL
    assert p.stdout.read() == ""  # the other side is closed: it is gone as well
    p.communicate()


def interrupts_once(tool):
    act = ("n = 0\nwhile n < 2:\n    try:\n        print('ready' * (not n), flush=True)\n        time.sleep(2)\n        n = 2\n    except KeyboardInterrupt:\n"
           "        n += 1\n        print('interrupt', n, flush=True)\nsys.exit(3)")
    with Terminal([os.path.join(tool.folder, "pip"), "install", "harmless==1.0"], dict(tool.environ, ACT=act), tool.bench.root) as terminal:
        terminal.wait("ready")
        terminal.type("\x03")
        terminal.wait("interrupt 1")
        status, seen = terminal.end()
    assert status == 3 and "interrupt 2" not in seen, (status, seen)
    assert "unjudged" not in seen, seen  # by the shim's own path too


def stops_and_goes_on(tool):
    """In a shell with job control."""
    if not shutil.which("bash"):
        return print("-    no bash: job control is not tried", flush=True)
    environ = dict(tool.environ, ACT=ASK, PS1="$ ", HISTFILE="/dev/null")
    with Terminal(["bash", "--norc", "--noprofile", "-i"], environ, tool.bench.root) as terminal:
        terminal.wait("$ ")
        for _ in range(2):
            terminal.type("pip install harmless==1.0\n")
            terminal.wait("ready ")
            terminal.type("\x1a")
            terminal.wait("Stopped")
            terminal.type("jobs; echo still $((1 + 1))\n")
            terminal.wait("still 2")
            terminal.type("fg\n")
            terminal.wait("pip install")
            time.sleep(0.5)  # what is typed before the shell has sent SIGCONT is dropped with it (POSIX, 2.4.1)
            terminal.type("\x1a")
            terminal.wait("Stopped")
            terminal.type("bg\n")
            terminal.wait("&")
            terminal.type("fg\n")
            terminal.wait("pip install")
            terminal.type("hello\n")
            terminal.wait("got hello")
            terminal.type("echo ended with $?\n")
            terminal.wait("ended with 4")
        terminal.type("exit\n")
        terminal.end()


CHECKS = (ends, streams, stands_in_our_place, inherits, passes_signals_on, interrupts_once, stops_and_goes_on)


def main():
    own = importlib.util.find_spec("pip")
    if not own:
        print("skipped: there is no pip")
        return SKIPPED
    failures = 0
    with tempfile.TemporaryDirectory() as root:
        pip = os.path.dirname(os.path.dirname(own.origin))
        tool = Tool(test_gate.Bench(os.path.abspath(sys.argv[1]), sys.executable, pip, os.path.realpath(root)))
        for check in CHECKS:
            try:
                check(tool)
            except AssertionError:
                failures += 1
                traceback.print_exc()
    print(f"{len(CHECKS) - failures} of {len(CHECKS)} checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
