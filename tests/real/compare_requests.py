#!/usr/bin/env python3
"""What pip's own code makes of command lines, configuration and files, compared with what ours does.

usage: compare_requests.py DUMP_REQUEST PYTHON=PIPDIR... [--seed N] [--random N] [--case NAME] [-v]

DUMP_REQUEST is build/dev/tests/dump_request. PIPDIR is a folder with an unpacked pip (pip/ and pip-X.dist-info/) that
PYTHON can run. Each case is a folder of files, a command line and variables; pip's internals are run up to the point
where they hand their requirements to the resolver. Needs no network.
"""
import argparse
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile

CASES = []


def case(name, argv, files=None, env=None, since=None):
    CASES.append({"name": name, "argv": argv, "files": files or {}, "env": env or {}, "since": since})


PROJECT = {"proj/pyproject.toml": "[project]\nname='proj'\nversion='1'\n", "proj/setup.py": "from setuptools import setup\nsetup()\n"}
H = "0" * 64


def command_lines():
    for i, argv in enumerate([
        ["torch"], ["torch==2.1.2", "numpy<2"], ["torch[a,B.c]>=2"], ["torch == 2.1 ; python_version > '3'"],
        ["torch;python_version<'3'"], ["-U", "torch"], ["--upgrade", "--upgrade-strategy", "eager", "x"],
        ["--upgrade-strategy=only-if-needed", "x"], ["-Uqqq", "x"], ["-qU", "x"], ["x", "-U"], ["--upgrade-s=eager", "x"],
        ["--no-deps", "x"], ["--no-dep", "x"], ["--force-reinstall", "-I", "x"], ["--ignore-i", "x"],
        ["--pre", "x"], ["--user", "x"], ["--no-user", "x"], ["-i", "https://example.org/simple", "x"],
        ["-ihttps://example.org/simple", "x"], ["--index-url=https://u:p@example.org/s", "x"],
        ["--extra-index-url", "https://a/", "--extra-index-url", "https://b/", "x"], ["--no-index", "x"],
        ["--no-index", "-f", "links", "x"], ["-f", "~/nowhere", "-f", "https://h/l.html", "x"],
        ["--no-index", "--extra-index-url", "https://a", "x"], ["--pypi-url", "https://a", "x"],
        ["--no-binary", ":all:", "x"], ["--no-binary", "a,B_c", "--only-binary", "b-c,:none:,d", "x"],
        ["--only-binary=:all:", "--no-binary", "a", "x"], ["--only-binary", ":all:,:none:,q", "x"],
        ["--no-binary", "-x", "y"], ["--prefer-binary", "x"], ["--require-hashes", "x"],
        ["--ignore-requires-python", "x"], ["--target", "t", "x"], ["-t", "t", "--user", "x"],
        ["--prefix", "p", "--user", "x"], ["--root", "r", "x"], ["--prefix", "/p", "x"], ["--platform", "any", "x"],
        ["--platform", "linux_x86_64", "--only-binary=:all:", "x"], ["--platform", "any", "--no-deps", "-t", "d", "x"],
        ["--platform", "a", "--platform", "b", "--only-binary", ":all:", "--target", "d", "x"],
        ["--python-version", "3.11", "--only-binary=:all:", "-t", "d", "x"], ["--python-version", "3.x", "x"],
        ["--python-version", "1.2.3.4", "x"], ["--implementation", "cp", "--abi", "cp311", "--no-deps", "-td", "x"],
        ["--trusted-host", "h", "--trusted-host", "h2:8080", "x"], ["--timeout", "3", "--retries", "1", "x"],
        ["--timeout", "soon", "x"], ["--retries", "x", "y"], ["--proxy", "http://u:p@h:1", "x"], ["--cert", "~/c.pem", "x"],
        ["--client-cert", "/c", "x"], ["--no-cache-dir", "x"], ["--cache-dir", "/c", "x"], ["--no-input", "x"],
        ["--isolated", "x"], ["--log", "install", "x"], ["--", "-x"], ["--", "x"], [], [""], [" "], ["-f", "l"],
        ["--no-build-isolation", "x"], ["--compile", "--no-compile", "x"], ["--src", "s", "x"],
        ["--exists-action", "w", "x"], ["--progress-bar", "off", "x"], ["--disable-pip-version-check", "x"],
        ["--no-warn-conflicts", "--no-warn-script-location", "--no-clean", "x"], ["--upgrade-strategy", "never", "x"],
        ["--user=yes", "x"], ["-r"], ["--require", "x"], ["x==1", "x==2"], ["X.Y_z"], ["x=1"], ["x>=1,"], ["1x"],
        ["x[", "y"], ["x y"], ["x @ https://example.org/x-1.tar.gz"], ["x@https://example.org/x-1.zip ; os_name=='nt'"],
        ["https://example.org/x-1.0.tar.gz"], ["https://example.org/x-1.0.tar.gz#egg=x"],
        ["https://example.org/w/torch-2.1.2%2Bcu118-cp311-cp311-linux_x86_64.whl"],
        ["https://example.org/x-1-py3-none-any.whl#sha256=" + H], ["https://example.org/x-1.whl"],
        ["https://example.org/x-1-py3-none-any.whl; python_version > '3'"],
        ["git+https://example.org/r.git@v1#egg=thing"], ["git+https://example.org/r.git"], ["thing @ git+ssh://git@h/r@v1"],
        ["svn+svn://h/r#egg=a&subdirectory=b"], ["-e", "git+https://h/r#egg=abc"], ["-e", "git+https://h/r"],
        ["-e", "git:https://h/r#egg=q"], ["-e", "https://h/r"], ["-e", "nothing"], ["-e", "x @ git+https://h/r ; os_name=='nt'"],
        ["./proj"], ["proj/"], ["./proj[extra]"], ["./proj[Extra,b]; os_name == 'posix'"], ["."], ["./none"], ["-e", "./proj"],
        ["-e", "proj[dev]"], ["-e", "."], ["-e", "proj", "proj2", "-e./proj"], ["file:proj"], ["-e", "file:///a/b#egg=n"],
        ["./x-1-py3-none-any.whl"], ["x-1-py3-none-any.whl"], ["./x-1-py3-none-any.whl[e]"], ["y-1.tar.gz"],
        ["./absent-1-py3-none-any.whl"], ["absent-2.tar.gz"], ["bad.whl"], ["a/b"], ["r.txt"], ["./r.txt"], ["foo/bar.txt"],
        ["--use-feature", "fast-deps", "x"], ["--use-deprecated", "legacy-resolver", "x"], ["--debug", "x"],
        ["-v", "-v", "x"], ["--no-color", "x"], ["--require-virtualenv", "x"],
    ]):
        case(f"argv-{i:03}", ["install"] + argv, dict(PROJECT, **{
            "x-1-py3-none-any.whl": "", "y-1.tar.gz": "", "bad.whl": "", "r.txt": "torch==1\n", "links/z": ""}))
    for i, (since, argv) in enumerate([
        (2202, ["--dry-run", "x"]), (2202, ["--dry-run", "--report", "-", "x"]), (2301, ["-C", "a=b", "x"]),
        (2301, ["-C", "ab", "x"]), (2301, ["-C", "a=1", "-Ca=2", "-Cb=3", "x", "-e", "proj"]),
        (2301, ["--keyring-provider", "subprocess", "x"]), (2301, ["--keyring-provider", "gnome", "x"]),
        (2302, ["--break-system-packages", "x"]), (2303, ["--dry-run", "--platform", "any", "--no-deps", "x"]),
        (2501, ["--group", "dev"]), (2501, ["--group", "sub/pyproject.toml:a.B"]), (2501, ["--group", "none"]),
        (2501, ["--group", "loop"]), (2501, ["--group", "bad"]), (2501, ["--group", "sub/other.toml:a"]),
        (2501, ["x", "--group", "all", "-e", "proj", "-r", "r.txt"]), (2501, ["--group", "twice"]),
        (2501, ["--group", "dup/pyproject.toml:other"]), (2501, ["--group", "notlist"]), (2501, ["--group", "typo"]),
        (2503, ["--build-constraint", "r.txt", "x"]), (2503, ["--build-constraint", "r.txt", "--no-build-isolation", "x"]),
        (2600, ["--all-releases", "a,b", "--only-final", "b,:all:", "x"]), (2600, ["--pre", "--only-final", "a", "x"]),
        (2600, ["--all-releases", ":all:", "--only-final", "a", "x"]), (2600, ["--all-releases", ":none:", "x"]),
        (2600, ["--uploaded-prior-to", "2023-01-02", "x"]), (2600, ["--uploaded-prior-to", "2023-01-02T03:04:05Z", "x"]),
        (2600, ["--uploaded-prior-to", "2023-01-02T03:04:05+02:00", "x"]), (2600, ["--uploaded-prior-to", "never", "x"]),
        (2600, ["--uploaded-prior-to", "2023-01-02 03:04", "x"]), (2600, ["--uploaded-prior-to", "20230102", "x"]),
        (2600, ["--requirements-from-script", "s.py"]), (2600, ["--requirements-from-script", "old.py"]),
        (2600, ["--requirements-from-script", "two.py"]), (2600, ["--requirements-from-script", "r.txt"]),
        (2600, ["--requirements-from-script", "s.py", "--requirements-from-script", "s.py"]),
        (2600, ["--requirements-from-script", "old.py", "--ignore-requires-python"]),
        (2603, ["--only-deps", "x"]), (2603, ["--only-deps", "--no-deps", "x"]), (2603, ["--only-dependencies", "-r", "r.txt"]),
        (2603, ["--no-require-hashes", "-r", "h.txt"]), (2603, ["--require-hashes", "--no-require-hashes", "x"]),
        (2603, ["--refresh-package", "a", "x"]), (2603, ["--no-proxy-env", "x"]), (2603, ["--proxy", "", "x"]),
        (2603, ["-r", "pylock.toml"]), (2603, ["-r", "pylock.toml[Gpu]"]), (2603, ["--group", "pylock.toml:Dev"]),
        (2603, ["--group", "pylock.toml:Dev", "-r", "r.txt", "-r", "pylock.toml"]), (2603, ["-r", "pylock.bad.toml"]),
        (2603, ["-r", "pylock.toml", "--no-binary", "both"]), (2603, ["-r", "pylock.twice.toml"]),
        (2603, ["-r", "pylock.dir.toml"]), (2603, ["-r", "pylock.env.toml"]), (2603, ["-r", "pylock.nofit.toml"]),
        (2603, ["-r", "pylock.a.b.toml"]), (2603, ["-r", "pylock.absent.toml"]), (2603, ["-r", "pylock.vtwo.toml"]),
    ]):
        case(f"newer-{i:03}", ["install"] + argv, dict(PROJECT, **PROJECT_FILES), since=since)
    for i, argv in enumerate([["torch"], ["-y", "a", "B==1", "a"], ["-r", "r.txt", "-y"], [], ["./proj"], ["-yr", "r.txt", "zz"],
                              ["a;os_name=='nt'"], ["https://h/x-1-py3-none-any.whl"], ["--yes", "--proxy", "p", "q"]]):
        case(f"uninstall-{i}", ["uninstall"] + argv, dict(PROJECT, **{"r.txt": "one\ntwo==2\n--pre\n"}))


