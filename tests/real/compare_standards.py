#!/usr/bin/env python3
"""Hold what the probe says about the packaging standards against the `packaging` inside a real pip.

  cmake --build --preset asan --target standards_probe
  python3 tests/real/compare_standards.py --probe build/asan/tests/standards_probe --pip DIR [--legacy-pip DIR]
          [--universe FILE.jsonl.zst] [--pythons DIR] [--mutations N] [--seed N]

DIR of --pip and --legacy-pip are unpacked wheels of pip, 26.3 and one before 24.1. --universe: one project a line, with
`files` (name first) and `meta` (texts of METADATA). --pythons: a folder of interpreters' prefixes; their tag lists are compared.
"""
import argparse
import collections
import email
import glob
import json
import os
import random
import subprocess
import sys
import warnings

ENV = {  # in the order of enum eg_marker_variable
    "os_name": "posix", "sys_platform": "linux", "platform_machine": "x86_64",
    "platform_python_implementation": "CPython", "platform_release": "5.15.0", "platform_system": "Linux",
    "platform_version": "#101-Ubuntu SMP", "python_version": "3.11", "python_full_version": "3.11.7",
    "implementation_name": "cpython", "implementation_version": "3.11.7",
}
TAGS_OF = """
import sys
sys.path.insert(0, sys.argv[1])
try:
    from pip._internal.utils.compatibility_tags import get_supported
    from pip._vendor.packaging.tags import interpreter_name
except Exception:
    sys.exit(3)
import os, sysconfig
print("\\x1f".join([interpreter_name(), str(sys.version_info[0]), str(sys.version_info[1]), sys.abiflags,
                   sysconfig.get_platform()] + os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")))
for case in eval(sys.argv[2]):
    print("\\x1f".join(map(str, get_supported(**case))))
"""
TARGETS = [
    {}, {"platforms": ["manylinux2014_x86_64"]}, {"version": "37"}, {"version": "3"}, {"version": "27"}, {"version": "314"},
    {"version": "312", "platforms": ["manylinux2010_x86_64", "linux_x86_64", "manylinux1_x86_64"]},
    {"version": "310", "platforms": ["manylinux2014_aarch64", "manylinux_2_28_aarch64"]},
    {"impl": "py", "abis": ["none"], "platforms": ["any"]}, {"abis": ["cp311", "abi3", "none"], "impl": "cp"},
    {"version": "312", "platforms": ["macosx_14_0_arm64"]}, {"platforms": ["win_amd64"]},
]
# What packaging changed since 21.3: the ABI of --implementation, abi3t (PEP 803), macOS's fat3 (it was "fat32").
NEW_TARGETS = [
    {"impl": "py"}, {"impl": "pp", "version": "310"}, {"version": "314", "abis": ["cp314t"], "impl": "cp"},
    {"version": "39", "platforms": ["macosx_11_0_x86_64"]}, {"version": "39", "platforms": ["macosx_10_9_x86_64"]},
]


class Probe:
    """Questions are asked by the thousand and answered in order."""

    def __init__(self, path):
        self.path, self.questions = path, []
        self.compared, self.differences = collections.Counter(), []

    def ask(self, expected, *fields):
        if not any(c in f for f in fields for c in "\0\x1d\x1e\x1f"):
            self.questions.append((expected, fields))

    def run(self):
        text = "".join("\x1f".join(fields) + "\x1e" for _, fields in self.questions)
        done = subprocess.run([self.path], input=text.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE)
        answers = done.stdout.decode("utf-8", "surrogateescape").split("\x1e")[:-1]
        if done.returncode or len(answers) != len(self.questions):
            sys.exit("the probe ended with %d after %d answers: %r" % (
                done.returncode, len(answers), self.questions[min(len(answers), len(self.questions) - 1)]))
        for (expected, fields), answer in zip(self.questions, answers):
            if expected is None:
                continue
            self.compared[fields[0]] += 1
            if answer.split("\x1f")[:-1] != expected:
                self.differences.append((fields, expected, answer.split("\x1f")[:-1]))
        self.questions = []


