#!/usr/bin/env python3
"""Cuts the example that ships (examples/) out of a recorded index.

usage: cut_index.py --oracle pip_oracle.py --universe U.jsonl.zst --variants DIR --pips DIR --uv UV --add DIR --out examples

Real pips answer the example's requests against the recorded index, on every Python there is; what they asked for is what the
example keeps: of each project the versions whose metadata was read, as files for the targets below. --add: a folder with
wheels that the recording lacks. The files themselves are left out, only pages and metadata are there. The environments
are resolved as of a date, as in make_cases.py. The made-up index at the end is invented, and says so.
"""
import argparse
import hashlib
import html
import importlib.util
import json
import os
import re
import shutil
import urllib.parse
import zipfile

import make_cases

EXTRA = "https://download.pytorch.org/whl/"
ENVIRONMENTS = {
    "torch-2.4.1-cu121": ("2024-09-25", "cu121", "torch==2.4.1+cu121 numpy pip==24.0"),
    "torch-2.4.1-cu121-torchvision": ("2024-09-25", "cu121", "torch==2.4.1+cu121 torchvision==0.19.1+cu121 pip==24.0"),
    "torch-2.2.1-cu118": ("2024-03-20", "cu118", "torch==2.2.1+cu118 torchvision==0.17.1+cu118 numpy pip==24.0"),
}
REQUESTS = [
    ("torch-2.4.1-cu121", "torchpack"),
    ("torch-2.4.1-cu121", "ftfy"),
    ("torch-2.4.1-cu121", f"torchpack torch==2.4.1+cu121 torchvision==0.19.1+cu121 --extra-index-url {EXTRA}cu121"),
    ("torch-2.4.1-cu121", f"torchpack torch==2.4.1 torchvision==0.19.1 --extra-index-url {EXTRA}cu121"),
    ("torch-2.4.1-cu121", "torchpack torchvision==0.19.1"),
    ("torch-2.4.1-cu121", "torchpack torch==2.4.1"),
    ("torch-2.4.1-cu121", "torch>=2.6"),
    ("torch-2.4.1-cu121", "numpy --upgrade"),
    ("torch-2.4.1-cu121-torchvision", "torchpack"),
    ("torch-2.2.1-cu118", "xformers"),
    ("torch-2.2.1-cu118", "xformers torch==2.2.1"),
    ("torch-2.2.1-cu118", f"xformers torch==2.2.1+cu118 torchvision==0.17.1+cu118 --extra-index-url {EXTRA}cu118"),
    ("torch-2.2.1-cu118", "ftfy"),
]
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
PIPS = {"22.3": PYTHONS[1:2], "26.3": PYTHONS}
PLATFORM = re.compile(r"manylinux\S*_x86_64|linux_x86_64|any$")
PYTHON_TAG = re.compile(r"cp31[0-4]|py3\d*")

MADE_UP = {
    "ftfy-7.0.0": ["wcwidth", "mojibake-models>=1.2"],
    "mojibake-models-1.2.0": ["torch>=2.6", "numpy"],
}


