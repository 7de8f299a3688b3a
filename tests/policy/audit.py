#!/usr/bin/env python3
"""What is written down of each judged command, and how the policy decides about ways past a block.

usage: tests/policy/audit.py ENVGUARD
"""
import json
import os
import socket
import subprocess
import sys
import time

from bench import BLOCKED, Bench


def lines(bench, name="audit.jsonl"):
    with open(bench.path(name), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def blocked_and_allowed(bench):
    bench.policy({"audit": {"file": bench.path("audit.jsonl")}})
    code, out, err = bench.run("pip", "install", "foo")
    assert code == BLOCKED and out == "", (code, out, err)
    code, out, err = bench.run("pip", "install", "quux")
    assert (code, out) == (0, "real\n"), (code, out, err)
    code, out, err = bench.run("pip", "list")
    assert (code, out, err) == (0, "real\n", ""), (code, out, err)
    first, second = lines(bench)
    assert first["schema"] == "envguard.audit/1" and first["verdict"] == "block" and not first["passed"], first
    assert first["user"] == "alice" and first["prefix"] == bench.path("env") and first["uid"] == os.geteuid(), first
    assert first["command"] == ["pip", "install", "foo"] and len(first["policy"]) == 64, first
    assert [f["rule"] for f in first["findings"]] == ["variant-changed"], first
    assert "torch 2.4.1+cu121 -> 2.15.0" in first["changes"], first
    assert time.time() - time.mktime(time.strptime(first["time"], "%Y-%m-%dT%H:%M:%SZ")) + time.timezone < 300, first
    assert second["verdict"] == "allow" and second["passed"] and second["findings"] == [], second


def secrets_stay_out(bench):
    bench.policy({"audit": {"file": bench.path("audit.jsonl")}})
    index = bench.environ["PIP_INDEX_URL"]
    bench.run("pip", "install", "--extra-index-url", "https://me:s3cret@127.0.0.1:1/simple?token=s3cret&x=1", "--index-url", index,
              "--proxy", "http://u:s3cret@127.0.0.1:1", "quux")
    with open(bench.path("audit.jsonl"), encoding="utf-8") as f:
        text = f.read()
    assert "s3cret" not in text and "x=1" in text, text


def reasons_are_wanted(bench):
    bench.policy({"audit": {"file": bench.path("audit.jsonl")}, "bypass": "needs-reason"})
    assert bench.run("pip", "install", "foo", ENVGUARD_ALLOW="variant-changed")[0] == BLOCKED
    assert bench.run("pip", "install", "foo", ENVGUARD_ALLOW="variant-changed:new driver")[0] == 0
    code, _, err = bench.run("pip", "install", "foo", ENVGUARD="off")
    assert code == BLOCKED and "wants a reason" in err, err
    assert bench.run("pip", "install", "foo", ENVGUARD="off:rescue")[0] == 0
    events = lines(bench)
    assert [e["bypass"] for e in events] == [None, {"by": "ENVGUARD_ALLOW", "reason": "new driver"}, None,
                                             {"by": "ENVGUARD", "reason": "rescue"}], events
    assert [e["verdict"] for e in events] == ["block", "warn", "block", "off"], events


def nobody_goes_past(bench):
    bench.policy({"audit": {"file": bench.path("audit.jsonl")}, "bypass": "forbidden"})
    for environ in ({"ENVGUARD_ALLOW": "variant-changed:why"}, {"ENVGUARD": "off:why"}):
        code, _, err = bench.run("pip", "install", "foo", **environ)
        assert code == BLOCKED and "forbids" in err and "all the same" in err and "ENVGUARD_ALLOW='" not in err, err


def what_cannot_be_judged(bench):
    for word, code, told in (("allow", 0, False), ("warn", 0, True), ("block", BLOCKED, True)):
        bench.policy({"audit": {"file": bench.path(word + ".jsonl")}, "on_error": word})
        answer = bench.run("pip", "install", "-r", "/dev/stdin")
        assert answer[0] == code and bool(answer[2]) == told, (word, answer)
        event, = lines(bench, word + ".jsonl")
        assert event["verdict"] == "unjudged" and event["passed"] == (code == 0) and "pipe" in event["error"], event


def time_runs_out(bench):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bench.policy({"on_error": "block", "budget_seconds": 1, "audit": {"file": bench.path("audit.jsonl")}})
        start = time.monotonic()
        code, _, err = bench.run("pip", "install", "--index-url", "http://127.0.0.1:%d/simple" % silent.getsockname()[1], "quux",
                                 ENVGUARD_TIMEOUT="")
        assert code == BLOCKED and time.monotonic() - start < 30, (code, err)
        assert lines(bench)[0]["verdict"] == "unjudged"
        bench.policy({"on_error": "block", "enforce": ["on_error"]})
        code, _, err = bench.run("pip", "install", "--index-url", "http://127.0.0.1:%d/simple" % silent.getsockname()[1], "quux",
                                 ENVGUARD_TIMEOUT="1", ENVGUARD_ON_ERROR="warn")
        assert code == BLOCKED, (code, err)


def a_broken_policy(bench):
    bench.policy({"on_error": "block"})
    bench.write("work/envguard.json", "{")
    code, _, err = bench.run("pip", "install", "quux")
    assert code == BLOCKED and "envguard.json:1:" in err, err
    bench.policy({"on_error": "warn"})
    code, out, err = bench.run("pip", "install", "quux")
    assert (code, out) == (0, "real\n") and "not in force" in err, err


def a_log_that_cannot_be_written(bench):
    bench.write("file", "")
    for word, code in (("warn", 0), ("block", BLOCKED)):
        bench.policy({"on_error": word, "audit": {"file": bench.path("file/audit.jsonl")}})
        answer = bench.run("pip", "install", "quux")
        assert answer[0] == code and "cannot write the audit log" in answer[2], answer


def it_is_put_aside(bench):
    bench.policy({"audit": {"file": "../../logs/audit.jsonl", "max_mib": 1, "keep": 2}})
    log = bench.write("home/logs/audit.jsonl", "x" * (1 << 20))
    for _ in range(2):
        bench.run("pip", "install", "quux")
    assert len(lines(bench, "home/logs/audit.jsonl")) == 2
    assert os.path.getsize(log + ".1") == 1 << 20 and not os.path.exists(log + ".2")


def many_at_once(bench):
    bench.policy({"audit": {"file": bench.path("audit.jsonl")}})
    running = [subprocess.Popen(["pip", "install", "foo"], executable=bench.path("shims/pip"), cwd=bench.path("work"), env=bench.environ,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
               for _ in range(12)]
    assert {p.wait(timeout=120) for p in running} == {BLOCKED}
    assert len(lines(bench)) == 12


def read_again(bench):
    bench.policy({"audit": {"file": bench.path("logs/node1/audit.jsonl")}})
    bench.run("pip", "install", "foo")
    bench.run("pip", "install", "foo", ENVGUARD_ALLOW="variant-changed:why not")
    bench.policy({"audit": {"file": bench.path("logs/node2.jsonl")}})
    bench.run("pip", "install", "quux", USER="bob")
    bench.write("logs/node3.jsonl", "no log\n")
    logs = bench.path("logs")
    code, out, err = bench.run("envguard", "log", logs)
    assert code == 0 and len(out.splitlines()) == 3 and "1 line of no audit log" in err, (out, err)
    assert "alice" in out and "bob" in out and "not let through" in out and "bypassed: why not" in out, out
    for words, n in ((["--user", "bob"], 1), (["--verdict", "block"], 1), (["--rule", "variant-*"], 2), (["--package", "torch"], 2),
                     (["--bypassed"], 1), (["--since", "2020"], 3), (["--since", "2999-01"], 0), (["--until", "2020-01-01"], 0),
                     (["--host", "nowhere"], 0)):
        out = bench.run("envguard", "log", *words, "--json", logs)[1]
        assert len([json.loads(line) for line in out.splitlines()]) == n, (words, out)
    out = bench.run("envguard", "log", "--summary", logs)[1]
    assert out.startswith("3 transactions, 1 not let through, 1 in spite"), out
    assert "       1  variant-changed" in out and "       1  alice" in out, out
    assert len(bench.run("envguard", "log")[1].splitlines()) == 1  # the policy's own
    for words in (["--since", "yesterday"], ["--frob"], ["/nowhere"]):
        assert bench.run("envguard", "log", *words)[0] in (2, 12), words


def main():
    tests = [blocked_and_allowed, secrets_stay_out, reasons_are_wanted, nobody_goes_past, what_cannot_be_judged, time_runs_out,
             a_broken_policy, a_log_that_cannot_be_written, it_is_put_aside, many_at_once, read_again]
    for test in tests:
        with Bench(sys.argv[1]) as bench:
            test(bench)
        print("ok", test.__name__)


if __name__ == "__main__":
    main()
