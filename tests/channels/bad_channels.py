#!/usr/bin/env python3
"""Channels on bad days, through the program itself: a clear message, the right exit code, and a cache that is unharmed.

usage: bad_channels.py ENVGUARD

Each case stands under one URL of a loopback server, and as a directory where it can: first a good channel is planned with,
then what the case says lies there instead. Afterwards the good answer must still be had offline, and the channel works again
as soon as it is itself again.
"""
import bz2, json, os, shutil, subprocess, sys, tempfile, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENVGUARD = os.path.abspath(sys.argv[1])
NO_RECORDS = b'{"packages": {}}'


def record(**more):
    return {"name": "x", "version": "1", "build": "0", "build_number": 0, "depends": [], **more}


def repodata(*records):
    return json.dumps({"packages": {f"{r.get('name')}-{r.get('version')}-{i}.tar.bz2": r for i, r in enumerate(records)}}).encode()


GOOD = repodata(record())


def bomb(head, byte):
    """A zstd frame of HEAD and then 4 GiB of BYTE, in blocks that repeat it (RFC 8878, 3.1.1.2)."""
    size = 0x20000
    block = lambda kind, n, last: (last | kind << 1 | n << 3).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\x00\x38" + block(0, len(head), 0) + head + (block(1, size, 0) + byte) * 32768 + block(1, size, 1) + byte


def without(key):
    return {k: v for k, v in record().items() if k != key}


# name, what lies there (a status, or files of linux-64), exit status, what is said. Exit 0: it is planned with all the same.
CASES = [
    ("truncated", {"repodata.json": GOOD[:-20]}, 12, "linux-64/repodata.json' is no repodata"),
    ("empty", {"repodata.json": b""}, 12, "is no repodata"),
    ("no object", {"repodata.json": b"[]"}, 12, "is no repodata: no JSON object"),
    ("a web page", {"repodata.json": b"<html>please log in</html>"}, 12, ("answered with a web page", "is no repodata")),
    ("a deep one", {"repodata.json": b'{"x": ' + b"[" * 2000}, 12, "more than 1000 levels"),
    ("zstd cut off", {"repodata.json.zst": bomb(b"{", b" ")[:40]}, 12, "is cut off"),
    ("no zstd", {"repodata.json.zst": b"{}"}, 12, "is damaged"),
    ("a bomb of blanks", {"repodata.json.zst": bomb(b'{"packages": ', b" ")}, 12, "are one text or nothing"),
    ("a bomb of a text", {"repodata.json.zst": bomb(b'{"packages": {"', b"a")}, 12, "are one text or nothing"),
    ("a bomb of levels", {"repodata.json.zst": bomb(b'{"packages": ', b"[")}, 12, "more than 1000 levels"),
    ("bzip2 cut off", {"repodata.json.bz2": bz2.compress(GOOD)[:-10]}, 12, "is cut off"),
    ("no record", {"repodata.json": repodata({"name": "x"}, record(name="y"))}, 11, "1 records are left out"),
    ("no depends", {"repodata.json": repodata(without("depends"))}, 0, "+ x  1"),
    ("a version that is a number", {"repodata.json": repodata(record(version=1))}, 11, "left out, as they are broken"),
    ("depends that are none", {"repodata.json": repodata(record(depends={"a": 1}))}, 11, "left out, as they are broken"),
    ("an endless depends", {"repodata.json": repodata(record(depends=["a" * 2000000]))}, 11, "left out, as they are broken"),
    ("specs that are none", {"repodata.json": repodata(record(depends=["a >=1,<", "[[["]))}, 11, "needs a >=1,<"),
    ("a name that lies", {"repodata.json": repodata(record(name="y"), record(version="2", depends=["nowhere"]))}, 11,
     "x 2 needs nowhere"),
    ("packages that are a list", {"repodata.json": b'{"packages": [1, 2]}'}, 11, "x is asked for, and no channel has a package of this name"),
    ("401", 401, 12, "answered 401: credentials or a token are missing or do not suffice"),
    ("403", 403, 12, "answered 403: credentials or a token are missing or do not suffice"),
    ("404", 404, 12, "is no channel: it has no repodata.json"),
    ("500", 500, 12, "answered 500"),
    ("503", 503, 12, "answered 503"),
    ("cut off in the middle", "short", 12, " bytes "),
    ("redirected without an end", "loop", 12, "redirected more than 10 times"),
]