class Expect:
    """The answers of packaging, in the probe's form."""

    def __init__(self, pip):
        sys.path.insert(0, pip)
        import pip._vendor.packaging.markers as markers
        import pip._vendor.packaging.requirements as requirements
        import pip._vendor.packaging.specifiers as specifiers
        import pip._vendor.packaging.utils as utils
        import pip._vendor.packaging.version as version
        from pip._internal.index.package_finder import LinkEvaluator, _extract_version_from_fragment
        from pip._internal.models.link import Link
        self.m, self.r, self.s, self.u, self.v = markers, requirements, specifiers, utils, version
        self.fragment, self.evaluator, self.link = _extract_version_from_fragment, LinkEvaluator, Link

    def version_of(self, text):
        try:
            return self.v.Version(text)
        except self.v.InvalidVersion:
            return None

    def specset_of(self, text):
        try:
            return self.s.SpecifierSet(text)
        except self.s.InvalidSpecifier:
            return None

    def version(self, text):
        v = self.version_of(text)
        return ["-"] if v is None else [str(v), str(int(v.is_prerelease)), str(int(v.is_postrelease)), v.local or ""]

    def compare(self, a, b):
        a, b = self.version_of(a), self.version_of(b)
        return ["-"] if a is None or b is None else [str((a > b) - (a < b))]

    def specset(self, text):
        s = self.specset_of(text)
        if s is None:
            return ["-"]
        pinned = any(x.operator == "===" or (x.operator == "==" and not x.version.endswith(".*")) for x in s)
        try:
            return [str(s), str(int(bool(s.prereleases))), str(int(pinned))]
        except ValueError:
            return None  # before packaging 26.0, of "===foo"

    def contains(self, spec, version):
        s, v = self.specset_of(spec), self.version_of(version)
        return ["-"] if s is None or v is None else [str(int(s.contains(v, prereleases=True)))]

    def requirement_of(self, text):
        try:
            return self.r.Requirement(text)
        except ValueError:  # before packaging 25.0 also InvalidSpecifier
            return None

    def requirement(self, text):
        r = self.requirement_of(text)
        if r is None:
            return ["-"]
        name = self.u.canonicalize_name
        return [r.name, name(r.name), ",".join(sorted({name(e) for e in r.extras})), str(r.specifier), r.url or "",
                str(int(r.marker is not None))]

    def marker(self, text, extra):
        try:
            marker = self.m.Marker(text)
        except self.m.InvalidMarker:
            return ["-"]
        environment = dict(ENV, extra=extra, extras={extra} if extra else set(), dependency_groups=set())
        try:
            return [str(int(marker.evaluate(environment)))]
        except (ValueError, KeyError):
            return None  # an error of pip's, no answer

    def wheel(self, filename, ranks):
        try:
            name, _, build, tags = self.u.parse_wheel_filename(filename)
        except self.u.InvalidWheelFilename:
            return ["-"]
        rank = min((ranks[t] for t in map(str, tags) if t in ranks), default=-1 if ranks else -2)
        number, rest = (min(build[0], 2**63 - 1), build[1]) if build else (-1, "")
        return [name, filename.split("-")[1], str(number), rest, str(rank)]

    def sdist(self, filename, project):
        stem, ext = self.link("https://example.org/" + filename).splitext()
        if ext not in (".zip", ".tar.gz", ".tar.bz2", ".tgz", ".tar", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"):
            return ["-"]
        version = self.fragment(stem, project)
        built_for = self.evaluator._py_version_re.search(version or "")  # one Python, never that of a pip of today
        return [version if version and not built_for and not ("macosx10" in filename and ext == ".zip") else "-"]

    def metadata(self, text):
        message = email.message_from_string(text)
        if message.get("Name") is None:
            return ["-"]
        requires = [self.requirement_of(x.strip()) for x in message.get_all("Requires-Dist", [])]
        invalid = None in requires
        texts = "" if invalid else "".join(self.requirement_text(r) + "\x1d" for r in requires)
        return [message["Name"].strip(), (message["Version"] or "").strip(), (message["Requires-Python"] or "").strip(),
                str(int(invalid)),
                "".join(self.u.canonicalize_name(x.strip()) + "\x1d" for x in message.get_all("Provides-Extra", [])), texts]

    def requirement_text(self, r):
        extras = sorted({self.u.canonicalize_name(e) for e in r.extras})
        text = r.name + ("[%s]" % ",".join(extras) if extras else "")
        return text + (" @ " + r.url if r.url else str(r.specifier))


class Corpus:
    def __init__(self, universe):
        self.versions, self.specs, self.requirements, self.markers = set(), set(), set(), set()
        self.files, self.metadata = [], set()
        if universe:
            self.read(universe)

    def read(self, universe):
        unpack = subprocess.Popen(["zstd", "--long=27", "-dc", universe], stdout=subprocess.PIPE)
        for line in unpack.stdout:
            project = json.loads(line)
            for file in project["files"]:
                self.files.append((project["name"], file[0]))
                if file[2]:
                    self.specs.add(file[2])
                if file[0].endswith(".whl") and file[0].count("-") > 3:
                    self.versions.add(file[0].split("-")[1])
            for text in project["meta"].values():
                self.metadata.add(text)
                for field in text.split("\n"):
                    if field.startswith("Requires-Dist:"):
                        self.requirements.add(field[14:].strip())

    def add_parts(self, expect):
        for text in self.requirements:
            requirement = expect.requirement_of(text)
            if requirement is not None:
                self.specs.add(str(requirement.specifier))
                self.markers.add(str(requirement.marker or "os_name == 'posix'"))
        for text in self.specs:
            self.versions.update(s.version.removesuffix(".*") for s in expect.specset_of(text) or () if s.operator != "===")
        for name in ("versions", "specs", "requirements", "markers", "metadata"):
            setattr(self, name, sorted(getattr(self, name)))


SEEDS = {
    "versions": ["1!2.3.4rc5.post6.dev7+local.8", "v1.0-ALPHA_1-2", "1.0.preview3", "18446744073709551616.1", "0", "1.0r4+AB-01_c"],
    "specs": [">=1.0a1,!=1.5.*,<2.dev0", "~=2.2.post3", "===weird_thing", ">1.0.post1,<=3", "==1!2.*", "== v1.0 , ==1.0.0+x"],
    "requirements": ["a.b_c [x,Y-z] (>=1,<2) ; python_version < '3' and (extra == 'Q_q' or os_name != \"nt\")",
                     "n @ https://example.org/x.whl#sha256=1 ; 'x' in extras", "n===1,2 ; 'a' not in sys_platform"],
    "markers": ["'3.7' <= python_version", "python_full_version ~= '3.8.1' or platform.machine == 'x'", "extra == 'A.b'",
                "platform_release >= '5' and 'Ubuntu' in platform_version", "python_version in '2.7 3.11' or os.name === 'posix'",
                "'b' in extras and 'c' not in dependency_groups", "python_implementation != '3' and implementation_version < '4+x'"],
    "files": ["a_b-1.0+x-2c-py2.py3-none-any.whl", "a.b-1.0.tar.gz", "A-1.0-beta-2.zip", "a-1-cp311-abi3.cp311-linux_x86_64.whl"],
    "metadata": ["Name: a\nVersion: 1\nRequires-Dist: b\n  ; os_name == 'x'\nProvides-Extra: C_d\n\nbody: x\n",
                 "A: \r\nName: a\r\n: b\nRequires-Dist:c\nno field\nVersion: 3"],
}
LETTERS = {
    "versions": "0123456789..-_+!abcrdevpostpreviewlphabetaRCV \t",
    "specs": "0123456789..*+!=<>~=,; ()abcrdevpost- \n",
    "requirements": "abcAB019-_.[](),;@=<>!~'\" \t\nosandrtinmev_xor",
    "markers": "abcosn_\"' ()=<>!~019.intradex\t\nextrasversion",
    "files": "abAB019-_.+whltargzip",
    "metadata": "abNRV:- \t\n\r;=<>()[]'@.0",
}


def mutate(rng, kind, pool):
    text = list(rng.choice(pool))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(len(text) + 1)
        what = rng.randrange(5)
        if what == 0 and text:
            del text[min(at, len(text) - 1)]
        elif what == 1:
            text[at:at] = rng.choice(LETTERS[kind])
        elif what == 2 and text:
            text[min(at, len(text) - 1)] = rng.choice(LETTERS[kind])
        elif what == 3:
            other = rng.choice(pool)
            start = rng.randrange(len(other) + 1)
            text[at:at] = other[start:start + rng.randrange(1, 12)]
        else:
            del text[at:at + rng.randrange(1, 8)]
    return "".join(text)


def comparable(text):
    """Unicode blanks and letters, Python's escapes in literals and texts beyond the ceilings differ knowingly."""
    return text.isascii() and "\\" not in text and len(text) < 500 and not any(c < " " and c not in "\t\n\r\v\f" for c in text)


def ask_about(probe, expect, rng, kind, text, corpus, ranks):
    if kind == "versions":
        probe.ask(expect.version(text), "version", text)
        for other in (rng.choice(corpus.versions), text + rng.choice((".0", "a1", ".post1", ".dev1", "+x", ".1", "-1"))):
            probe.ask(expect.compare(text, other), "compare", text, other)
    elif kind == "specs":
        probe.ask(expect.specset(text), "specset", text)
        near = [s.version.removesuffix(".*") for s in expect.specset_of(text) or ()]
        for v in near:
            for tail in ("", ".0", ".1", "a1", "rc1", ".post0", ".post1", ".dev0", "+x", ".post1+x", ".dev0+x", "a1.post1"):
                probe.ask(expect.contains(text, v + tail), "contains", text, v + tail)
        for v in rng.sample(corpus.versions, 4):
            probe.ask(expect.contains(text, v), "contains", text, v)
    elif kind == "requirements":
        probe.ask(expect.requirement(text), "requirement", text)
    elif kind == "markers":
        for extra in ("", "test", rng.choice(("all", "dev", "q-q", "b"))):
            probe.ask(expect.marker(text, extra), "marker", text, extra)
    elif kind == "files":
        probe.ask(expect.wheel(text, ranks), "wheel", text)
        for project in (expect.u.canonicalize_name(text.split("-")[0]), "a-b", "-".join(text.split("-")[:2])):
            probe.ask(expect.sdist(text, project), "sdist", text, project)
    else:
        probe.ask(expect.metadata(text), "metadata", text)


def compare_recorded(probe, expect, rng, corpus, ranks):
    for kind in ("versions", "specs", "requirements", "markers", "metadata"):
        for text in getattr(corpus, kind):
            if kind == "metadata" or comparable(text):
                ask_about(probe, expect, rng, kind, text, corpus, ranks)
        probe.run()
    for project, filename in corpus.files:
        if filename.endswith(".whl"):
            probe.ask(expect.wheel(filename, ranks), "wheel", filename)
        else:
            probe.ask(expect.sdist(filename, project), "sdist", filename, project)
    probe.run()


def compare_mutated(probe, expect, rng, corpus, ranks, count):
    for kind, seeds in SEEDS.items():
        pool = [f for _, f in corpus.files] if kind == "files" else [t for t in getattr(corpus, kind) if len(t) < 400]
        pool = rng.sample(pool, min(len(pool), 20000)) + seeds * (1 + len(pool) // 40)
        for _ in range(count):
            text = mutate(rng, kind, pool)
            if comparable(text):
                ask_about(probe, expect, rng, kind, text, corpus, ranks)
            if len(probe.questions) > 50000:
                probe.run()
        probe.run()


def set_tags(probe, facts, native_last):
    probe.ask(None, "facts", *facts, str(int(native_last)))


def compare_tags(probe, pip, pythons, targets):
    """Each interpreter's own list and those of targets; returns the first one's facts, its order and its list."""
    first = None
    for python in sorted(glob.glob(os.path.join(pythons, "*", "bin", "python"))):
        done = subprocess.run([python, "-B", "-c", TAGS_OF, pip, repr(targets)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, encoding="utf-8")
        if done.returncode:
            continue
        lines = done.stdout.split("\n")
        facts = lines[0].split("\x1f")
        native_last = not lines[1].split("\x1f")[0].endswith("-linux_x86_64")
        print("tags of", python, "with", pip)
        set_tags(probe, facts, native_last)
        for case, line in zip(targets, lines[1:]):
            probe.ask(None, "target", case.get("version", ""), ",".join(case.get("platforms", ())), case.get("impl", ""),
                      ",".join(case.get("abis", ())))
            probe.ask(line.split("\x1f"), "tags")
        first = first or (facts, native_last, lines[1].split("\x1f"))
    probe.run()
    return first


def compare_legacy(probe, pip, corpus):
    """A pip before 24.1, in a process of its own: what it takes, and for which versions it holds."""
    script = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
from pip._vendor.packaging.requirements import Requirement, InvalidRequirement
for line in sys.stdin:
    text, versions = json.loads(line)
    try:
        spec = Requirement(text).specifier
        print(json.dumps([int(spec.contains(v, prereleases=True)) for v in versions]))
    except InvalidRequirement:
        print("null")
"""
    versions = ["0.9", "1.0", "1.0rc1", "1.9.0", "1.10", "2.0.0+cu118", "3.20.1", "22.3.0", "5.0", "2020.1", "1.0.post1", "7.0.dev1"]
    asked = [(text, versions) for text in corpus]
    done = subprocess.run([sys.executable, "-B", "-c", script, pip], input="\n".join(map(json.dumps, asked)),
                          stdout=subprocess.PIPE, encoding="utf-8", check=True)
    for (text, _), line in zip(asked, done.stdout.split("\n")):
        held = json.loads(line)
        for i, version in enumerate(versions):
            probe.ask(["-"] if held is None else [str(held[i])], "legacy", text, version)
    probe.run()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--pip", required=True)
    parser.add_argument("--legacy-pip")
    parser.add_argument("--universe")
    parser.add_argument("--pythons")
    parser.add_argument("--mutations", type=int, default=20000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    rng, probe, expect, corpus = random.Random(args.seed), Probe(args.probe), Expect(args.pip), Corpus(args.universe)
    for kind, seeds in SEEDS.items():
        if kind != "files":
            getattr(corpus, kind).update(seeds)
    corpus.add_parts(expect)

    ranks = {}
    if args.pythons:
        if args.legacy_pip:
            compare_tags(probe, args.legacy_pip, args.pythons, TARGETS)
        first = compare_tags(probe, args.pip, args.pythons, TARGETS + NEW_TARGETS)
        set_tags(probe, *first[:2])
        ranks = {tag: i for i, tag in enumerate(first[2])}
    # each run of the probe starts anew: the facts go ahead of the questions
    run = probe.run

    def run_with_facts():
        facts = [(None, ("env", *ENV.values()))]
        if ranks:
            facts.append((None, ("facts", *first[0], str(int(first[1])))))
        probe.questions = facts + probe.questions
        run()
    probe.run = run_with_facts
    compare_recorded(probe, expect, rng, corpus, ranks)
    compare_mutated(probe, expect, rng, corpus, ranks, args.mutations)
    if args.legacy_pip:  # without what is no matter of specifiers: URLs (it checked them), commas in ===, PEP 751
        old = [r for r in corpus.requirements if comparable(r) and not any(x in r for x in ("@", "===", " in extras"))]
        compare_legacy(probe, args.legacy_pip, old)

    for fields, expected, answer in probe.differences[:40]:
        print("DIFFERS %.300r\n    packaging %.300s\n    here      %.300s" % (fields, expected, answer))
    print(", ".join("%d %s" % (n, kind) for kind, n in sorted(probe.compared.items())))
    print("%d comparisons, %d differences" % (sum(probe.compared.values()), len(probe.differences)))
    return 1 if probe.differences else 0


if __name__ == "__main__":
    sys.exit(main())
