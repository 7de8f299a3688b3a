#!/usr/bin/env python3
"""Lines on their way to a collector: many at once, kept while it is down, and never waited for.

usage: tests/policy/collector.py ENVGUARD        (exit 77 where there is no openssl to make a certificate)
"""
import json
import os
import sys
import time

from bench import BLOCKED, Bench
from server import Server, have_openssl


def events(server):
    return [json.loads(line) for _, body in server.posted for line in body.splitlines()]


def wait_for(what):
    for _ in range(600):
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def spool(bench):
    folder = bench.path("home/.local/state/envguard/spool")
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)) if os.path.isdir(folder) else 0


def main():
    if not have_openssl():
        sys.exit(77)
    with Bench(sys.argv[1]) as bench:
        server = Server(bench.place)
        bench.environ["SSL_CERT_FILE"] = server.authority
        bench.write("token", "t0ken\n")
        bench.policy({"audit": {"collector": server.url("/logs"), "token_file": bench.path("token")}})
        server.refuses = True
        assert bench.run("pip", "install", "foo")[0] == BLOCKED
        wait_for(lambda: ("POST", "/logs", 403) in server.asked)
        assert not server.posted and spool(bench) > 0
        time.sleep(1)  # the sender that was refused is gone
        server.refuses = False
        assert bench.run("pip", "install", "quux")[:2] == (0, "real\n")
        wait_for(lambda: len(events(server)) >= 2)
        wait_for(lambda: spool(bench) == 0)
        assert [e["verdict"] for e in events(server)] == ["block", "allow"], events(server)
        headers = {name.lower(): value for name, value in server.posted[0][0].items()}
        assert headers["authorization"] == "Bearer t0ken" and headers["content-type"] == "application/x-ndjson", headers
        server.stop()
        start = time.monotonic()
        assert bench.run("pip", "install", "quux")[:2] == (0, "real\n")
        assert time.monotonic() - start < 20 and spool(bench) > 0
    print("ok")


if __name__ == "__main__":
    main()
