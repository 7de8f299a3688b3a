#!/usr/bin/env python3
"""A package index on this machine that can be good or bad in many ways. Says its port on stdout, ends when stdin does.

/FLAG,FLAG…/simple/PROJECT/ and /FLAG,FLAG…/files/FILE[.metadata]; /counts/WORD tells how many requests so far had
WORD in them or in "status-" and their answer. Flags: html, no-658, hash (of files), age=N, etag, private, status=N,
type=T (~ for /), base, no-range, no-suffix, lying-range, lost (metadata), wrong-hash, api=V."""
import base64, gzip, hashlib, html, io, json, os, sys, tarfile, threading, urllib.parse, zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = "application/vnd.pypi.simple.v1+json"
DATA = {}  # file name: (bytes, metadata, extra keys of the page)
log, lock = [], threading.Lock()


def metadata(name, version, *requires):
    return ("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version) +
            "".join("Requires-Dist: %s\n" % r for r in requires) + "\na description\n").encode()


def wheel(name, text, before=0, after=0):
    out = io.BytesIO()
    project, version = name.split("-")[:2]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        z.writestr(project + "/before", bytes(before))
        z.writestr("%s-%s.dist-info/METADATA" % (project, version), text, zipfile.ZIP_DEFLATED)
        z.writestr(project + "/after", bytes(after))
    return out.getvalue()


def sdist(name, **files):
    out, top = io.BytesIO(), name[:-len(".tar.gz")]
    with tarfile.open(fileobj=out, mode="w") as t:
        for path, text in files.items():
            info = tarfile.TarInfo(top + "/" + path.replace("_", "-"))
            info.size = len(text)
            t.addfile(info, io.BytesIO(text))
    return gzip.compress(out.getvalue(), mtime=0)


def add_wheel(name, *requires, before=0, after=0, **keys):
    project, version = name.split("-")[:2]
    text = metadata(project, version, *requires)
    DATA[name] = wheel(name, text, before, after), text, keys


def add_sdist(name, pkg_info, **keys):
    DATA[name] = sdist(name, setup=b"x", PKG_INFO=pkg_info), None, keys


