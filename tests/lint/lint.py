#!/usr/bin/env python3
"""What a compiler does not check about this repository. usage: lint.py [CHECK...], all of them by default."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILE_LINES = 600
FUNCTION_LINES = 60

# Each layer with the layers whose headers it may include.
LAYERS = {
    "solver/base": ["solver/base"],
    "solver": ["solver", "solver/base"],
    "rules": ["rules", "solver", "solver/base"],
    "hook": ["hook", "rules", "solver", "solver/base"],
}
# A library is spoken to by the files that are there for it.
LIBRARIES = {
    "curl/": r"solver/base/(fetch|curl)\w*\.[ch]",
    "zstd.h": r"solver/(base|conda)/\w+\.c",
    "solv/": r"solver/((python|conda)/\w+|checksum)\.c",
    "gumbo.h": r"solver/python/\w+\.c",
    "sodium.h": r"hook/minisign\.c",
    "toml++/": r"solver/python/\w+\.cc",
}
BANNED = {
    "strcpy": "eg_buf, memcpy", "strcat": "eg_buf", "sprintf": "snprintf, eg_buf", "vsprintf": "vsnprintf",
    "gets": "getline", "strtok": "strspn and strcspn", "strncpy": "memcpy", "strncat": "eg_buf",
    "atoi": "strtol", "atol": "strtol", "atof": "strtod", "scanf": "strtol", "sscanf": "strtol", "alloca": "the arena",
    "tmpnam": "eg_file", "mktemp": "mkstemp", "system": "posix_spawn", "popen": "posix_spawn",
    "gmtime": "gmtime_r", "localtime": "localtime_r", "strerror_r": "strerror",
}
FORKING = ("solver/conda/solver_child.c", "solver/base/process.c")  # a forked child ends by _exit
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def tracked():
    listing = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if listing.returncode == 0:
        names = [name for name in listing.stdout.decode().split("\0") if name]
    else:  # an unpacked archive
        names = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, files in os.walk(ROOT) for name in files]
        names = [name for name in names if not name.startswith(("build/", ".git/"))]
    return sorted(name for name in names if os.path.isfile(os.path.join(ROOT, name)))


def lines(name):
    """The lines of a text file with their numbers; of a binary file none."""
    with open(os.path.join(ROOT, name), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return []
    return list(enumerate(data.decode("utf-8", "replace").splitlines(), 1))


def sources(pattern=r".*"):
    return [name for name in tracked() if re.fullmatch(pattern + r"\.(c|cc|h)", name)]


def code(name):
    """The lines of a C file with comments and the insides of string literals taken out."""
    text = "\n".join(line for _, line in lines(name))
    blank = lambda match: re.sub(r"[^\n]", "", match.group(0)) if match.group(0).startswith("/") else '""'
    text = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)
    return list(enumerate(text.split("\n"), 1))


def layer(name):
    return next((layer for layer in LAYERS if name.startswith(layer + "/")), None)


@check
def machine_paths():
    """a path of somebody's machine"""
    for name in tracked():
        for number, line in lines(name):
            if re.search(r"(?<![\w.<>$}*-])/(root|work|tmp/w)(?![\w-])", line) and not name.endswith("lint.py"):
                yield name, number, line.strip()


@check
def registry_hosts():
    """an index or a mirror is asked for, never written down"""
    for name in tracked():
        for number, line in lines(name):
            found = re.search(r"(pypi|pythonhosted)[.](org|io)|(deb|ftp|security|snapshot)[.]debian[.]org", line)
            if found:
                yield name, number, found.group(0)


@check
def layer_arrows():
    """includes point down: hook, rules, solver, base; each library has its own files"""
    headers = {}
    for name in sources():
        if name.endswith(".h"):
            headers.setdefault(os.path.basename(name), layer(name))
    for name in sources():
        if not layer(name):
            continue
        for number, line in lines(name):
            match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            target = headers.get(os.path.basename(match.group(2)))
            if match.group(1) == '"' and target and target not in LAYERS[layer(name)]:
                yield name, number, "%s belongs to %s" % (match.group(2), target)
            for library, place in LIBRARIES.items():
                if match.group(2).startswith(library) and not re.fullmatch(place, name):
                    yield name, number, "<%s> is for %s" % (match.group(2), place)