LOCK = "lock-version = '1.0'\ncreated-by = 't'\n"
PROJECT_FILES = {
    "r.txt": "torch==1\n",
    "h.txt": f"torch==1 --hash=sha256:{H}\n",
    "pyproject.toml": "[dependency-groups]\ndev=['a>1', {include-group='Te.st'}]\ntest=['b[x] ; os_name==\"nt\"', 'c']\n"
                      "all=[{include-group='dev'},'d']\nloop=[{include-group='loop2'}]\nloop2=[{include-group='loop'}]\n"
                      "bad=['a b']\ntwice=[{include-group='test'},{include-group='test'}]\n"
                      "notlist='x'\ntypo=[{include='x'}]\n",
    "sub/pyproject.toml": "[dependency-groups]\n'A_b'=['q @ https://h/q-1.tar.gz']\n",
    "dup/pyproject.toml": "[dependency-groups]\nDup=['x']\ndup=['y']\nother=['z']\n",
    "sub/other.toml": "[dependency-groups]\na=['q']\n",
    "s.py": "#!x\n# /// script\n# requires-python = '>=3.6'\n# dependencies = [\n#   'a>1', 'b[c]',\n#\n# ]\n# ///\nimport a\n",
    "old.py": "# /// script\n# requires-python = '<3'\n# dependencies = ['a']\n# ///\n",
    "two.py": "# /// script\n# dependencies = ['a']\n# ///\n\n# /// script\n# dependencies = ['a']\n# ///\n",
    "pylock.toml": LOCK + "default-groups=['def']\nextras=['gpu']\ndependency-groups=['dev','def']\n"
        "[[packages]]\nname='a'\nversion='1.0'\nwheels=[{url='https://h/a-1.0-cp27-cp27m-linux_x86_64.whl',"
        "hashes={sha256='00'}},{name='a-1.0-py3-none-any.whl',url='https://h/a',hashes={sha256='11',sha512='22'}}]\n"
        "[[packages]]\nname='b'\nmarker='\"gpu\" in extras'\nwheels=[{path='w/b-2-py3-none-any.whl',hashes={sha256='1'}}]\n"
        "[[packages]]\nname='c'\nmarker='\"dev\" in dependency_groups and os_name == \"posix\"'\nversion='3'\n"
        "sdist={url='https://h/c-3.tar.gz',hashes={sha256='3'}}\n"
        "[[packages]]\nname='d'\nmarker='\"def\" not in dependency_groups'\nversion='3'\n"
        "sdist={url='https://h/d-3.tar.gz',hashes={sha256='3'}}\n"
        "[[packages]]\nname='both'\nsdist={path='/s/both-4.tar.gz',hashes={sha256='3'}}\n"
        "wheels=[{url='https://h/both-4-py3-none-any.whl',hashes={sha256='1'}}]\n"
        "[[packages]]\nname='v'\nvcs={type='git',url='https://h/v',commit-id='abc',subdirectory='s'}\n"
        "[[packages]]\nname='z'\narchive={url='https://h/z-1.zip',hashes={sha256='5'},subdirectory='s'}\n",
    "pylock.bad.toml": LOCK + "[[packages]]\nname='Not_Normal'\n",
    "pylock.twice.toml": LOCK + "[[packages]]\nname='v'\nvcs={type='git',url='https://h/v',commit-id='abc'}\n" * 2,
    "pylock.dir.toml": LOCK + "[[packages]]\nname='p'\ndirectory={path='proj'}\n"
        "[[packages]]\nname='q'\ndirectory={path='proj',editable=true}\n",
    "pylock.env.toml": LOCK + "environments=[\"os_name == 'nt'\"]\npackages=[]\n",
    "pylock.nofit.toml": LOCK + "[[packages]]\nname='a'\nwheels=[{url='https://h/a-1.0-cp27-cp27m-linux_x86_64.whl',"
        "hashes={sha256='00'}}]\n",
    "pylock.a.b.toml": "torch\n",
    "pylock.vtwo.toml": "lock-version = '2.0'\ncreated-by='t'\npackages=[]\n",
}

