#!/usr/bin/env python3
"""The policy's schema under another validator (jsonschema): what one accepts the other accepts, what one refuses the other refuses.

usage: tests/policy/schema.py ENVGUARD        (exit 77 where jsonschema is not installed)
"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)

ENVGUARD = sys.argv[1]
WHOLE = {
    "$schema": "https://example.org/policy.schema.json", "about": "ours", "minimum_envguard": "0.1",
    "extends": ["/nowhere/a.json", {"from": "/nowhere/b.json", "sha256": "0" * 64, "signed_by": "ops", "refresh_hours": 1, "grace_days": 30}],
    "enforce": ["on_error", "rules", "rules.numpy-abi", "*"], "trust": ["~/projects/*"],
    "rules": {"*": "warn", "numpy-abi": {"side_effect": "block", "request": "info"}, "variant-changed": "off", "cuda-*": "block"},
    "protect": [{"package": "torch*", "variant": "same", "version": "2.4.1", "range": ">=2,<3", "present": True, "level": "warn", "reason": "r"}],
    "exceptions": [{"rule": "numpy-abi", "package": "torch", "environment": "/srv/*", "reason": "r", "owner": "o", "expires": "2027-01-31",
                    "until": {"driver": ">=580", "cuda": ">=13", "package": "torch>=2.6"}}],
    "indexes": {"allow": ["https://a.example"], "forbid": ["*"]}, "channels": {"allow": ["conda-forge"]},
    "host": {"driver": ">=535", "cuda": ">=12", "glibc": ">=2.28", "compute_capability": ">=8", "gpus": 1, "level": "block", "reason": "r"},
    "on_error": "block", "budget_seconds": 5, "bypass": "needs-reason",
    "audit": {"file": "~/a.jsonl", "max_mib": 5, "keep": 3, "syslog": True, "collector": "https://a.example/x", "token_file": "/t"},
    "mirrors": {"https://a.example": "https://b.example"}, "keys": {"ops": "RWQ"},
}
WRONG = [7, -1, "", "no such word", {}, [], ["", 1], True, None, 1.5]


def plain(text):
    """JSON without comments and commas before a closing bracket, for the other validator."""
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.S)
    return re.sub(r",(\s*[}\]])", r"\1", text)


def mutants(value, root, path=()):
    """ROOT, each time with something else at one place, or with a key too many or too few."""
    def changed(new, drop=False):
        mutant = copy.deepcopy(root)
        if not path:
            return new
        at = mutant
        for step in path[:-1]:
            at = at[step]
        if drop:
            del at[path[-1]]
        else:
            at[path[-1]] = new
        return mutant

    for wrong in WRONG:
        yield changed(wrong)
    if isinstance(value, dict):
        yield changed({**value, "nonsense": 1})
    if path:
        yield changed(None, drop=True)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from mutants(item, root, path + (key,))


def main():
    def ask(*words):
        return subprocess.run([ENVGUARD, "policy", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)

    schema = json.loads(ask("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    for preset in ("team", "ci", "personal"):
        failures += [f"{preset}: {e.json_path}: {e.message}" for e in validator.iter_errors(json.loads(plain(ask("init", "--preset", preset).stdout)))]
    assert len(WHOLE) == len(schema["properties"]), set(schema["properties"]) ^ set(WHOLE)
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "policy.json")

        def accepted(policy):
            with open(path, "w") as f:
                json.dump(dict(policy, extends=[]) if isinstance(policy, dict) and validator.is_valid(policy) else policy, f)
            return ask("check", path).returncode == 0

        # what only the program checks: versions, requirements, days that do not exist, rules and keys by their names
        own = re.compile(r'"no such word"|""')
        n = 0
        for mutant in [WHOLE, *mutants(WHOLE, WHOLE)]:
            valid = validator.is_valid(mutant)
            if valid and own.search(json.dumps(mutant)):
                continue
            n += 1
            if accepted(mutant) != valid:
                failures.append(f"schema says {valid}: {json.dumps(mutant)[:2000]}: {ask('check', path).stderr}")
    print("\n".join(failures[:10]) or f"{n} documents alike")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
