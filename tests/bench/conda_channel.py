"""Channels for the bench: large ones made of real records, with or without shards (CEP 16), and a server far away."""
import glob, hashlib, json, os, re, subprocess, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SUBDIRS = ("linux-64", "noarch")
SHIPPED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cases/conda/*.json")
STAY = {"python", "python_abi"}  # what clones need under the real name, as real packages of other names do


def shipped():
    """The records that the scenarios have, of all their channels: {subdir: {file name: record}}."""
    channel = {subdir: {} for subdir in SUBDIRS}
    for path in sorted(glob.glob(SHIPPED)):
        with open(path) as f:
            for subdir, records in json.load(f)["channels"].items():
                channel[subdir.split("/")[1]].update(records)
    return channel


def read(directory):
    """The records of a channel, its repodata.json packed by zstd or not."""
    channel = {}
    for subdir in SUBDIRS:
        path = os.path.join(directory, subdir, "repodata.json")
        if os.path.exists(path):
            with open(path, "rb") as f:
                whole = json.load(f)
        else:
            whole = json.loads(subprocess.run(["zstd", "-dcq", path + ".zst"], check=True, capture_output=True).stdout)
        channel[subdir] = {**whole.get("packages", {}), **whole.get("packages.conda", {})}
    return channel


def write(out, channel):
    for subdir, records in channel.items():
        os.makedirs(os.path.join(out, subdir), exist_ok=True)
        with open(os.path.join(out, subdir, "repodata.json"), "w") as f:
            f.write('{"info": {"subdir": "%s"}' % subdir)
            for section, is_here in (("packages", lambda fn: not fn.endswith(".conda")),
                                     ("packages.conda", lambda fn: fn.endswith(".conda"))):
                f.write(', "%s": {' % section)
                first = True
                for fn in sorted(filter(is_here, records)):
                    f.write(("" if first else ", ") + json.dumps(fn) + ": " + json.dumps(records[fn]))
                    first = False
                f.write("}")
            f.write("}")


def enlarged(channel, total):
    """As many records, the new ones under other names that need each other: nothing that is asked for reaches them."""
    names = {r["name"] for records in channel.values() for r in records.values()} - STAY

    def renamed(spec, generation):
        name, _, rest = spec.partition(" ")
        return f"{name}-x{generation}{' ' * bool(rest)}{rest}" if name in names else spec

    result = {subdir: dict(records) for subdir, records in channel.items()}
    count, generation = sum(map(len, channel.values())), 0
    while count < total:
        for subdir, records in channel.items():
            for fn, r in records.items():
                copy = {**r, "name": f"{r['name']}-x{generation}", "sha256": hashlib.sha256(f"{fn}{generation}".encode()).hexdigest(),
                        "depends": [renamed(s, generation) for s in r.get("depends", [])]}
                result[subdir][f"{copy['name']}-{r['version']}-{r['build']}" + re.search(r"\.(conda|tar\.bz2)$", fn)[0]] = copy
                count += 1
        generation += 1
    return result


def with_older(channel, times):
    """TIMES older builds of every record, under the very names: as channels have them that have been there for long."""
    result = {subdir: dict(records) for subdir, records in channel.items()}
    for subdir, records in channel.items():
        for fn, r in records.items():
            for k in range(1, times + 1):
                copy = {**r, "build": f"{r['build']}_o{k}", "build_number": 0,
                        "timestamp": max(1, r.get("timestamp", 0) - k * 86_400_000),
                        "sha256": hashlib.sha256(f"{fn}o{k}".encode()).hexdigest()}
                if r.get("build_number", 0) == 0:  # an older build is older: never chosen before the real one
                    copy["version"] = re.sub(r"\d+$", lambda m: str(max(0, int(m[0]) - 1)), r["version"]) + f".{k}"
                result[subdir][f"{copy['name']}-{copy['version']}-{copy['build']}" + re.search(r"\.(conda|tar\.bz2)$", fn)[0]] = copy
    return result


def write_shards(out, channel):
    """The same as shards; says whether it could be done (msgpack and zstandard are no part of Python)."""
    try:
        import msgpack, zstandard
    except ImportError:
        return False
    packer = zstandard.ZstdCompressor(level=3)
    for subdir, records in channel.items():
        shards, index = {}, {}
        for fn, r in records.items():
            r = {**r, **{k: bytes.fromhex(r[k]) for k in ("sha256", "md5") if r.get(k)}}
            shard = shards.setdefault(r["name"], {"packages": {}, "packages.conda": {}, "removed": []})
            shard["packages.conda" if fn.endswith(".conda") else "packages"][fn] = r
        os.makedirs(os.path.join(out, subdir, "shards"), exist_ok=True)
        for name, shard in shards.items():
            packed = packer.compress(msgpack.packb(shard))
            index[name] = hashlib.sha256(packed).digest()
            with open(os.path.join(out, subdir, "shards", index[name].hex() + ".msgpack.zst"), "wb") as f:
                f.write(packed)
        whole = {"version": 1, "info": {"subdir": subdir, "base_url": "./", "shards_base_url": "./shards/",
                                        "created_at": "2026-11-01T00:00:00Z"}, "shards": index}
        with open(os.path.join(out, subdir, "repodata_shards.msgpack.zst"), "wb") as f:
            f.write(packer.compress(msgpack.packb(whole)))
    return True


class Far(ThreadingHTTPServer):
    """Serves a directory from a round trip away: one for the connection, one for every answer."""
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, directory, rtt):
        self.directory, self.rtt, self.asked = directory, rtt, 0
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        time.sleep(self.rtt)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        self.server.asked += 1
        time.sleep(self.server.rtt)
        try:
            with open(self.server.directory + self.path.partition("?")[0], "rb") as f:
                body, status = f.read(), 200
        except OSError:
            body, status = b"", 404
        etag = '"%s"' % hashlib.md5(body).hexdigest()
        if status == 200 and self.headers.get("If-None-Match") == etag:
            body, status = b"", 304
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Cache-Control", "public, max-age=1200")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)