class Channel:
    """What the server says now."""
    answer = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        answer, subdir, name = Channel.answer, *self.path.split("/")[-2:]
        if isinstance(answer, int):
            self.say(answer)
        elif answer == "short":
            self.say(200, b'{"packages"', 1000)
            self.close_connection = True
        elif answer == "loop":
            self.say(302, Location=self.path)
        elif subdir == "noarch" and name == "repodata.json":
            self.say(200, NO_RECORDS)
        elif subdir == "linux-64" and name in answer:
            self.say(200, answer[name])
        else:
            self.say(404)


def write(directory, files):
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    for name, body in files.items():
        with open(os.path.join(directory, name), "wb") as f:
            f.write(body)


class Place:
    def __init__(self, port):
        self.dir = tempfile.mkdtemp(prefix="bad-channels-")
        self.env = {"PATH": "/usr/bin:/bin", "HOME": self.dir, "CONDARC": "/dev/null", "LANG": "C.UTF-8",
                    "CONDA_REMOTE_MAX_RETRIES": "0", "ENVGUARD_CACHE_DIR": os.path.join(self.dir, "cache")}
        self.env.update({k: v for k, v in os.environ.items() if k in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")})
        self.port, self.failed = port, 0

    def plan(self, channel, *options):
        p = subprocess.run([ENVGUARD, "dry-run", *options, "--timeout", "60", "conda", "create", "-p", self.dir + "/new", "-c",
                            channel, "--override-channels", "x"], env=self.env, capture_output=True, text=True, timeout=120)
        return p.returncode, p.stdout + p.stderr

    def expect(self, what, got, status, *says):
        code, text = got
        if code != status or not any(part in text for part in says):
            self.failed += 1
            print(f"{what}: expected exit {status} and {' or '.join(map(repr, says))}, got exit {code}:\n{text}")

    def over_http(self, number, name, answer, status, says):
        url = f"http://127.0.0.1:{self.port}/{number}"
        Channel.answer = {"repodata.json": GOOD}
        self.expect(name, self.plan(url), 0, "+ x  1")
        Channel.answer = answer
        self.expect(name, self.plan(url, "--refresh"), status, *says)
        Channel.answer = {"repodata.json": GOOD}
        if status == 12:
            self.expect(name + ", offline", self.plan(url, "--offline"), 0, "+ x  1")
        self.expect(name + ", good again", self.plan(url, "--refresh"), 0, "+ x  1")

    def as_directory(self, number, name, answer, status, says):
        directory = os.path.join(self.dir, "channels", str(number))
        write(os.path.join(directory, "noarch"), {"repodata.json": NO_RECORDS})
        for files, code, parts in (({"repodata.json": GOOD}, 0, ["+ x  1"]), (answer, status, says),
                                   ({"repodata.json": GOOD}, 0, ["+ x  1"])):
            write(os.path.join(directory, "linux-64"), files)
            self.expect(name + ", a directory", self.plan("file://" + directory), code, *parts)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = Place(server.server_port)
    try:
        for number, (name, answer, status, says) in enumerate(CASES):
            says = [says] if isinstance(says, str) else says
            place.over_http(number, name, answer, status, says)
            if isinstance(answer, dict):
                place.as_directory(number, name, answer, status, says)
    finally:
        shutil.rmtree(place.dir)
    sys.exit(bool(place.failed))


main()
