#!/usr/bin/env python3
"""What envguard knows of real environments, against `pip inspect` of real pips. By hand; asks the index for setuptools.

compare_environment.py --dump BUILD/tests/dump_environment --pips DIR [--versions 22.3,26.3] PYTHON...

DIR holds unpacked pips, one folder for each version (pip install --target DIR/26.3 --no-deps pip==26.3). For each PYTHON: itself, and environments made here, with packages
installed in every way that leaves something different behind. Prints one line for each comparison; 1 when any differs.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap



def call(command, env, check=True, **more):
    done = subprocess.run(command, env=env, capture_output=True, text=True, **more)
    if check and done.returncode:
        raise RuntimeError("%s\n%s" % (" ".join(map(str, command)), (done.stdout + done.stderr)[-2000:]))
    return done


class Place:
    """One environment: the interpreter and the variables that it is run with."""

    def __init__(self, name, python, root, extra=None):
        self.name, self.python, self.root = name, python, root
        home = root / "home"
        home.mkdir(exist_ok=True)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "LANG": "C.UTF-8"}
        self.env.update(extra or {})

    def python_says(self, code):
        return call([self.python, "-c", code], self.env).stdout.strip()


def project(root, name, legacy_only=False):
    here = root / name
    (here / name).mkdir(parents=True)
    (here / name / "__init__.py").write_text("")
    (here / "setup.py").write_text(textwrap.dedent(f"""
        from setuptools import setup
        setup(name="{name}", version="1.0", packages=["{name}"],
              install_requires=["six>=1.0", "tomli; python_version < '3.11'"], extras_require={{"Fast_IO": ["numpy>1"]}})
        """))
    return here


def runner(pips, version):
    return str(pips / version / "pip" / "__pip-runner__.py")


def pips_for(pips, python, env):
    """Of the pips there those that run on PYTHON and have `inspect`."""
    minor = int(call([python, "-c", "import sys; print(sys.version_info[1])"], env).stdout)
    for version in sorted(os.listdir(pips), key=lambda v: [int(x) for x in v.split(".")]):
        major = tuple(int(x) for x in version.split("."))
        if major < (22, 2) or (minor < 9 and major >= (25, 1)) or (minor < 10 and major >= (26, 1)):
            continue
        if minor >= 12 and major < (23, 2):
            continue
        yield version


def inspected(place, pips, version):
    done = call([place.python, runner(pips, version), "inspect"], place.env)
    return json.loads(done.stdout)


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def ours(place, dump):
    env = dict(place.env, ENVGUARD_CACHE_DIR=str(place.root / "cache"))
    return json.loads(call([dump, str(place.python)], env).stdout)


def facts_of_pip(report):
    for item in report["installed"]:
        meta, direct = item["metadata"], item.get("direct_url") or {}
        editable = direct["url"] if direct.get("dir_info", {}).get("editable") else None
        yield canonical(meta["name"]), {
            "version": meta["version"],
            "path": item["metadata_location"],
            "installer": item.get("installer") or None,
            "direct_url": direct.get("url"),
            "editable": editable and editable[len("file://"):],
            "requires": sorted(squeezed(r) for r in meta.get("requires_dist", [])),
            "extras": sorted({canonical(e) for e in meta.get("provides_extra", [])}),
        }


def squeezed(requirement):
    """The same requirement is written with other blanks and quotes by other readers of requires.txt."""
    head, _, marker = requirement.partition(";")
    marker = "".join(c for c in marker if c not in "() ").replace("'", '"')
    return (head.replace(" ", "") + ";" + marker).rstrip(";").lower().replace("_", "-")


def facts_of_ours(report):
    for item in report["installed"]:
        fact = {key: item[key] for key in ("version", "path", "installer", "direct_url", "editable")}
        fact["requires"] = sorted(squeezed(r) for r in item["requires"])
        fact["extras"] = sorted({canonical(e) for e in item["extras"]})
        yield item["project"], fact


def differences(theirs, mine):
    for key, value in theirs["environment"].items():
        if mine["environment"].get(key) != value:
            yield f"marker {key}: pip {value!r}, envguard {mine['environment'].get(key)!r}"
    a, b = dict(facts_of_pip(theirs)), dict(facts_of_ours(mine))
    for name in sorted(a.keys() | b.keys()):
        if name == "laid" and name not in b and int(theirs["pip_version"].split(".")[0]) < 26:
            continue  # until 25.0, pip counts an egg that is not on sys.path
        if name not in a or name not in b:
            yield f"{name}: only {'pip' if name in a else 'envguard'} knows it"
            continue
        for key in a[name]:
            x, y = a[name][key], b[name][key]
            if key == "path" and os.path.realpath(x) == os.path.realpath(y):
                continue
            if key == "direct_url" and y is None and x == "file://" + str(b[name]["editable"]):
                continue  # `inspect` makes one up for an .egg-link
            if key == "version" and x != y and canonical(x) == canonical(y):
                continue
            if x != y:
                yield f"{name}: {key}: pip {x!r}, envguard {y!r}"


def venv(root, name, python, *options):
    call([python, "-m", "venv", "--without-pip", *options, str(root / name)], dict(os.environ))
    return root / name / "bin" / "python"


def install(place, pips, version, *arguments, **more):
    return call([place.python, runner(pips, version), "install", "--quiet", *map(str, arguments)], place.env, **more)


def scenarios(python, pips, root):
    """Environments with something in them, each made with the newest pip that runs here."""
    yield Place("as it is", python, root)
    plain = Place("venv", venv(root, "plain", python), root)
    newest = list(pips_for(pips, plain.python, plain.env))[-1]
    yield plain

    full = Place("venv with editables, eggs and leftovers", venv(root, "full", python), root)
    install(full, pips, newest, "setuptools<80", "wheel")
    install(full, pips, newest, "--no-build-isolation", "--no-deps", "-e", project(root, "modern"))
    install(full, pips, newest, "--no-build-isolation", "--no-deps", project(root, "local"))
    setup = [full.python, "setup.py"]
    call(setup + ["develop", "--no-deps"], full.env, cwd=project(root, "linked"))
    call(setup + ["install", "--single-version-externally-managed", "--record", "r"], full.env, cwd=project(root, "flat"))
    call(setup + ["install", "--old-and-unmanageable"], full.env, cwd=project(root, "unmanaged"), check=False)
    call(setup + ["bdist_egg"], full.env, cwd=project(root, "laid"))
    call(setup + ["easy_install", "--no-deps", "--always-unzip", "."], full.env, cwd=root / "laid", check=False)
    site = pathlib.Path(full.python_says("import sysconfig; print(sysconfig.get_path('purelib'))"))
    (site / "~eft-1.0.dist-info").mkdir()
    (site / "Ruamel.YAML_x-0.1.dist-info").mkdir()
    (site / "Ruamel.YAML_x-0.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: Ruamel.YAML-x\nVersion: 0.1\n")
    yield full

    user = Place("user site", python, root)
    install(user, pips, newest, "--user", "--break-system-packages", "--no-deps", "--ignore-installed", "six==1.16.0")
    yield user
    yield Place("user site switched off", python, root, {"PYTHONNOUSERSITE": "1"})
    both = Place("venv with system and user site", venv(root, "both", python, "--system-site-packages"), root)
    yield both
    yield Place("PYTHONPATH", plain.python, root, {"PYTHONPATH": str(site)})


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--dump", required=True)
    ap.add_argument("--pips", required=True, type=pathlib.Path)
    ap.add_argument("--versions", type=lambda s: s.split(","))
    ap.add_argument("python", nargs="+")
    arguments = ap.parse_args()
    bad = 0
    for python in arguments.python:
        with tempfile.TemporaryDirectory() as temp:
            for place in scenarios(python, arguments.pips, pathlib.Path(temp).resolve()):
                mine = ours(place, arguments.dump)
                for version in pips_for(arguments.pips, place.python, place.env):
                    if arguments.versions and version not in arguments.versions:
                        continue
                    found = list(differences(inspected(place, arguments.pips, version), mine))
                    bad += bool(found)
                    print(f"{'DIFFERS' if found else 'same   '} {mine['version']:8} pip {version:7} {place.name}: "
                          f"{len(mine['installed'])} distributions", flush=True)
                    for line in found:
                        print("        " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