SNIPPETS = [
    "torch==2.1", "numpy", "# comment", "  # indented", "a # trailing", "a#nothash", "b>=1 ; python_version > '3'",
    "c;os_name=='nt'", f"d==1 --hash=sha256:{H}", f"e==1 \\\n  --hash=sha256:{H} \\\n  --hash=sha512:{H}{H}", "f \\",
    "-i https://i/simple", "--index-url https://i2", "--extra-index-url https://e1", "--no-index", "-f links",
    "--find-links https://f/", "--pre", "--prefer-binary", "--require-hashes", "--trusted-host h", "--no-binary a,b",
    "--only-binary :all:", "-e ./proj", "-e git+https://h/r#egg=g", "./proj", "./proj[x]", "-r other.txt",
    "-c con.txt", "--requirement=sub/more.txt", "g @ https://h/g-1.tar.gz", "https://h/h-1-py3-none-any.whl",
    "${TOKEN}", "i==${VERSION}", "j==${UNSET_ONE}", "k==$VERSION", "--extra-index-url https://${TOKEN}@h/", "",
    "\t l \t", "m==1\f", "n\x0bo", "p\u2028q", "r\u00a0# c", "s --hash", "-U", "t=1", "-r absent.txt", "u --pre",
    "'v'", "-f 'a b'", "-f \"open", "w -e ./proj", "./x-1-py3-none-any.whl", "\\", "#\\\nx", "y\\\\\nz", "--no-deps",
    "--use-feature=fast-deps", "-r loop.txt", "--config-settings a=b", "aa --config-settings a=b -Cc=d", "-c sub/c2.txt",
]


