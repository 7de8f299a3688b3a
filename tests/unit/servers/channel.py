#!/usr/bin/env python3
"""A conda channel server: serves what lies below a directory as the test wants it. Says its port, ends when stdin does.

channel.py DIR. /plain/… as it lies, with ETag; /fresh/… the same for an hour; /STATUS/… answers that number; the number of
requests under /count. What a token opens lies under /t/tk-secret/plain/…"""
import hashlib, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = sys.argv[1]
asked = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        if self.path == "/count":
            return self.answer(200, str(len(asked)).encode())
        asked.append(self.path)
        mode, _, path = self.path.removeprefix("/t/tk-secret").lstrip("/").partition("/")
        if mode.isdigit():
            return self.answer(int(mode), b"no")
        try:
            with open(os.path.join(ROOT, path), "rb") as f:
                body = f.read()
        except OSError:
            return self.answer(404, b"no")
        etag = '"%s"' % hashlib.md5(body).hexdigest()
        headers = {"ETag": etag}
        if mode == "fresh":
            headers["Cache_Control"] = "max-age=3600"
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, **headers)
        self.answer(200, body, **headers)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
