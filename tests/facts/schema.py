#!/usr/bin/env python3
"""The tables of facts under another validator (jsonschema), and broken ones that both must refuse.

usage: tests/facts/schema.py ENVGUARD        (exit 77 where jsonschema is not installed)
"""
import copy, json, os, subprocess, sys, tempfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)

ENVGUARD = sys.argv[1]


def ask(*words):
    return subprocess.run([ENVGUARD, "facts", *words], capture_output=True, text=True, check=True).stdout


def refused(path, table):
    with open(path, "w") as f:
        json.dump(table, f)
    return subprocess.run([ENVGUARD, "facts", "check", path], capture_output=True).returncode != 0


def mutants(table):
    """The table, each time with another thing wrong."""
    def changed(change):
        mutant = copy.deepcopy(table)
        change(mutant)
        return mutant

    for key in ("table", "about", "retrieved", "sources", "rows"):
        yield "without " + key, changed(lambda t: t.pop(key))
    yield "no rows", changed(lambda t: t.update(rows=[]))
    yield "a date", changed(lambda t: t.update(retrieved="lately"))
    yield "a column too many", changed(lambda t: t["rows"][0].update(nonsense="1"))
    yield "no source", changed(lambda t: t["rows"][-1].pop("source"))
    for key in table["rows"][0]:
        for wrong in (7, "", {}, ["", 1]):
            yield f"{key} = {wrong!r}", changed(lambda t: t["rows"][0].update({key: wrong}))


def main():
    os.environ["XDG_CONFIG_HOME"] = os.environ["ENVGUARD_FACTS"] = ""
    tables = [line.split()[0] for line in ask().splitlines()[1:]]
    failures = []
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "table.json")
        for name in tables:
            validator = jsonschema.Draft202012Validator(json.loads(ask("schema", name)))
            table = json.loads(ask("show", name))
            failures += [f"{name}: {e.json_path}: {e.message}" for e in validator.iter_errors(table)]
            if refused(path, table):
                failures.append(f"{name}: envguard refuses what it has compiled in")
            for what, mutant in mutants(table):
                if validator.is_valid(mutant):
                    failures.append(f"{name}: {what}: the schema takes it")
                if not refused(path, mutant):
                    failures.append(f"{name}: {what}: envguard takes it")
    print("\n".join(failures) or f"{len(tables)} tables")
    sys.exit(bool(failures))


main()
