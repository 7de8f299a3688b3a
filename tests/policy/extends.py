#!/usr/bin/env python3
"""Policies that lie on a server: fresh, old, unchanged, gone, changed by somebody, signed by the wrong one, and signing itself.

usage: tests/policy/extends.py ENVGUARD        (exit 77 where there is no openssl to make a certificate)
"""
import hashlib
import http.server
import json
import os
import sys
import threading

from bench import BLOCKED, Bench
from server import Server, have_openssl

STRICT = b'{"on_error": "block", "bypass": "forbidden"}'


class Remote(Bench):
    def __init__(self, envguard):
        super().__init__(envguard)
        self.server = Server(self.place)
        self.environ["SSL_CERT_FILE"] = self.server.authority

    def __exit__(self, *_):
        self.server.stop()
        super().__exit__()

    def extend(self, path="/policy.json", more=None, **base):
        base.setdefault("from", self.server.url(path))
        self.policy({"extends": [base], **(more or {})})

    def effective(self, *words, **environ):
        """What is in force, and the errors."""
        code, out, err = self.run("envguard", "policy", *(words or ("show",)), "--json", **environ)
        assert code == 0, (code, out, err)
        document = json.loads(out)
        values = {row["key"]: row["value"] for row in document["values"]}
        return values, [error["message"] for error in document["errors"]]

    def in_force(self, **environ):
        values, errors = self.effective(**environ)
        assert not errors, errors
        return values["on_error"] == "block"

    def not_in_force(self, part, **environ):
        values, errors = self.effective(**environ)
        assert values["on_error"] == "warn" and len(errors) == 1 and part in errors[0], (values, errors)

    def count(self, status=None, path="/policy.json"):
        return len([a for a in self.server.asked if a[1] == path and status in (None, a[2])])

    def keys(self, name):
        code, _, err = self.run("envguard", "policy", "key", self.path(name))
        assert code == 0, err
        with open(self.path(name + ".pub")) as f:
            return f.read().splitlines()[1]

    def sign(self, name, key, content):
        path = self.write(name, content.decode())
        code, _, err = self.run("envguard", "policy", "sign", path, "--key", self.path(key + ".key"))
        assert code == 0, err
        with open(path + ".minisig", "rb") as f:
            return f.read()