def load(path):
    spec = importlib.util.spec_from_file_location("pip_oracle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stripped(text):
    """METADATA without its description, as the recording keeps it."""
    keep = re.compile(r"(Metadata-Version|Name|Version|Requires-Python|Requires-Dist|Provides-Extra|Dynamic):")
    return "\n".join(line for line in text.split("\n\n")[0].splitlines() if keep.match(line))


def add_wheels(store, folder):
    for file in sorted(os.listdir(folder)):
        with zipfile.ZipFile(os.path.join(folder, file)) as z:
            text = z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA"))).decode()
        text = stripped(text)
        name = re.sub(r"[-_.]+", "-", re.search(r"(?m)^Name: (.+)$", text)[1]).lower()
        requires = re.search(r"(?m)^Requires-Python: (.+)$", text)
        record = store.idx[""].setdefault(name, dict(name=name, files=[], meta={}))
        record["meta"][file] = text
        entry = [file, None, requires[1] if requires else None, None, None, None, file, "wheel"]
        record["files"].append(entry)
        store.files["", file] = (record, entry)


def asked_files(log):
    """(variant, file) of every metadata or file that a log of the server shows."""
    for line in open(log):
        entry = json.loads(line)
        parts = urllib.parse.unquote(entry["p"]).strip("/").split("/")
        if entry["s"] == 200 and parts[0] == "files":
            yield "", re.sub(r"\.metadata$", "", parts[1])
        elif entry["s"] == 200 and parts[0] == "vfiles":
            yield parts[1], re.sub(r"\.metadata$", "", parts[2])


def for_some_target(file):
    if not file.endswith(".whl"):
        return False
    python, abi, platform = file[:-4].split("-")[-3:]
    return bool(PLATFORM.search(platform)) and (abi == "abi3" or any(PYTHON_TAG.fullmatch(t) for t in python.split(".")))


def version_of(file):
    return file.split("-")[1]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def write_page(folder, up, name, files, comment=""):
    """A page as PEP 503 wants it; FILES: (file name, Requires-Python, yanked, metadata)."""
    rows = []
    for file, requires, yanked, metadata in files:
        attributes = f' data-requires-python="{html.escape(requires)}"' if requires else ""
        if yanked is not None:
            attributes += f' data-yanked="{html.escape(yanked)}"'
        attributes += f' data-core-metadata="sha256={hashlib.sha256(metadata).hexdigest()}"'
        rows.append(f'<a href="{up}files/{urllib.parse.quote(file)}"{attributes}>{file}</a><br>\n')
    write(os.path.join(folder, name, "index.html"),
          f"<!DOCTYPE html>\n<html><head><title>Links for {name}</title></head><body>\n{comment}" + "".join(rows) + "</body></html>\n")


def write_index(out, store, wanted):
    files = os.path.join(out, "files")
    os.makedirs(files)
    for variant, records in store.idx.items():
        folder = os.path.join(out, "whl", variant) if variant else os.path.join(out, "simple")
        names = []
        for name in sorted(records):
            keep = {version_of(f) for v, f in wanted if v == variant and store.files[v, f][0] is records[name] and f.endswith(".whl")}
            rows = []
            for file, _, requires, yanked, _, _, key, _ in records[name]["files"]:
                if key and version_of(file) in keep and for_some_target(file):
                    metadata = (records[name]["meta"][key] + "\n").encode()
                    with open(os.path.join(files, file + ".metadata"), "wb") as f:
                        f.write(metadata)
                    rows.append((file, requires, yanked, metadata))
            if rows:
                names.append(name)
                write_page(folder, "../../../" if variant else "../../", name, rows)
        if names:
            write(os.path.join(folder, "index.html"), "<!DOCTYPE html>\n<html><body>\n"
                  + "".join(f'<a href="{n}/">{n}</a><br>\n' for n in names) + "</body></html>\n")


def write_made_up(out):
    folder = os.path.join(out, "made-up")
    for full, requires in MADE_UP.items():
        name, version = full.rsplit("-", 1)
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: Made up for envguard's examples\n" \
                   + "".join(f"Requires-Dist: {r}\n" for r in requires)
        write(os.path.join(folder, "files", file + ".metadata"), metadata)
        write_page(os.path.join(folder, "simple"), "../../", name, [(file, ">=3.8", None, metadata.encode())],
                   "<!-- Made up: no such release exists. It tells what happened once, with another package, to somebody. -->\n")


def write_environment(out, oracle, installed):
    """Distributions as pip leaves them, METADATA only, seen by the recorded interpreter of python.in."""
    site = os.path.join(out, "lib", "python3.11", "site-packages")
    for requirement in installed:
        name, version = requirement.split("==")
        text, _ = oracle.meta_for(name, version, "3.11")
        real = re.search(r"(?m)^Name: (.+)$", text)[1]
        info = os.path.join(site, f"{re.sub(r'[-_.]+', '_', real)}-{version}.dist-info")
        write(os.path.join(info, "METADATA"), re.sub(r"(?m)^Version: .+$", "Version: " + version, text, count=1) + "\n")
        write(os.path.join(info, "INSTALLER"), "pip\n")
    write(os.path.join(out, "pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.9\n")
    os.makedirs(os.path.join(out, "bin"))
    os.symlink("../../python", os.path.join(out, "bin", "python"))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for x in ("oracle", "universe", "variants", "pips", "uv", "add", "out"):
        ap.add_argument("--" + x, required=True)
    ap.add_argument("--work", default="cut-work")
    a = ap.parse_args()
    module = load(a.oracle)
    log = os.path.join(os.path.abspath(a.work), "log")
    os.makedirs(a.work, exist_ok=True)
    open(log, "w").close()
    oracle = module.Oracle(a.universe, a.variants, os.path.abspath(a.pips), a.uv, os.path.abspath(a.work), log=log)
    add_wheels(oracle.st, a.add)
    installed = {}
    for name, (date, variant, roots) in ENVIRONMENTS.items():
        env = dict(name=name, date=date, indexes=[variant], roots=[r for r in roots.split() if not r.startswith("pip==")])
        python = os.path.join(module.PYENV, module.PY["3.11"], "bin", "python")
        installed[name] = make_cases.resolve(env, oracle, a.uv, python)
    open(log, "w").close()
    for name, command in REQUESTS:
        for pip, pythons in PIPS.items():
            for python in pythons:
                result = oracle.run(dict(python=python, installed=installed[name]), command.split(), "pip-" + pip)
                print(name, command, pip, python, result["outcome"], result.get("kind", ""),
                      " ".join(c["name"] + " " + c["to"] for c in result.get("changes", []) if "torch" in c["name"]), flush=True)
    wanted = {(v, f) for v, f in asked_files(log) if (v, f) in oracle.st.files}
    for generated in ["index", *ENVIRONMENTS]:
        shutil.rmtree(os.path.join(a.out, generated), ignore_errors=True)
    write_index(os.path.join(a.out, "index"), oracle.st, wanted)
    write_made_up(os.path.join(a.out, "index"))
    for name, requirements in installed.items():
        write_environment(os.path.join(a.out, name), oracle, requirements + ["pip==26.3"])


if __name__ == "__main__":
    main()
