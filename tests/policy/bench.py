"""What the tests of the policy share: an environment with torch, an index, and pip's name in front of a pip that only says so."""
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BLOCKED = 10
HOST = {"driver": "580.65.06", "cuda": "13.0", "gpus": [{"name": "NVIDIA A100", "compute_capability": "8.0"}]}
INSTALLED = ["torch 2.4.1+cu121"]
INDEX = ["torch 2.15.0", "foo 1.0 requires torch>=2.14", "quux 1.0"]


def scenarios():
    loader = importlib.machinery.SourceFileLoader("scenarios", os.path.join(HERE, "../cases/run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("scenarios", loader))
    loader.exec_module(module)
    return module


class Bench:
    def __init__(self, envguard):
        self.envguard = os.path.abspath(envguard)
        self.place = os.path.realpath(tempfile.mkdtemp(prefix="policy-"))
        made = scenarios()
        made.make_environment(self.path("env"), INSTALLED)
        made.make_index(self.path("index/simple"), INDEX)
        made.write(self.path("host.json"), json.dumps(HOST))
        made.write(self.path("env/bin/pip"), "#!/bin/sh\necho real\n")
        os.chmod(self.path("env/bin/pip"), 0o755)
        for folder in ("shims", "work"):
            os.makedirs(self.path(folder))
        os.symlink(self.envguard, self.path("shims/pip"))
        self.environ = {
            "PATH": ":".join((self.path("shims"), self.path("env/bin"), "/usr/bin", "/bin")), "VIRTUAL_ENV": self.path("env"),
            "HOME": self.path("home"), "XDG_CACHE_HOME": self.path("cache"), "LANG": "C.UTF-8", "USER": "alice", "ENVGUARD_TIMEOUT": "100",
            "PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": "file://" + self.path("index/simple"),
            "ENVGUARD_HOST": self.path("host.json"), "ENVGUARD_MIRRORS": "https://download.pytorch.org/whl=file:///none",
            **{k: v for k, v in os.environ.items() if k in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")}}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.place, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.place, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def policy(self, content):
        """The user's own."""
        return self.write("home/.config/envguard/policy.json", content)

    def run(self, *argv, **environ):
        """Exit status, standard output, standard error."""
        program = self.envguard if argv[0] == "envguard" else self.path("shims/pip")
        p = subprocess.run(argv, executable=program, cwd=self.path("work"), env={**self.environ, **environ}, input="",
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=120)
        return p.returncode, p.stdout, p.stderr