def requirement_files():
    base = dict(PROJECT, **{
        "other.txt": "other1\n--pre\n", "con.txt": "con1<2\ncon2 ; os_name=='nt'\n", "sub/more.txt": "-r deep.txt\nmore\n",
        "sub/deep.txt": "deep\n-f here\n-c ../con.txt\n", "sub/here/z": "", "links/z": "", "loop.txt": "a\n-r loop2.txt\n",
        "loop2.txt": "-r loop.txt\n", "x-1-py3-none-any.whl": "", "sub/c2.txt": "-r deep.txt\n-i https://con\n"})
    env = {"TOKEN": "tok", "VERSION": "1.2"}
    for i, text in enumerate(SNIPPETS):
        case(f"line-{i:02}", ["install", "-r", "r.txt"], dict(base, **{"r.txt": "first\n" + text + "\nlast\n"}), env)
        case(f"conline-{i:02}", ["install", "x", "-c", "r.txt"], dict(base, **{"r.txt": "first\n" + text + "\nlast\n"}), env)
    for i, data in enumerate([
        b"\xef\xbb\xbftorch\n", "torch\n".encode("utf-16"), "torch\n".encode("utf-32"), "# coding: latin-1\n# \xe9\nx\n".encode("latin-1"),
        b"\xff\xfe", b"x\r\ny\r\n", b"x\ry", b"", b"# -*- coding: nonsense -*-\nx\n", "# vim: set fileencoding=cp1252 :\n# \u20ac\nx".encode("cp1252"),
        b"#\n#coding=utf-8\nx # \xc3\xa9\n", b"x # \xff\xfe\n", b"-r\n", b"-r \n", b"x\\", b"\\\n\\\nx\\\n>1",
    ]):
        case(f"bytes-{i:02}", ["install", "-r", "r.txt"], {"r.txt": data.decode("latin-1"), "latin-1": True})
    for i, argv in enumerate([["-r", "sub/more.txt", "y", "-r", "other.txt"], ["-c", "sub/c2.txt", "-c", "con.txt", "y"],
                              ["-r", "absent.txt"], ["-c", "absent.txt", "x"], ["-r", "."], ["-r", "file:r.txt"],
                              ["-r", "sub/../r.txt"], ["-i", "https://cli", "--extra-index-url", "https://cli2", "-r", "r.txt"],
                              ["--no-index", "-r", "r.txt"], ["-rr.txt", "-fl"]]):
        case(f"files-{i}", ["install"] + argv, dict(base, **{"r.txt": "-i https://file\n--extra-index-url https://more\nz\n"}), env)


