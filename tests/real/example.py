"""The example that ships (examples/), made usable for real tools: its index over HTTP, its environments for any Python.

The index holds pages and metadata only. A tool that wants a wheel itself (pip before 26 does, even in a dry run) gets one
made up on the spot: dist-info and nothing else.
"""
import hashlib
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = os.path.join(ROOT, "examples")


def wheel(file, metadata):
    """A wheel of that name that holds METADATA and nothing to install."""
    name, version, *_, python, abi, platform = file[:-4].split("-")
    info = f"{name}-{version}.dist-info"
    tags = "".join(f"Tag: {p}-{a}-{f}\n" for p in python.split(".") for a in abi.split(".") for f in platform.split("."))
    members = {"METADATA": metadata, "WHEEL": f"Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\n{tags}".encode()}
    members["RECORD"] = "".join(f"{info}/{m},,\n" for m in [*members, "RECORD"]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for member, text in members.items():
            z.writestr(zipfile.ZipInfo(f"{info}/{member}", (2020, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def log_message(self, *_):
        pass

    def content(self):
        path = os.path.normpath(urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)).lstrip("/")
        full = os.path.join(EXAMPLES, "index", path)
        if os.path.isdir(full):
            full = os.path.join(full, "index.html")
        if os.path.isfile(full):
            with open(full, "rb") as f:
                return f.read(), "text/html" if full.endswith(".html") else "text/plain"
        if full.endswith(".whl") and os.path.isfile(full + ".metadata"):
            with open(full + ".metadata", "rb") as f:
                return wheel(os.path.basename(full), f.read()), "application/octet-stream"
        return None, "text/plain"

    def do_GET(self):
        time.sleep(self.server.latency)
        self.server.requests += 1
        body, kind = self.content()
        tag = '"%s"' % hashlib.sha256(body or b"").hexdigest()[:32]
        fresh = body is not None and self.headers.get("If-None-Match") == tag
        self.send_response(404 if body is None else 304 if fresh else 200)
        if body is not None:
            self.send_header("ETag", tag)
            self.send_header("Cache-Control", "max-age=600, public")
        self.send_header("Content-Type", kind)
        body = b"" if body is None or fresh else body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET


class Server(http.server.ThreadingHTTPServer):
    """The example's index on a port of its own; .latency is added to every answer, .requests counts them."""
    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.latency, self.requests = 0.0, 0
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass


def describe(python):
    code = "import sys, json; print(json.dumps([sys.version_info[:2], sys.executable]))"
    return json.loads(subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout)


def environment(name, folder, python=sys.executable, pip=None):
    """What examples/NAME holds, as an environment of PYTHON in FOLDER; its pip is said to be version PIP. Returns its python."""
    (major, minor), executable = describe(python)
    site = os.path.join(folder, "lib", f"python{major}.{minor}", "site-packages")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(EXAMPLES, name, "lib", "python3.11", "site-packages"), site)
    if pip:
        for entry in os.listdir(site):
            if entry.startswith("pip-"):
                shutil.rmtree(os.path.join(site, entry))
        info = os.path.join(site, f"pip-{pip}.dist-info")
        os.makedirs(info)
        with open(os.path.join(info, "METADATA"), "w") as f:
            f.write(f"Metadata-Version: 2.1\nName: pip\nVersion: {pip}\n")
    for entry in os.listdir(site):  # uv wants to see both
        info = os.path.join(site, entry)
        with open(os.path.join(info, "WHEEL"), "w") as f:
            f.write("Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        with open(os.path.join(info, "RECORD"), "w") as f:
            f.write(f"{entry}/METADATA,,\n{entry}/RECORD,,\n")
    os.makedirs(os.path.join(folder, "bin"))
    os.symlink(executable, os.path.join(folder, "bin", "python"))
    with open(os.path.join(folder, "pyvenv.cfg"), "w") as f:
        f.write(f"home = {os.path.dirname(executable)}\ninclude-system-site-packages = false\nversion = {major}.{minor}\n")
    return os.path.join(folder, "bin", "python")
