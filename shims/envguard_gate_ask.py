# What envguard's gates in pip and conda share: showing a transaction to `envguard gate`, and what happens where that fails.
# Put here by `envguard enable`, removed by `envguard disable`. All imports are made here: pip forbids them once it begins to
# install (26.3).
import json
import os
import re
import subprocess
import sys

ENVGUARD = "@ENVGUARD@"
BLOCKED = 10  # the exit status of a tool that is not let through; pip uses 1 to 4 and 23 itself, conda 1
_after = []  # what is to be handed back to which program when the tool has ended
PATIENCE = 30  # seconds; envguard keeps a shorter time budget itself
TERMINAL_PATIENCE = 1200  # where it may ask a question, which it does not wait for so long


def off():
    """Turned off by the user? Where a policy may have a say in that, envguard is asked, and decides."""
    said = os.environ.get("ENVGUARD", "").lower().partition(":")[0]
    return said in ("off", "0", "no", "false") and not re.search('"(bypass|audit|extends)"', _policy())


def typed():
    """Was this command typed at a terminal? It leads the foreground process group there; what a script runs does not."""
    try:
        waits = os.environ.get("ENVGUARD_WATCHED", "").partition(":")[0] == str(os.getppid())  # a shim that stands for us
        leader = os.getppid() if waits else os.getpid()
        return os.isatty(0) and os.isatty(2) and leader == os.getpgrp() == os.tcgetpgrp(0)
    except OSError:
        return False


def ask(transaction):
    """True: the tool may go on."""
    for program in (ENVGUARD, _elsewhere()):
        if program and os.access(program, os.X_OK):
            break
    else:
        return unjudged("the program '%s' is gone; 'envguard enable' or removing %s helps" % (ENVGUARD, __file__))
    transaction = dict(transaction, schema="envguard.transaction/1", after=True)
    gate = [program, "gate", transaction["tool"]]
    patience = TERMINAL_PATIENCE if transaction["typed"] else PATIENCE
    try:
        done = subprocess.run(gate, input=json.dumps(transaction).encode(), stdout=subprocess.PIPE, timeout=patience)
    except subprocess.TimeoutExpired:
        return unjudged("'%s' did not answer in time" % " ".join(gate))
    except OSError as error:
        return unjudged("cannot run '%s': %s" % (program, error.strerror))
    word, _, state = done.stdout.partition(b"\n")
    answer = (done.returncode, word.strip())
    if answer == (0, b"allow"):
        _after[:] = [(program, state)] if state.strip() else []
        return True
    if answer == (BLOCKED, b"block"):
        return False
    return unjudged("'%s' failed (exit status %s)" % (" ".join(gate), done.returncode))


def held():
    """What a tool that is not known should be given as constraints."""
    try:
        return [spec for _, state in _after for spec in json.loads(state.decode()).get("held") or []]
    except ValueError:
        return []


def look_after():
    """The tool has ended: envguard says so where the GPU stack is neither as it was nor as allowed."""
    while _after:
        program, state = _after.pop()
        try:
            subprocess.run([program, "gate", "after"], input=state, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        except (OSError, subprocess.SubprocessError):
            pass


def unjudged(why):
    """The guard itself failed: is the command let through?"""
    said = re.findall(r'"on_error"\s*:\s*"(allow|warn|block)"', _policy()) + [os.environ.get("ENVGUARD_ON_ERROR", "").lower()]
    word = next((word for word in ("block", "warn", "allow") if word in said), "warn")  # the strictest of all
    if word != "allow":
        sys.stderr.write("envguard: %s: %s\n" % (why, "blocked" if word == "block" else "let through unjudged"))
    return word != "block"


def _policy():
    """The policy's own files without their comments: what is left to follow where envguard itself cannot be asked."""
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    paths = ["/etc/envguard/policy.json", os.path.join(config, "envguard", "policy.json"), os.path.join(sys.prefix, "envguard.json")]
    if os.environ.get("ENVGUARD_POLICY"):
        paths.append(os.environ["ENVGUARD_POLICY"])
    try:
        folders = (os.getcwd(), os.path.dirname(sys.prefix))
    except OSError:  # somebody has removed the working directory
        folders = (os.path.dirname(sys.prefix),)
    for folder in folders:
        while not os.path.isfile(os.path.join(folder, "envguard.json")) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        paths.append(os.path.join(folder, "envguard.json"))
    text = ""
    for path in paths:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                text += file.read(1 << 20) + "\n"
        except OSError:
            pass
    return re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda match: match.group(1) or "", text, flags=re.DOTALL)


def _elsewhere():
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        program = os.path.join(folder, "envguard")
        if folder and os.access(program, os.X_OK) and not os.path.isdir(program):
            return program
    return None