def configurations():
    conf = "home/.config/pip/pip.conf"
    for i, (files, env, argv) in enumerate([
        ({conf: "[global]\nindex-url = https://g\n[install]\nindex-url = https://i\nextra-index-url=\n  https://a\n  https://b\n"}, {}, ["x"]),
        ({conf: "[install]\nextra-index-url=https://a\n"}, {"PIP_EXTRA_INDEX_URL": "https://e https://f"}, ["--extra-index-url", "https://c", "x"]),
        ({conf: "[install]\nno-binary=:all:\n"}, {"PIP_NO_BINARY": "a,b"}, ["--only-binary", "b", "x"]),
        ({conf: "[global]\npre = yes\nuser = false\n"}, {}, ["x"]), ({conf: "[global]\npre = maybe\n"}, {}, ["x"]),
        ({conf: "[global]\ntimeout = soon\n"}, {}, ["x"]), ({conf: "[global]\ntimeout = 60\nretries=2\n"}, {}, ["x"]),
        ({conf: "nothing\n"}, {}, ["x"]), ({conf: "[global]\na=1\nA=2\n"}, {}, ["x"]), ({conf: "[global\nx=1"}, {}, ["x"]),
        ({conf: "[global]\nindex_url=https://u\nno_deps: 1\n"}, {}, ["x"]), ({conf: "[DEFAULT]\npre=1\n[install]\nupgrade=1\n"}, {}, ["x"]),
        ({"home/.pip/pip.conf": "[global]\nindex-url=https://legacy\n", conf: "[global]\nproxy=http://p\n"}, {}, ["x"]),
        ({"home/.pip/pip.conf": "[global]\nindex-url=https://legacy\n", conf: "[global]\nindex-url=\n"}, {}, ["x"]),
        ({conf: "[global]\nindex-url=https://g\n"}, {"PIP_INDEX_URL": ""}, ["x"]),
        ({conf: "[global]\nindex-url=https://g\n"}, {"PIP_CONFIG_FILE": "/dev/null", "PIP_PRE": "1"}, ["x"]),
        ({conf: "[global]\nindex-url=https://g\n", "my.conf": "[global]\npre=1\n"}, {"PIP_CONFIG_FILE": "my.conf"}, ["x"]),
        ({conf: "[global]\nindex-url=https://g\n"}, {"PIP_CONFIG_FILE": "absent.conf"}, ["x"]),
        ({conf: "[global]\nindex-url=https://g\n"}, {"PIP_PRE": "1"}, ["--isolated", "x"]),
        ({"xdg/pip/pip.conf": "[global]\npre=1\nindex-url=https://x\n", conf: "[install]\nindex-url=https://u\n"}, {"XDG_CONFIG_DIRS": "{dir}/xdg"}, ["x"]),
        ({"cfg/pip/pip.conf": "[global]\npre=1\n"}, {"XDG_CONFIG_HOME": "{dir}/cfg"}, ["x"]),
        ({"r.txt": "z\n", "c.txt": "z<2\n"}, {"PIP_REQUIREMENT": "r.txt", "PIP_CONSTRAINT": "c.txt"}, []),
        ({"r.txt": "z\n", "s.txt": "y\n"}, {"PIP_REQUIREMENT": "r.txt s.txt"}, ["-r", "r.txt", "q"]),
        ({}, {"PIP_FIND_LINKS": "a b", "PIP_NO_INDEX": "true"}, ["x"]), ({}, {"PIP_UPGRADE": "1", "PIP_UPGRADE_STRATEGY": "eager"}, ["x"]),
        ({}, {"PIP_UPGRADE_STRATEGY": "wild"}, ["x"]), ({}, {"PIP_NO_BUILD_ISOLATION": "1"}, ["x"]), ({}, {"PIP_NO_BUILD_ISOLATION": "0"}, ["x"]),
        ({}, {"PIP_NO_CACHE_DIR": "off"}, ["x"]), ({}, {"PIP_NO_CACHE_DIR": "perhaps"}, ["x"]), ({}, {"PIP_VERBOSE": "2", "PIP_QUIET": "x"}, ["x"]),
        ({}, {"PIP_TARGET": "t"}, ["x"]), ({}, {"PIP_USER": "1"}, ["x"]), ({}, {"PIP_USER": "0"}, ["x"]), ({}, {"PIP_TRUSTED_HOST": "a\n b"}, ["--trusted-host", "c", "x"]),
        ({}, {"PIP_DEFAULT_TIMEOUT": "100"}, ["x"]), ({}, {"PIP_REQUIRE_HASHES": "y"}, ["x"]), ({}, {"PIP_PYTHON_VERSION": "3.9", "PIP_NO_DEPS": "1", "PIP_TARGET": "d"}, ["x"]),
        ({}, {"PIP_EDITABLE": "nowhere"}, ["x"]), ({}, {"pip_pre": "1", "PIP_HELP": "1", "PIP_VERSION": "1"}, ["x"]),
        ({conf: "[uninstall]\nyes=1\nrequirement=r.txt\n", "r.txt": "q\n"}, {}, None), ({conf: "[install]\n\n  \nextra-index-url =\n    # c\n    https://a\n\n    https://b\n"}, {}, ["x"]),
        ({conf: "[global]\nunknown-thing=1\n[list]\nformat=json\n"}, {}, ["x"]), ({conf: "[global]\ntrusted-host = a\n b\nfind-links = ~/x\n"}, {}, ["x"]),
        ({conf: "\ufeff[global]\npre=1\n"}, {}, ["x"]), ({conf: "[global]\n--index-url = https://dashes\n"}, {}, ["x"]),
        ({conf: "[install]\nprefer-binary = 1\n[install ]\npre=1\n"}, {}, ["x"]), ({conf: "[global]\nindex-url: https://h:8080/s # not a comment\n"}, {}, ["x"]),
    ]):
        case(f"conf-{i:02}", ["install"] + argv if argv is not None else ["uninstall", "-y"], files, env)


