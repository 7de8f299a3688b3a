#!/usr/bin/env python3
"""Fetch one source distribution from wherever this machine's pip would look for it.

usage: fetch_sdist.py PROJECT VERSION SHA256 FILE

`pip download` would run the project's build and asks for the Python that the project wants; this reads the index page and
takes the file. The indexes are pip's: its configuration files, PIP_* variables, else the default built into pip.
The file is kept in the user's cache, so that further build trees do not ask the network again.
"""
import base64
import hashlib
import html.parser
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PAGE_LIMIT = 16 << 20
FILE_LIMIT = 64 << 20
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


def pip_settings():
    """pip's merged configuration: its command says it in order of precedence, weakest first."""
    settings = {}
    listing = subprocess.run([sys.executable, "-m", "pip", "config", "list"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    for line in listing.stdout.splitlines():
        match = re.match(r"(?:global|install|download|:env:)\.([\w-]+)=(['\"])(.*)\2$", line)
        if match:
            settings[match.group(1)] = match.group(3).replace("\\n", "\n")
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            settings[name[4:].lower().replace("_", "-")] = value
    return settings


def indexes(settings):
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        return []
    first = settings.get("index-url")
    if not first:
        try:
            from pip._internal.models.index import PyPI
            first = PyPI.simple_url
        except ImportError:
            if not settings.get("extra-index-url"):
                raise LookupError("%s has no pip to tell the default index "
                                  "(install python3-pip, or set PIP_INDEX_URL)" % sys.executable)
    return ([first] if first else []) + settings.get("extra-index-url", "").split()


def without_credentials(url):
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class Client:
    """urllib with what pip's configuration says about certificates and proxies."""

    def __init__(self, settings):
        context = ssl.create_default_context(cafile=settings.get("cert"))
        handlers = [urllib.request.HTTPSHandler(context=context)]
        if settings.get("proxy"):
            handlers.append(urllib.request.ProxyHandler({"http": settings["proxy"], "https": settings["proxy"]}))
        self.opener = urllib.request.build_opener(*handlers)
        self.credentials = {}

    def get(self, url, limit):
        parts = urllib.parse.urlsplit(url)
        userinfo, _, host = parts.netloc.rpartition("@")
        if userinfo:
            self.credentials[host] = urllib.parse.unquote(userinfo)
        request = urllib.request.Request(without_credentials(url), headers={"Accept": ACCEPT})
        if host in self.credentials:
            token = base64.b64encode(self.credentials[host].encode()).decode()
            request.add_unredirected_header("Authorization", "Basic " + token)
        for attempt in range(4):
            try:
                with self.opener.open(request, timeout=60) as answer:
                    body = answer.read(limit + 1)
                    if len(body) > limit:
                        raise OSError("%s is larger than %d bytes" % (without_credentials(url), limit))
                    return body, answer.headers.get_content_type(), answer.geturl()
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429 or attempt == 3:
                    raise
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if attempt == 3:
                    raise
            time.sleep(2 ** attempt)


class Anchors(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.hrefs = []

    def handle_starttag(self, tag, attributes):
        self.hrefs += [value for name, value in attributes if tag == "a" and name == "href" and value]


def links(body, content_type):
    if content_type.endswith("json"):
        return [file["url"] for file in json.loads(body.decode())["files"]]
    page = Anchors()
    page.feed(body.decode("utf-8", "replace"))
    return page.hrefs


def offers(project, name, settings, client):
    """Addresses of the file, one after the other; a failing index is reported and passed over."""
    for place in settings.get("find-links", "").split():
        path = os.path.abspath(os.path.join(place, name))
        if os.path.isfile(path):
            yield "file://" + urllib.request.pathname2url(path)
    for index in indexes(settings):
        page = index.rstrip("/") + "/" + project + "/"
        try:
            body, content_type, base = client.get(page, PAGE_LIMIT)
            for link in links(body, content_type):
                url = urllib.parse.urljoin(base, link)
                if os.path.basename(urllib.parse.unquote(urllib.parse.urlsplit(url).path)) == name:
                    yield url
        except (OSError, ValueError, KeyError) as error:
            print("%s: %s" % (without_credentials(page), error), file=sys.stderr)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=os.path.dirname(path))
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(partial, path)


def digest(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None


def main():
    project, version, sha256, target = sys.argv[1:]
    name = "%s-%s.tar.gz" % (project, version)
    cached = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "envguard", "sdist", name)
    if digest(target) == sha256:
        return 0
    if digest(cached) == sha256:
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        shutil.copyfile(cached, target)
        return 0
    settings = pip_settings()
    client = Client(settings)
    for url in offers(project, name, settings, client):
        try:
            body = client.get(url.partition("#")[0], FILE_LIMIT)[0]
        except OSError as error:
            print("%s: %s" % (without_credentials(url), error), file=sys.stderr)
            continue
        if hashlib.sha256(body).hexdigest() != sha256:
            print("%s: the SHA-256 is not the pinned one" % without_credentials(url), file=sys.stderr)
            continue
        write(os.path.abspath(target), body)
        try:
            write(cached, body)
        except OSError:
            pass  # a cache that cannot be written is no reason to fail
        return 0
    print("no index of this machine's pip offers %s" % name, file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, LookupError, ValueError) as error:
        sys.exit("cannot fetch the source distribution: %s" % error)
