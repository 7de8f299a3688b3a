#!/usr/bin/env python3
"""The reports for machines and the page, read by other programs than ours. usage: tests/reports.py ENVGUARD"""
import html.parser, json, os, subprocess, sys, tempfile, xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVGUARD = os.path.abspath(sys.argv[1])
HOST = {"driver": "535.183.01", "cuda": "12.2", "gpus": [{"name": "A <b>&\"100\"", "compute_capability": "8.0"}]}
VOID = {"meta", "line", "path", "rect"}


class Page(html.parser.HTMLParser):
    """The elements of a page, each of which must be closed, and its texts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.texts, self.attributes = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.texts.append(data)


def ask(place, *words):
    environment = {**os.environ, "PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": f"file://{ROOT}/examples/index/simple",
                   "XDG_CACHE_HOME": os.path.join(place, "cache")}
    p = subprocess.run([ENVGUARD, "dry-run", "--prefix", f"{ROOT}/examples/torch-2.4.1-cu121", "--host", "host.json", *words],
                       cwd=place, env=environment, capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout


def sarif(place):
    code, text = ask(place, "--sarif", "pip", "install", "-r", "re q.txt")
    (run,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert code == 10 and len(rules) == len(set(rules)) and run["invocations"][0]["executionSuccessful"]
    assert {r["ruleId"] for r in run["results"]} == {"driver-too-old", "variant-changed"}
    for result in run["results"]:
        place_of = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]] == result["ruleId"] and result["level"] == "error"
        assert place_of["artifactLocation"]["uri"] == "re%20q.txt" and place_of["region"]["startLine"] == 3, place_of
    code, text = ask(place, "--sarif", "pip", "install", "no-such-project")
    (invocation,) = json.loads(text)["runs"][0]["invocations"]
    assert code == 11 and not invocation["executionSuccessful"] and invocation["toolExecutionNotifications"], text


def junit(place):
    code, text = ask(place, "--format", "junit", "pip", "install", "-r", "re q.txt")
    suite = xml.etree.ElementTree.fromstring(text).find("testsuite")
    cases = suite.findall("testcase")
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert code == 10 and failed == ["driver-too-old", "variant-changed"], text
    assert int(suite.get("tests")) == len(cases) and int(suite.get("failures")) == len(failed)


def page(place):
    code, text = ask(place, "--html", "page.html", "--format", "json", "pip", "install", "-r", "re q.txt")
    with open(os.path.join(place, "page.html"), encoding="utf-8") as f:
        page = Page(f.read())
    assert code == 10 and json.loads(text)["verdict"] == "block"
    assert "b" not in page.seen and any(HOST["gpus"][0]["name"] in t for t in page.texts)
    assert page.seen.count("svg") == 1 and "torchvision 0.29.2" in page.texts and "Blocked" in page.texts
    fetched = [v for k, v in page.attributes if k in ("src", "href") or "url(" in (v or "")]
    assert not fetched and "script" not in page.seen, fetched
    code, _ = ask(place, "--html", "no/such/folder/page.html", "pip", "install", "requests")
    assert code == 12, code


with tempfile.TemporaryDirectory() as place:
    with open(os.path.join(place, "host.json"), "w") as f:
        json.dump(HOST, f)
    with open(os.path.join(place, "re q.txt"), "w") as f:
        f.write("# ours\n\nTorchPack >=0.3\n")
    for check in (sarif, junit, page):
        check(place)