def random_cases(n, seed):
    rng = random.Random(seed)
    words = ["x", "torch==2", "-U", "--pre", "-r", "r.txt", "-c", "c.txt", "-i", "https://i", "--no-index", "-f", "l", "--no-binary",
             ":all:", "a,b", "--only-binary=a", "--user", "-t", "d", "--no-deps", "--upg", "--no-de", "-e", "./proj", "./proj", "--",
             "-qU", "--timeout=3", "y;os_name=='nt'", "--upgrade-strategy", "eager", "--prefer-binary", "--extra-index-url=https://e"]
    for i in range(n):
        text = "\n".join(rng.choice(SNIPPETS) for _ in range(rng.randrange(1, 8))) + "\n"
        if rng.random() < 0.3:  # a byte more, less or other
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(["", "\\", "#", " ", "-", "\n", "'", "é"]) + text[at + rng.randrange(2):]
        argv = ["install"] + [rng.choice(words) for _ in range(rng.randrange(1, 7))]
        if rng.random() < 0.6:
            argv += ["-r", "r.txt"]
        files = dict(PROJECT, **{"r.txt": text, "c.txt": "con<1\n" + rng.choice(SNIPPETS) + "\n", "other.txt": "o\n",
                                 "con.txt": "con1<2\n", "sub/more.txt": "m\n", "sub/c2.txt": "c2\n"})
        case(f"random-{seed}-{i}", argv, files, {"TOKEN": "t", "VERSION": "9"})


# ------------------------------------------------------------------------------------------------ inside pip's Python