def fresh_old_and_unchanged(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend()
    assert bench.in_force() and bench.in_force() and bench.count() == 1
    bench.extend(refresh_hours=0)
    assert bench.in_force() and bench.count(304) == 1
    bench.server.files["/policy.json"] = b'{"on_error": "warn"}'
    assert not bench.in_force() and bench.count(200) == 2
    bench.extend()
    code, out, err = bench.run("envguard", "policy", "fetch")
    assert code == 0 and bench.server.url("/policy.json") in out and bench.count() == 4, (code, out, err, bench.server.asked)


def a_judged_command_obeys(bench):
    bench.server.files["/policy.json"] = b'{"rules": {"variant-changed": "warn"}}'
    bench.extend()
    assert bench.run("pip", "install", "foo")[0] == 0
    bench.server.files["/policy.json"] = STRICT
    bench.extend(refresh_hours=0)
    assert bench.run("pip", "install", "foo")[0] == BLOCKED
    assert "--json" and bench.server.url("/policy.json") in bench.run("envguard", "dry-run", "--json", "quux")[1]


def the_server_is_gone(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend(refresh_hours=0)
    assert bench.in_force()
    bench.server.stop()
    assert bench.in_force()
    assert "older copy" in bench.run("envguard", "dry-run", "quux")[2]
    bench.extend(refresh_hours=0, grace_days=0)
    bench.not_in_force("too old")
    bench.extend("/another.json")
    bench.not_in_force("cannot fetch")
    bench.policy({"extends": [bench.server.url("/another.json")], "on_error": "block"})
    bench.write("work/envguard.json", {"on_error": "block"})
    assert bench.run("pip", "install", "quux")[0] == BLOCKED  # what is left of the policy wants it so


def offline(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend(refresh_hours=0)
    code, _, err = bench.run("envguard", "dry-run", "--offline", "-q", "quux")
    assert bench.count() == 0 and code in (0, 12), (code, err)


def pinned(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend(sha256=hashlib.sha256(STRICT).hexdigest(), refresh_hours=0)
    assert bench.in_force() and bench.in_force() and bench.count() == 1
    bench.extend(sha256="0" * 64)
    bench.not_in_force("is not what its sha256 says: it is " + hashlib.sha256(STRICT).hexdigest())
    bench.write("home/.config/envguard/base.json", STRICT.decode())
    bench.extend(**{"from": "base.json", "sha256": hashlib.sha256(STRICT).hexdigest()})
    assert bench.in_force()
    bench.extend(**{"from": "base.json", "sha256": "1" * 64})
    bench.not_in_force("is not what its sha256 says")


def signed(bench):
    key, other = bench.keys("ops"), bench.keys("other")
    files = bench.server.files
    files["/policy.json"], files["/policy.json.minisig"] = STRICT, bench.sign("policy.json", "ops", STRICT)
    more = {"keys": {"ops": key, "other": other}}
    bench.extend(signed_by="ops", refresh_hours=0, more=more)
    assert bench.in_force() and bench.in_force()
    # somebody has changed it: the copy that was signed stays
    files["/policy.json"] = b'{"on_error": "allow"}'
    assert bench.in_force()
    code, out, err = bench.run("envguard", "policy", "fetch")
    assert "another text that was signed" in err + out, (code, out, err)
    bench.extend(signed_by="ops", refresh_hours=0, grace_days=0, more=more)
    bench.not_in_force("signed by 'ops'")
    # both anew
    files["/policy.json.minisig"] = bench.sign("policy.json", "ops", files["/policy.json"])
    assert bench.run("envguard", "policy", "fetch")[0] == 0
    assert bench.effective()[0]["on_error"] == "allow"
    bench.extend(signed_by="other", more=more)
    assert bench.run("envguard", "policy", "fetch")[0] == 12
    bench.not_in_force("by another key")
    bench.extend(signed_by="nobody", more=more)
    assert "has no key" in bench.run("envguard", "policy", "fetch")[2]


def without_a_signature(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend(signed_by="ops", more={"keys": {"ops": bench.keys("ops")}})
    bench.not_in_force("the server answered 404")
    bench.server.files["/policy.json.minisig"] = b"nonsense"
    bench.run("envguard", "policy", "fetch")
    bench.not_in_force("none of minisign's")


def a_project_names_no_keys_and_no_addresses(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.write("work/envguard.json", {"extends": [bench.server.url("/policy.json")]})
    bench.not_in_force("extends files only")
    assert not bench.server.asked
    bench.policy({"trust": ["*/work"]})
    assert bench.in_force()


def it_leads_elsewhere(bench):
    class Plain(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            raise AssertionError("it was asked")

    plain = http.server.HTTPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    bench.server.files["/policy.json"] = "http://127.0.0.1:%d/policy.json" % plain.server_address[1]
    bench.extend()
    bench.not_in_force("redirected from https")
    bench.extend(**{"from": "http://127.0.0.1/policy.json"})
    bench.not_in_force("no https address")
    plain.shutdown()
    plain.server_close()


def circles_and_giants(bench):
    files = bench.server.files
    files["/a.json"] = b'{"extends": ["b.json"]}'
    files["/b.json"] = b'{"extends": ["./a.json"]}'
    bench.extend("/a.json")
    bench.not_in_force("extends itself")
    files["/huge.json"] = b" " * (100 << 20)
    bench.extend("/huge.json")
    bench.not_in_force("huge.json")
    files["/html.json"] = b"<html>"
    bench.extend("/html.json")
    bench.not_in_force("html.json:1:1")
    files["/sub/next.json"] = STRICT
    files["/next.json"] = b'{"extends": ["sub/next.json"]}'
    bench.extend("/next.json")
    assert bench.in_force()


def other_certificates(bench):
    bench.server.files["/policy.json"] = STRICT
    bench.extend()
    bench.not_in_force("certificate", SSL_CERT_FILE="/dev/null", SSL_CERT_DIR="/nowhere")


def signing(bench):
    path = bench.write("p.json", STRICT.decode())
    bench.keys("ops")
    code, _, err = bench.run("envguard", "policy", "key", bench.path("ops"))
    assert code == 12 and "is there already" in err, err
    assert os.stat(bench.path("ops.key")).st_mode & 0o77 == 0
    assert bench.run("envguard", "policy", "sign", path, "--key", bench.path("ops.pub"))[0] == 12
    assert bench.run("envguard", "policy", "sign", path)[0] == 2
    assert bench.run("envguard", "policy", "verify", path, "--key", bench.path("ops.pub"))[0] == 12  # not yet
    assert bench.run("envguard", "policy", "sign", path, "--key", bench.path("ops.key"))[0] == 0
    code, out, err = bench.run("envguard", "policy", "verify", path, "--key", bench.path("ops.pub"))
    assert code == 0 and "signed by" in out, err
    with open(path + ".minisig") as f:
        signature = f.read()
    bench.write("p.json.minisig", signature.replace("file:p.json", "file:q.json"))
    assert "trusted comment was changed" in bench.run("envguard", "policy", "verify", path, "--key", bench.path("ops.pub"))[2]
    bench.write("p.json.minisig", signature)
    bench.policy({"keys": {"other": bench.keys("other")}})
    assert bench.run("envguard", "policy", "verify", path)[0] == 12
    with open(bench.path("ops.pub")) as f:
        bench.policy({"keys": {"other": bench.keys("third"), "ops": f.read().splitlines()[1]}})
    assert "signed by ops" in bench.run("envguard", "policy", "verify", path)[1]


def main():
    if not have_openssl():
        sys.exit(77)
    tests = [fresh_old_and_unchanged, a_judged_command_obeys, the_server_is_gone, offline, pinned, signed, without_a_signature,
             a_project_names_no_keys_and_no_addresses, it_leads_elsewhere, circles_and_giants, other_certificates, signing]
    for test in tests:
        with Remote(sys.argv[1]) as bench:
            test(bench)
        print("ok", test.__name__)


if __name__ == "__main__":
    main()
