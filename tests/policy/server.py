"""An https server of this machine with a certificate of its own, whose answers a test decides."""
import hashlib
import http.server
import os
import ssl
import subprocess
import sys
import threading


def have_openssl():
    try:
        return subprocess.run(["openssl", "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


class Server:
    def __init__(self, place):
        self.files = {}    # path → bytes, a status, or an address to redirect to
        self.asked = []    # (method, path, status)
        self.posted = []   # (headers, body)
        self.refuses = False
        self.authority = os.path.join(place, "server.pem")
        key = os.path.join(place, "server.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", self.authority],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, key)
        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.httpd.handle_error = lambda *_: None
        self.httpd.socket = context.wrap_socket(self.httpd.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def url(self, path):
        return "https://127.0.0.1:%d%s" % (self.port, path)

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()

    def handler(server):
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, body=b"", **headers):
                server.asked.append((self.command, self.path, status))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:  # it has heard enough
                    pass

            def do_GET(self):
                is_there = server.files.get(self.path, 404)
                if isinstance(is_there, int):
                    return self.answer(is_there)
                if isinstance(is_there, str):
                    return self.answer(302, Location=is_there)
                etag = '"%s"' % hashlib.sha256(is_there).hexdigest()[:16]
                if self.headers.get("If-None-Match") == etag:
                    return self.answer(304, ETag=etag)
                return self.answer(200, is_there, ETag=etag)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if server.refuses:
                    return self.answer(403)
                server.posted.append((dict(self.headers), body))
                return self.answer(204)

        return Handler


if __name__ == "__main__":
    sys.exit(__doc__)