add_wheel("foo-1.0-py3-none-any.whl", "bar>=1", **{"requires-python": ">=3.8"})
add_wheel("foo-1.1-py3-none-any.whl", yanked="broken <badly>")
add_wheel("foo-2.0+cu121-py3-none-any.whl", "bar>=2", "baz ; extra == 'x'")
add_sdist("foo-2.0.tar.gz", b"Metadata-Version: 2.2\nName: foo\nVersion: 2.0\nRequires-Dist: bar\n")
add_wheel("bar-1.0-py3-none-any.whl")
add_wheel("big-1.0-py3-none-any.whl", "foo", after=400000)
add_wheel("bigger-1.0-py3-none-any.whl", "foo", before=300000)
add_sdist("old-1.0.tar.gz", b"Metadata-Version: 1.1\nName: old\nVersion: 1.0\n")
DATA["broken-1.0-py3-none-any.whl"] = b"PK\3\4 not a wheel", None, {}
DATA["huge-1.0-py3-none-any.whl"] = bytes(70 << 20), None, {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", kind="text/plain", **headers):
        if not self.path.startswith("/counts/"):
            with lock:
                log.append("%s %s status-%d" % (self.command, self.path, status))
        self.send_response(status)
        headers = {"Content_Type": kind, "Content_Length": str(len(body)), **headers}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        parts = urllib.parse.unquote(self.path).strip("/").split("/")
        if parts[0] == "counts":
            return self.answer(200, str(sum(parts[1] in line for line in log)).encode())
        self.flags = dict((f.split("=") + [""])[:2] for f in parts[0].split(","))
        if "private" in self.flags and self.headers.get("Authorization") != \
                "Basic " + base64.b64encode(b"user:p@ss").decode():
            return self.answer(401, b"who are you?", WWW_Authenticate='Basic realm="test"')
        if len(parts) == 3 and parts[1] == "simple":
            return self.page(parts[2])
        if len(parts) == 3 and parts[1] == "files":
            return self.file(parts[2])
        self.answer(404)

    do_HEAD = do_GET

    def page(self, project):
        names = [n for n in DATA if n.startswith(project + "-")] + (["wrong name.whl"] if project == "foo" else [])
        if "status" in self.flags:
            return self.answer(int(self.flags["status"]), b"no")
        if not names:
            return self.answer(404)
        as_json = "html" not in self.flags and JSON in self.headers.get("Accept", "")
        body = (self.json_page if as_json else self.html_page)(project, names)
        headers = {}
        if "age" in self.flags:
            headers["Cache_Control"] = "max-age=" + self.flags["age"]
        if "etag" in self.flags:
            headers["ETag"] = '"%s"' % hashlib.sha1(body).hexdigest()
            if self.headers.get("If-None-Match") == headers["ETag"]:
                return self.answer(304, **headers)
        self.answer(200, body, self.flags.get("type", "").replace("~", "/") or (JSON if as_json else "text/html; charset=UTF-8"), **headers)

    def hashes(self, name):
        body, text, _ = DATA.get(name, (b"", None, {}))
        wrong = b"x" if "wrong-hash" in self.flags else b""
        file_hash = hashlib.sha256(body + wrong).hexdigest() if "hash" in self.flags else None
        text_hash = hashlib.sha256(text + wrong).hexdigest() if text and "no-658" not in self.flags else None
        return file_hash, text_hash

    def json_page(self, project, names):
        files = []
        for name in names:
            file_hash, text_hash = self.hashes(name)
            file = {"filename": name, "url": "../../files/" + name, "hashes": {"sha256": file_hash} if file_hash else {}}
            if text_hash:
                file["core-metadata"] = {"sha256": text_hash}
            files.append({**file, **DATA.get(name, (b"", None, {}))[2]})
        return json.dumps({"meta": {"api-version": self.flags.get("api", "1.1")}, "name": project, "files": files}).encode()

    def html_page(self, project, names):
        out = ["<!DOCTYPE html><html><head>"]
        if "base" in self.flags:
            out.append('<base href="/%s/files/">' % self.path.split("/")[1])
        out.append("</head><body>")
        for name in names:
            file_hash, text_hash = self.hashes(name)
            href = ("" if "base" in self.flags else "../../files/") + name + ("#sha256=" + file_hash if file_hash else "")
            keys = "".join(' data-%s="%s"' % (k, html.escape(v)) for k, v in DATA.get(name, (b"", None, {}))[2].items())
            if text_hash:
                keys += ' data-dist-info-metadata="sha256=%s"' % text_hash
            out.append('<a href="%s"%s>%s</a><br/>' % (href, keys, name))
        return "\n".join(out).encode()

    def file(self, name):
        if name.endswith(".metadata"):
            text = DATA.get(name[:-len(".metadata")], (b"", None, {}))[1]
            return self.answer(404) if text is None or "no-658" in self.flags or "lost" in self.flags else self.answer(200, text)
        if name not in DATA:
            return self.answer(404)
        body, asked = DATA[name][0], self.headers.get("Range")
        if not asked or "no-range" in self.flags:
            return self.answer(200, body)
        first, last = asked[len("bytes="):].split("-")
        if not first and "no-suffix" in self.flags:
            return self.answer(416, Content_Range="bytes */%d" % len(body))
        start = int(first) if first else max(0, len(body) - int(last))
        end = min(int(last), len(body) - 1) if first and last else len(body) - 1
        if start >= len(body):
            return self.answer(416, Content_Range="bytes */%d" % len(body))
        said = "bytes 0-5/6" if "lying-range" in self.flags else "bytes %d-%d/%d" % (start, end, len(body))
        self.answer(206, body[start:end + 1], Content_Range=said)


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