def inside(piphome):
    sys.path.insert(0, piphome)
    import logging
    logging.disable(logging.CRITICAL)
    from pip._internal.commands import create_command
    from pip._internal.models.index import PyPI
    import pip
    create_command("install")
    create_command("uninstall")
    release = tuple(int(x) for x in pip.__version__.split(".")[:2])
    base_env = dict(os.environ)

    def line(ireq):
        req = ireq.req
        hashes = [f"{a}:{h}" for a, l in (ireq.hash_options or {}).items() for h in l]
        settings = [f"{k}={x}" for k, v in (getattr(ireq, "config_settings", None) or {}).items()
                    for x in (v if isinstance(v, list) else [v])]
        from pip._vendor.packaging.utils import canonicalize_name
        return {"project": canonicalize_name(req.name) if req else None, "specifier": str(req.specifier) if req else "",
                "extras": sorted({canonicalize_name(e) for e in ireq.extras}), "url": ireq.link.url if ireq.link else None,
                "editable": bool(ireq.editable), "holds": bool(ireq.match_markers()), "hashes": sorted(hashes),
                "origin": ireq.comes_from if isinstance(ireq.comes_from, str) else None, "settings": sorted(settings)}

    def control(names):
        return sorted(names)

    def run(spec):
        from pip._internal.cli import cmdoptions
        from pip._internal.cli.main_parser import parse_command
        name, args = parse_command(list(spec["argv"]))
        command = create_command(name, isolated="--isolated" in args)
        with command.main_context():
            options, args = command.parse_args(args)
            if getattr(options, "require_venv", False) and sys.prefix == sys.base_prefix:
                raise ValueError("no virtualenv")
            if name == "uninstall":
                from pip._internal.req import parse_requirements
                from pip._internal.req.constructors import install_req_from_line, install_req_from_parsed_requirement
                from pip._vendor.packaging.utils import canonicalize_name
                session = command.get_default_session(options)
                found = {}
                for text in args:
                    req = install_req_from_line(text, isolated=True)
                    if req.name:
                        found[canonicalize_name(req.name)] = req
                for filename in options.requirements:
                    for parsed in parse_requirements(filename, options=options, session=session):
                        req = install_req_from_parsed_requirement(parsed, isolated=True)
                        if req.name:
                            found[canonicalize_name(req.name)] = req
                if not found:
                    raise ValueError("at least one")
                return {"names": sorted(found)}
            from pip._internal.commands.install import decide_user_install
            if options.use_user_site and options.target_dir is not None:
                raise ValueError("user and target")
            strategy = options.upgrade_strategy if options.upgrade else "to-satisfy-only"
            for check in ("check_only_deps_option_does_not_conflict", "check_release_control_exclusive"):
                if hasattr(cmdoptions, check):
                    getattr(cmdoptions, check)(options)
            if hasattr(command, "check_build_constraints"):
                command.check_build_constraints(options)
            elif hasattr(cmdoptions, "check_build_constraints"):
                cmdoptions.check_build_constraints(options)
            cmdoptions.check_dist_restriction(options, check_target=True)
            user = decide_user_install(options.use_user_site, prefix_path=options.prefix_path, target_dir=options.target_dir,
                                       root_path=options.root_path, isolated_mode=options.isolated_mode)
            if options.target_dir:
                options.ignore_installed = True
            if options.cache_dir:
                options.cache_dir = os.path.abspath(options.cache_dir)
            session = command.get_default_session(options)
            finder = command._build_package_finder(options=options, session=session,
                                                   target_python=cmdoptions.make_target_python(options),
                                                   ignore_requires_python=options.ignore_requires_python)
            reqs = command.get_requirements(args, options, finder, session)
            constraints = [r for r in reqs if r.constraint]
            from pip._internal.req.req_install import check_invalid_constraint_type
            for req in constraints:
                problem = check_invalid_constraint_type(req)
                if problem:
                    raise ValueError(problem)
            release_control = getattr(finder, "release_control", None)
            locked = {n: l.url for n, l in getattr(finder, "_locked_links", {}).items()}
            roots = [dict(line(r), locked=locked.get(r.name) if locked else None) for r in reqs if not r.constraint]
            prior = getattr(options, "uploaded_prior_to", None)
            version = options.python_version
            return {
                "roots": roots, "constraints": [dict(line(r), locked=None) for r in constraints],
                "indexes": ["DEFAULT" if u == PyPI.simple_url else u for u in finder.index_urls],
                "find_links": list(finder.find_links), "no_binary": control(finder.format_control.no_binary),
                "only_binary": control(finder.format_control.only_binary),
                "all_releases": control(release_control.all_releases) if release_control else
                ([":all:"] if finder.allow_all_prereleases else []),
                "only_final": control(release_control.only_final) if release_control else [],
                "prefer_binary": bool(finder.prefer_binary), "upgrade": strategy,
                "trusted_hosts": sorted({h + (f":{p}" if p else "") for h, p in session.pip_trusted_origins}),
                "require_hashes": bool(options.require_hashes), "force_reinstall": bool(options.force_reinstall),
                "ignore_installed": bool(options.ignore_installed), "no_deps": bool(options.ignore_dependencies),
                "only_deps": bool(getattr(options, "only_dependencies", False)), "user": bool(user),
                "ignore_requires_python": bool(options.ignore_requires_python), "dry_run": bool(getattr(options, "dry_run", False)),
                "no_build_isolation": not options.build_isolation, "target": options.target_dir, "prefix": options.prefix_path,
                "root": options.root_path, "python_version": ".".join(map(str, version)) if version else None,
                "implementation": options.implementation, "platforms": options.platforms or [], "abis": options.abis or [],
                "proxy": options.proxy or (options.proxy if release >= (26, 2) else None), "cert": options.cert, "client_cert": options.client_cert,
                "no_cache": not options.cache_dir, "no_input": bool(options.no_input),
                "keyring_provider": getattr(options, "keyring_provider", "auto"),
                "uploaded_prior_to": __import__("datetime").datetime.fromtimestamp(
                    int(prior.timestamp()), __import__("datetime").timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if prior else None,
            }

    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for text in sys.stdin:
        spec = json.loads(text)
        child = os.fork()  # pip keeps what it parsed in default values of its options
        if child:
            os.waitpid(child, 0)
            continue
        os.environ.clear()
        os.environ.update(base_env)
        os.environ.update(spec["env"])
        os.chdir(spec["dir"])
        try:
            result = run(spec)
        except BaseException as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        os.write(out, (json.dumps(result) + "\n").encode())
        os._exit(0)


# --------------------------------------------------------------------------------------------------------- comparison

def known(release, theirs, message):
    """Differences that are meant: our reading of versions, specifiers and encodings is that of the newest pip."""
    if message and message[2]:
        return "error" in theirs  # an option that this pip does not have is passed over, and noted
    text = str(theirs.get("error")) + str(message and message[0])
    return release < 2600 and any(part in text for part in (
        "expected a version after the operator",  # legacy specifiers, to 24.0
        "Invalid requirement: 'x>=1,'", "Invalid requirement: '\\x00t"))  # a comma at the end; UTF-32


def normal(result, folder):
    """Ours or pip's in a form in which equal things are equal."""
    if "error" in result:
        return {"error": True}
    if "names" in result:
        return result
    for line in result["roots"] + result["constraints"]:
        line.pop("vcs", None)
        if line["origin"]:  # nested files: absolute since 24.3
            flag, _, rest = line["origin"].partition(" ")
            line["origin"] = f"{flag} {os.path.normpath(rest.replace(folder + '/', ''))}"
        if (line["origin"] or "").startswith("--"):  # pip does not say where these are from
            line["origin"] = None
        if (line["origin"] or "").startswith("-c"):  # nothing is built for a constraint
            line["settings"] = []
        line["hashes"] = sorted(line["hashes"])
        line["settings"] = sorted(line["settings"])
        line["specifier"] = ",".join(sorted(line["specifier"].split(",")))
    result["trusted_hosts"] = sorted(set(result["trusted_hosts"]))
    for key in ("no_binary", "only_binary", "all_releases", "only_final"):
        result[key] = sorted(result[key])
    if result["target"]:
        result["target"] = os.path.join(folder, result["target"])
    version = result["python_version"]
    if version and "." not in version and len(version) > 1:
        result["python_version"] = f"{version[0]}.{version[1:]}"
    return result


def ours(dump, python, piphome, spec, environment):
    argv = spec["argv"]
    env = dict(environment, **spec["env"])
    done = subprocess.run([dump, python, piphome] + argv, cwd=spec["dir"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        return {"crash": done.returncode, "stderr": done.stderr.decode("utf-8", "replace")[-2000:]}, None
    result = json.loads(done.stdout)
    message = result.get("error"), result.pop("notes", None), result.get("unknown_options")
    if "error" in result:
        return {"error": True}, message
    if argv[0] == "uninstall":
        return {"names": sorted(r["project"] for r in result["roots"])}, message
    if result.pop("default_index", False):
        result["indexes"][0] = "DEFAULT"
    return result, message


def write_case(folder, spec):
    for name, text in spec["files"].items():
        if name == "latin-1":
            continue
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text.encode("latin-1" if "latin-1" in spec["files"] else "utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump")
    parser.add_argument("pips", nargs="+", metavar="PYTHON=PIPDIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--case")
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    command_lines()
    requirement_files()
    configurations()
    random_cases(args.random, args.seed)
    specs = [s for s in CASES if not args.case or s["name"].startswith(args.case)]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "XDG_CONFIG_DIRS": "/nonexistent"}
    failed = total = 0
    with tempfile.TemporaryDirectory() as top:
        top = os.path.realpath(top)
        environment["ENVGUARD_CACHE_DIR"] = os.path.join(top, "cache")
        for number, spec in enumerate(specs):
            spec["dir"] = os.path.join(top, f"case{number}")
            os.makedirs(spec["dir"])
            write_case(spec["dir"], spec)
            spec["env"] = {k: v.replace("{dir}", spec["dir"]) for k, v in spec["env"].items()}
            spec["env"].setdefault("HOME", os.path.join(spec["dir"], "home"))
        for pair in args.pips:
            python, _, piphome = pair.partition("=")
            version = [n for n in os.listdir(piphome) if n.startswith("pip-")][0].split("-")[1].replace(".dist", "")
            release = int(version.split(".")[0]) * 100 + int(version.split(".")[1])
            todo = [s for s in specs if not s["since"] or s["since"] <= release]
            text = "".join(json.dumps(s) + "\n" for s in todo)
            pip = subprocess.run([python, os.path.abspath(__file__), "--inside", piphome], input=text.encode(), env=environment,
                                 stdout=subprocess.PIPE)
            answers = [json.loads(l) for l in pip.stdout.decode().splitlines()]
            if len(answers) != len(todo):
                sys.exit(f"pip {version} answered {len(answers)} of {len(todo)} cases")
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                mine = list(pool.map(lambda s: ours(args.dump, python, piphome, s, environment), todo))
            differ = 0
            for spec, theirs, (result, message) in zip(todo, answers, mine):
                a, b = normal(theirs, spec["dir"]), normal(result, spec["dir"]) if "crash" not in result else result
                keys = [k for k in a if a.get(k) != b.get(k)] or (["error"] if "error" in b and "error" not in a else [])
                if known(release, theirs, message):
                    keys = []
                total += 1
                if keys:
                    differ += 1
                    print(f"pip {version} {spec['name']}: {spec['argv']} {spec['env'] if args.v else ''}")
                    if args.v:
                        print("   ", {k: v for k, v in spec["files"].items() if not k.startswith("proj/")})
                    for key in keys:
                        print(f"    {key}\n      pip  {theirs.get(key)}\n      ours {result.get(key)} {message[0] if message else ''}")
            print(f"pip {version}: {len(todo) - differ} of {len(todo)} alike")
            failed += differ
    print(f"{total - failed} of {total} alike")
    return failed > 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2])
    else:
        sys.exit(main())
