#!/usr/bin/env python3
"""A web server whose paths behave as servers do on bad days. Says its port on stdout, ends when stdin does.

web.py [CERTIFICATE KEY]"""
import base64, gzip, os, socket, ssl, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HELLO = b"hello, world\n"
THOUSAND = bytes(i % 251 for i in range(1000))
counts = {}
lock = threading.Lock()


def count(what):
    with lock:
        counts[what] = counts.get(what, 0) + 1
        return counts[what]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self):
        super().setup()
        count("connections")

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers and status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        count("requests")
        path = "/" + self.path.split("/", 3)[3] if self.path.startswith("http:") else self.path  # as a proxy
        name, _, rest = path.lstrip("/").partition("/")
        getattr(self, "serve_" + name.replace("-", "_").partition("?")[0], self.serve_missing)(rest)

    do_HEAD = do_GET

    def serve_missing(self, rest):
        self.answer(404, b"no such page")

    def serve_hello(self, rest):
        self.answer(200, HELLO, Content_Type="text/plain; charset=utf-8", ETag='"h1"',
                    Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")

    def serve_echo(self, rest):
        lines = [f"{self.command} {self.path}"] + [f"{k.lower()}: {v}" for k, v in self.headers.items()]
        self.answer(200, "\n".join(lines).encode() + b"\n")

    def serve_counts(self, rest):
        self.answer(200, str(counts.get(rest, 0)).encode())

    def serve_gzip(self, rest):
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        self.answer(200, gzip.compress(HELLO * 1000), Content_Encoding="gzip") if accepted else self.answer(406)

    def serve_bomb(self, rest):
        self.answer(200, gzip.compress(bytes(64 << 20), 9), Content_Encoding="gzip")

    def serve_big(self, rest):
        self.answer(200, bytes(int(rest)))

    def serve_endless(self, rest):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(bytes(65536))
        except OSError:
            pass

    def serve_redirect(self, rest):
        n = int(rest)
        self.answer(302, b"moved", Location=f"../redirect/{n - 1}" if n else "/hello")

    def serve_loop(self, rest):
        self.answer(301, Location="/loop")

    def serve_to(self, rest):
        self.answer(302, Location=rest)

    def serve_cached(self, rest):
        headers = dict(ETag='"c1"', Cache_Control="public, max-age=600", Age="100")
        if self.headers.get("If-None-Match") == '"c1"':
            self.answer(304, **headers)
        else:
            self.answer(200, HELLO, **headers)

    def serve_control(self, rest):
        self.answer(200, b"", Cache_Control=rest.replace("_", " "))

    def serve_range(self, rest):
        asked = self.headers.get("Range")
        if not asked:
            return self.answer(200, THOUSAND)
        first, last = asked[len("bytes="):].split("-")
        start = int(first) if first else max(0, 1000 - int(last))
        end = min(int(last), 999) if first and last else 999
        if start > 999:
            return self.answer(416, Content_Range="bytes */1000")
        self.answer(206, THOUSAND[start:end + 1], Content_Range=f"bytes {start}-{end}/1000")

    def serve_truncated(self, rest):
        if rest and count(self.path) > int(rest):
            return self.answer(200, HELLO)
        self.answer(200, HELLO, Content_Length="100")
        self.close_connection = True

    def serve_reset(self, rest):
        if count(self.path) > int(rest):
            return self.answer(200, HELLO)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close_connection = True

    def serve_hang(self, rest):
        time.sleep(60)

    def serve_stall(self, rest):
        self.answer(200, HELLO, Content_Length="100")
        time.sleep(60)

    def serve_drip(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        for i in range(6):
            self.wfile.write(b"%d" % i)
            self.wfile.flush()
            time.sleep(0.25)

    def serve_busy(self, rest):
        if count(self.path) > int(rest):
            return self.answer(200, HELLO)
        self.answer(503, b"busy")

    def serve_later(self, rest):
        if count(self.path) > 1:
            return self.answer(200, HELLO)
        self.answer(429, b"later", Retry_After=rest)

    def serve_private(self, rest):
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"user:p@ss").decode():
            return self.answer(401, b"who are you?", WWW_Authenticate='Basic realm="test"')
        self.answer(200, b"secret")

    def serve_latency(self, rest):
        time.sleep(0.03)
        self.answer(200, rest.encode())


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    context = None

    def handle_error(self, request, client_address):
        pass

    def finish_request(self, request, client_address):  # in the connection's own thread
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(sys.argv[1], sys.argv[2])
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
