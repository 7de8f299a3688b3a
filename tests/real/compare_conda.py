#!/usr/bin/env python3
"""Hold what conda_probe says about MatchSpecs, versions and conda-meta/history against conda's own readers, and libmamba's.

  cmake --build --preset asan --target conda_probe
  PYTHON tests/real/compare_conda.py --probe build/asan/tests/conda_probe [--count N] [--seed N] [--repodata FILE...]

PYTHON has `conda` and, for mamba's reading, `libmambapy`. --repodata: names, versions, builds and dependencies from real
channels are used besides the made-up ones. Prints every difference; exit status 1 when there is one.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import warnings

os.environ.update(CONDA_NO_PLUGINS="true", CONDA_CHANNEL_ALIAS="https://conda.anaconda.org/")
warnings.simplefilter("ignore")
from conda.base.context import context, reset_context  # noqa: E402
from conda.core.prefix_data import PrefixData  # noqa: E402
from conda.history import History  # noqa: E402
from conda.models.match_spec import MatchSpec  # noqa: E402
from conda.models.records import PackageRecord  # noqa: E402
from conda.models.version import VersionOrder  # noqa: E402

try:
    import libmambapy
except ImportError:
    libmambapy = None

FIELD, RECORD = "\x1f", "\x1e"
NAMES = ["numpy", "pytorch", "python", "python_abi", "ca-certificates", "_libgcc_mutex", "__cuda", "r-base", "NumPy", "py*", "*", "a.b",
         "-x", "x_", "cuda-version", "x..y", "1a", "é"]
VERSIONS = ["1", "1.2", "1.2.3", "2.0.0rc1", "1.0.post2", "1!2.0", "1.2+cu118", "2024a", "1_2", "1.2.*", "1.*", "1*", "*", "1.*.3",
            "1.2dev", "0.0.0", "1.2.", "1..2", "1-2", "3.10", "11.8", "^1.2$", "^1\\..$", ".1", "dev", "1.2.3.4.5"]
OPERATORS = ["=", "==", "!=", ">=", "<=", ">", "<", "~=", "===", "=!", "=>", ""]
BUILDS = ["0", "py310_0", "py310*", "*", "*_0", "cuda118py310h5a08bb9_0", "^py3.*$", "h123_1", "cpu*", "a-b", "", "py310_0 "]
CHANNELS = ["conda-forge", "pytorch", "defaults", "conda-forge/linux-64", "conda-forge/noarch", "https://conda.anaconda.org/conda-forge",
            "https://conda.anaconda.org/conda-forge/linux-64", "*", "*/linux-64", "my/label/dev", "", "https://example.org/t/x/noarch"]
KEYS = ["version", "build", "build_number", "channel", "subdir", "md5", "sha256", "name", "fn", "license", "track_features",
        "features", "url", "optional", "target", "unknown"]
JOINTS = [",", "|", ", ", " , ", " | ", ",,", "|,"]


class Probe:
    def __init__(self, path):
        self.path, self.questions = path, []
        self.compared, self.differences = collections.Counter(), collections.Counter()

    def ask(self, expected, *fields):
        if not any(c in f for f in fields for c in "\0\x1e\x1f"):
            self.questions.append((expected, fields))

    def run(self, show):
        text = "".join(FIELD.join(fields) + RECORD for _, fields in self.questions)
        done = subprocess.run([self.path], input=text.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE)
        answers = done.stdout.decode("utf-8", "surrogateescape").split(RECORD)[:-1]
        if done.returncode or len(answers) != len(self.questions):
            sys.exit(f"the probe ended with {done.returncode} after {len(answers)} answers: "
                     f"{self.questions[min(len(answers), len(self.questions) - 1)]!r}")
        for (expected, fields), answer in zip(self.questions, answers):
            got = answer.split(FIELD)[:-1]
            if fields[0].endswith("history") and got != ["-"]:
                got = sorted(zip(got[::2], got[1::2]))
            if fields[0] == "state" and got != ["-"]:
                got = sorted(got)
            if expected is None:
                expected = ["-"]
            self.compared[fields[0]] += 1
            if got != expected:
                self.differences[fields[0]] += 1
                if self.differences[fields[0]] <= show:
                    print(f"{fields!r}\n  theirs {expected!r}\n  ours   {got!r}")
        self.questions = []


def conda_spec(text):
    try:
        return MatchSpec(text)
    except Exception:
        return None


def text_of(value):
    return "" if value is None else str(value)


def spec_answer(spec):
    if spec is None:
        return ["-"]
    channel = spec.get_raw_value("channel")
    channel = getattr(channel, "canonical_name", channel)
    parts = spec._match_components
    return [text_of(spec.get_raw_value("name")), *(text_of(parts[k]) if k in parts else "" for k in ("version", "build", "build_number")),
            "" if channel == "*" else text_of(channel), text_of(spec.get_raw_value("subdir")), str(spec)]


class Maker:
    def __init__(self, rng, records):
        self.rng, self.records = rng, records

    def name(self):
        if self.records and self.rng.random() < 0.5:
            return self.rng.choice(self.records)[0]
        return self.rng.choice(NAMES)

    def version(self):
        if self.records and self.rng.random() < 0.3:
            return self.rng.choice(self.records)[1]
        return self.rng.choice(VERSIONS)

    def versions(self):
        r = self.rng
        parts = [r.choice(OPERATORS) + r.choice(["", "", "", " "]) + self.version() for _ in range(r.choice([1, 1, 1, 2, 2, 3]))]
        text = parts[0]
        for part in parts[1:]:
            text += r.choice(JOINTS) + part
        return f"({text})" if r.random() < 0.04 else text

    def build(self):
        if self.records and self.rng.random() < 0.3:
            return self.rng.choice(self.records)[2]
        return self.rng.choice(BUILDS)

    def value(self, key):
        r = self.rng
        made = {"version": self.versions, "build": self.build, "channel": lambda: r.choice(CHANNELS), "name": self.name,
                "build_number": lambda: r.choice(["0", "3", ">=1", "x", "<2", ""]),
                "subdir": lambda: r.choice(["linux-64", "noarch", "osx-64", "*", "linux-*"])}
        text = made.get(key, lambda: r.choice(["x", "0123456789abcdef0123456789abcdef", "a b", "*"]))()
        quote = r.choice(["'", '"', ""]) if r.random() < 0.9 else r.choice(["'", '"'])
        return quote + text + (quote if r.random() < 0.98 else "")

    def spec(self):
        r = self.rng
        if self.records and r.random() < 0.1:
            return r.choice(self.records)[3] or "x"
        text = (r.choice(CHANNELS) + r.choice(["::", "::", ":", ":ns:"])) if r.random() < 0.2 else ""
        text += self.name()
        form = r.random()
        if form < 0.25:
            text += r.choice(["", " "]) + self.versions()
        elif form < 0.4:
            text += r.choice([" ", "=", "=="]) + self.version() + r.choice([" ", "=", "=="]) + self.build()
        elif form < 0.5:
            text += " " + self.versions() + r.choice([" ", "  ", "=", " ="]) + self.build()
        if r.random() < 0.3:
            keys = [r.choice(KEYS[:6] if r.random() < 0.8 else KEYS) for _ in range(r.choice([1, 1, 2, 3]))]
            inside = r.choice([",", ", ", " "]).join(f"{k}{r.choice(['=', '=', '=', ' = ', ''])}{self.value(k)}" for k in keys)
            text += r.choice(["[", "[", "[", " ["]) + inside + "]"
        if r.random() < 0.03:
            text += r.choice([" # comment", "#x", "@", " if win", "(optional)", "[]"])
        if r.random() < 0.03:
            text = r.choice([" ", "\t"]) + text + " "
        return text


def compare_specs(probe, maker, count):
    for _ in range(count):
        text = maker.spec()
        probe.ask(spec_answer(conda_spec(text)), "spec", text)


def compare_matches(probe, maker, count):
    for _ in range(count):
        text = maker.spec()
        spec = conda_spec(text)
        name = spec.name if spec and maker.rng.random() < 0.9 and "*" not in spec.name else maker.name()
        version, build = maker.version(), maker.build().strip()
        channel, subdir = maker.rng.choice(["conda-forge", "pytorch", "defaults"]), maker.rng.choice(["linux-64", "noarch"])
        number = maker.rng.choice([0, 1, 3])
        try:
            VersionOrder(version)
        except Exception:
            continue
        if spec is None:
            expected = "-"
        else:
            record = PackageRecord(name=name, version=version, build=build, build_number=number, channel=channel, subdir=subdir, fn="")
            try:
                expected = "1" if spec.match(record) else "0"
            except Exception:
                continue
        probe.ask([expected], "match", text, name, version, build, str(number), channel, subdir)


def compare_mamba(probe, maker, count):
    """libmamba's reading of the same texts: does it refuse them, and which packages do they match?"""
    specs = libmambapy.specs
    for _ in range(count):
        text = maker.spec()
        name, version, build = maker.name().strip(), maker.version(), maker.build().strip()
        number = maker.rng.choice([0, 1, 3])
        try:
            spec = specs.MatchSpec.parse(text)
            if spec.channel is not None:  # needs a channel's context
                continue
            if maker.rng.random() < 0.9 and "*" not in str(spec.name):
                name = str(spec.name)
            package = specs.PackageInfo(name, version, build, number)
            package.platform = "noarch"
            expected = "1" if spec.contains_except_channel(package) else "0"
        except Exception:
            expected = "-"
        probe.ask([expected], "mamba-match", text, name, version, build, str(number), "c", "noarch")