@check
def own_header_first():
    """a header that is included first proves that it stands alone"""
    present = set(sources())
    for name in sources():
        own = re.sub(r"\.cc?$", ".h", name)
        if name.endswith(".h") or own not in present:
            continue
        first = next((line.split()[1] for _, line in lines(name) if line.startswith("#include ")), "")
        if os.path.basename(first.strip('"<>')) != os.path.basename(own):
            yield name, 1, "%s is not its first include" % os.path.basename(own)


@check
def include_guards():
    """every header has a guard made of its name"""
    for name in sources():
        guard = r"EG_(\w+_)?" + re.sub(r"\W", "_", os.path.basename(name)).upper()
        if name.endswith(".h") and not any(re.fullmatch("#ifndef " + guard, line) for _, line in lines(name)):
            yield name, 1, "no guard EG_…%s" % guard[10:]


@check
def sizes():
    """files and functions that fit in a head"""
    for name in tracked():
        text = lines(name)
        if re.search(r"\.(c|cc|h|py|sh|cmake)$|CMakeLists.txt$", name) and len(text) > FILE_LINES:
            yield name, FILE_LINES, "%d lines, above %d" % (len(text), FILE_LINES)
    for name in sources(r"(solver|rules|hook)/.*"):
        start = 0
        for number, line in lines(name):
            if line == "{":
                start = number
            elif line.startswith("}") and start:
                if number - start - 1 > FUNCTION_LINES:
                    yield name, start, "a function of %d lines, above %d" % (number - start - 1, FUNCTION_LINES)
                start = 0


@check
def banned_functions():
    """functions that are easily used wrong"""
    for name in sources(r"(solver|rules|hook)/.*"):
        for number, line in code(name):
            for word in re.findall(r"(?<![\w.>])(\w+)\s*\(", line):
                if word in BANNED:
                    yield name, number, "%s: use %s" % (word, BANNED[word])


@check
def silent_layers():
    """nothing below hook/ prints or exits"""
    for name in sources(r"(solver|rules)/.*"):
        for number, line in code(name):
            found = re.search(r"(?<![\w.>])(v?printf|puts|putchar|perror|exit|_exit|stdout|stderr)\b(?! *,)", line)
            child = name in FORKING and found and found.group(0) == "_exit"
            if found and not child:
                yield name, number, found.group(0)


@check
def whitespace():
    """no trailing blanks, a newline at the end"""
    for name in tracked():
        if not re.search(r"\.(c|cc|h|py|sh|cmake|md)$|CMakeLists.txt$", name):
            continue
        for number, line in lines(name):
            if line != line.rstrip():
                yield name, number, "trailing blanks"
        with open(os.path.join(ROOT, name), "rb") as file:
            data = file.read()
        if data and not data.endswith(b"\n"):
            yield name, data.count(b"\n") + 1, "no newline at the end"


def steps(command):
    """What COMMAND answered in each scenario: the scenario's name, and one text for each time."""
    for name in tracked():
        if re.fullmatch(r"tests/cases/(.+/)?[^/]+\.txt", name):
            with open(os.path.join(ROOT, name), encoding="utf-8") as file:
                said = re.split(r"^\$ ", file.read(), flags=re.M)[1:]
            yield os.path.basename(name), [step for step in said if command in step.split("\n", 1)[0]]


@check
def rules_have_scenarios():
    """each rule and check is in a scenario, which also has a look-alike without it"""
    spoken = {"rule": list(steps("dry-run")), "check": list(steps("doctor"))}
    for name in tracked():
        kind = re.fullmatch(r"rules/(rule|check)_\w+\.c", name)
        for number, line in lines(name) if kind else []:
            found = re.search(r'\.id = "(.+)"', line)
            if not found:
                continue
            word = "[%s]" % found.group(1)
            said = [word in step for scenario, texts in spoken[kind.group(1)] for step in texts
                    if scenario.startswith((found.group(1), "doctor-")) or any(word in text for text in texts)]
            for wanted in (True, False):
                if wanted not in said:
                    yield name, number, "no scenario %s %s" % ("with" if wanted else "without", word)


def main():
    chosen = [function for function in CHECKS if not sys.argv[1:] or function.__name__ in sys.argv[1:]]
    if len(chosen) < len(sys.argv) - 1:
        sys.exit("lint: the checks are " + ", ".join(function.__name__ for function in CHECKS))
    complaints = 0
    for function in chosen:
        for name, number, message in function():
            print("%s:%d: %s (%s: %s)" % (name, number, message, function.__name__, function.__doc__))
            complaints += 1
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