def compare_merges(probe, maker, count):
    for _ in range(count):
        a = maker.spec()
        first = conda_spec(a)
        if first is None or "*" in first.name:
            continue
        b = first.name + " " + maker.versions()
        if maker.rng.random() < 0.3:
            b = f"{first.name}[{maker.rng.choice(['build', 'version', 'channel'])}='{maker.build()}']"
        second = conda_spec(b)
        if second is None:
            continue
        try:
            expected = str(MatchSpec.merge([first, second])[0])
        except Exception:
            expected = "-"
        probe.ask([expected], "merge", a, b)


def compare_versions(probe, maker, count):
    for _ in range(count):
        a, b = maker.version(), maker.version()
        try:
            x, y = VersionOrder(a), VersionOrder(b)
            expected = "-1" if x < y else "1" if x > y else "0"
        except Exception:
            expected = "-"
        probe.ask([expected], "compare", a, b)


class Histories:
    """Synthetic conda-meta/history files, of conda's formats since 2012 and of what hands and broken writers made of them."""

    def __init__(self, rng, maker):
        self.rng, self.maker = rng, maker

    def good_spec(self):
        r = self.rng
        name = r.choice(["numpy", "python", "pytorch", "scipy", "pandas", "Pandas", "cudatoolkit", "conda-forge::numba", "jupyter"])
        return name + r.choice(["", "", "=1.2", "==1.2.3", ">=1.0,<2.0", " 1.2.*", "=1.2=py310_0", "[version='>=1']", "[version='1.*',build=0]",
                                " >=1.5.1,<2.0", "[channel=conda-forge]", "@", "~=1.2", "!=1.3"])

    def spec(self):
        return self.good_spec() if self.rng.random() < 0.97 else self.maker.spec()

    def list(self):
        r = self.rng
        specs = [self.spec() for _ in range(r.choice([0, 1, 1, 2, 3]))]
        form = r.random()
        if form < 0.5:
            return repr(specs)
        if form < 0.65:
            return "[" + ", ".join('"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"' for s in specs) + "]"
        if form < 0.7:
            return "[" + ", ".join("u" + repr(s) for s in specs) + "]"
        if form < 0.95:
            return ",".join(s.split("[")[0] for s in specs)
        return r.choice(["[", "['a'", "['a' 'b']", "['a',]", "[1]", "[,]", "['a'] # x", "('a',)", "['a\\x62']", "[  'a' , \"b\" ]", "['a\\'b']",
                         "numpy[version='1']", "['it\\\\s']", "['a']]", "[r'a']", "", "a, b", "a,>=1 ,<2", "[['a']]", "a,,b", ",a",
                         "<2", "['numpy','numpy=1']", "[\"numpy[version='1']\"]", "[\"a[version=\\\"1\\\"]\", \"b\"]"])

    def comment(self):
        r = self.rng
        action = r.choice(["update", "install", "create", "remove", "uninstall", "neutered", "update", "install", "remove", "revert", "UPDATE"])
        form = r.random()
        if form < 0.7:
            return f"# {action} specs: {self.list()}"
        return r.choice([f"#{action} specs:{self.list()}", f"#  {action}   specs:   {self.list()}", f"# {action}specs: {self.list()}",
                         f"# {action} spec: {self.list()}", "# conda version: 4.3.14", "# note: hello", "#", "# specs: ['x']",
                         f"# {action} specs : {self.list()}", f"## {action} specs: {self.list()}", f"# {action}-specs: {self.list()}"])

    def command(self):
        return self.rng.choice(["# cmd: /opt/conda/bin/conda install x", "# cmd: conda create -n y", "# cmd: mamba x", "# cmd:x", "# cmd: ",
                                "#cmd: conda", "# cmd:", "# Cmd: conda", "# command: conda", "# cmd : conda"])

    def head(self):
        r = self.rng
        good = f"==> 20{r.randrange(12, 26)}-0{r.randrange(1, 10)}-11 10:11:12 <=="
        return good if r.random() < 0.95 else r.choice(["==><==", "==> <==", "==>x<==", "==> 2020", "=> 2020 <==", " ==> 2020 <== ", "==> a <== b", "==>  <=="])

    def revision(self):
        r = self.rng
        lines = [self.head()]
        if r.random() < 0.9:
            lines.append(self.command() if r.random() < 0.15 else "# cmd: /opt/conda/bin/conda install x")
        if r.random() < 0.5:
            lines.append("# conda version: " + r.choice(["4.3.14", "4.5.12", "23.1.0", "26.7.1", "4.4.0rc2"]))
        whole = r.random() < 0.2
        dists = ["numpy-1.0-0", "defaults::numpy-1.1-py27_0", "conda-forge/linux-64::scipy-1.0-0", "pkg-2-1", "x"]
        for dist in r.sample(dists, r.choice([0, 1, 2, 3])):  # each once: conda keeps them as a set
            lines.append(dist if whole else r.choice("+-") + dist)
        lines += [self.comment() for _ in range(r.choice([0, 1, 1, 1, 2]))]
        if r.random() < 0.03:
            lines.append(r.choice(["garbage", "", "  ", "\t+x-1-0", "\f# remove specs: ['numpy']", "a\x0bb"]))
        return lines

    def make(self):
        r = self.rng
        lines = [] if r.random() < 0.9 else [self.comment(), "+early-1-0"]
        for _ in range(r.choice([0, 1, 2, 3, 4, 6])):
            lines += self.revision()
        text = r.choice(["\n", "\n", "\n", "\n", "\r\n", "\r"]).join(lines)
        return text + r.choice(["\n", "\n", ""])


def conda_history(folder, text):
    os.makedirs(os.path.join(folder, "conda-meta"), exist_ok=True)
    with open(os.path.join(folder, "conda-meta", "history"), "w", newline="", encoding="utf-8") as f:
        f.write(text)
    return History(folder)


def requested(history):
    """History.get_requested_specs_map, without its last step: what is not installed stays in."""
    specs = {}
    for request in history.get_user_requests():
        for text in request.get("remove_specs", ()):
            specs.pop(MatchSpec(text).name, None)
        for key in ("update_specs", "neutered_specs"):
            specs.update({MatchSpec(text).name: text for text in request.get(key, ())})
    return specs


def compare_histories(probe, rng, maker, count):
    histories = Histories(rng, maker)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            text = histories.make()
            history = conda_history(folder, text)
            try:
                expected = sorted(requested(history).items())
            except Exception:
                expected = None
            probe.ask(expected, "history", text)
            if libmambapy:
                channels = libmambapy.ChannelContext.make_simple(libmambapy.Context.instance() if hasattr(libmambapy.Context, "instance") else libmambapy.Context())
                try:
                    mamba = libmambapy.History(folder, channels).get_requested_specs_map()
                    probe.ask(sorted((k, str(v)) for k, v in mamba.items()), "mamba-history", text)
                except Exception:
                    probe.ask(None, "mamba-history", text)
            for revision in range(3):
                try:
                    states = history.construct_states()
                    state = sorted(states[revision][1])
                except Exception:
                    state = None
                probe.ask(state, "state", text, str(revision))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--probe", required=True)
    ap.add_argument("--count", type=int, default=20000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--show", type=int, default=20, help="differences of each kind to print")
    ap.add_argument("--repodata", nargs="*", default=[])
    a = ap.parse_args()
    reset_context(())
    records = []
    for path in a.repodata:
        with open(path) as f:
            data = json.load(f)
        for section in ("packages", "packages.conda"):
            for r in data.get(section, {}).values():
                records.append((r["name"], r["version"], r["build"], (r.get("depends") or [""])[0]))
    rng = random.Random(a.seed)
    maker, probe = Maker(rng, records), Probe(a.probe)
    compare_specs(probe, maker, a.count)
    compare_matches(probe, maker, a.count)
    compare_merges(probe, maker, a.count // 4)
    compare_versions(probe, maker, a.count // 4)
    if libmambapy:
        compare_mamba(probe, maker, a.count)
    compare_histories(probe, rng, maker, a.count // 4)
    probe.run(a.show)
    for kind, n in sorted(probe.compared.items()):
        print(f"{kind}: {n - probe.differences[kind]} of {n} the same")
    return 1 if probe.differences else 0


if __name__ == "__main__":
    sys.exit(main())
