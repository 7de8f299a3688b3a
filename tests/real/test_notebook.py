#!/usr/bin/env python3
"""The gate in a notebook: a real kernel runs %pip, !pip and a subprocess; what they print is what its reader sees.

usage: test_notebook.py ENVGUARD         with a Python that has ipykernel and pip; exit status 77: it lacks one
"""
import importlib.util
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_gate

SKIPPED, BLOCKED, PATIENCE = 77, 10, 120


class Notebook:
    def __init__(self, bench):
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager(connection_file=os.path.join(bench.root, "kernel.json"))
        python = os.path.join(bench.bin, "python")
        self.manager._kernel_spec = KernelSpec(argv=[python, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
        environ = dict(bench.environ, PATH=f"{bench.bin}:{os.environ['PATH']}", IPYTHONDIR=os.path.join(bench.root, "ipython"))
        environ.pop("CI", None)
        self.manager.start_kernel(env=environ, cwd=bench.root)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def cell(self, code):
        """What it prints, on both streams, without colours."""
        texts = []

        def hook(message):
            content = message["content"]
            texts.append(content.get("text") or "\n".join(content.get("traceback", ())) or content.get("data", {}).get("text/plain", ""))

        self.client.execute_interactive(code, output_hook=hook, timeout=PATIENCE, allow_stdin=False)
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(texts))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def check(bench):
    bench.make("torch==2.4.1+cu121")
    with open(os.path.join(bench.site, "kernel.pth"), "w") as f:  # the kernel's own packages lie where this program has them
        f.write(os.path.dirname(os.path.dirname(importlib.util.find_spec("ipykernel").origin)) + "\n")
    bench.guard()
    before = bench.tree()
    notebook = Notebook(bench)
    try:
        for code in ("%pip install torchpack", "!pip install torchpack", "!{sys.executable} -m pip install torchpack",
                     "print(subprocess.run([sys.executable, '-m', 'pip', 'install', 'torchpack']).returncode)"):
            seen = notebook.cell("import subprocess, sys\n" + code)
            assert "BLOCK" in seen and "nothing has been changed" in seen and "go on all the same?" not in seen, (code, seen)
            assert bench.tree() == before, code
        assert notebook.cell("print(_exit_code)").strip() == str(BLOCKED)
        seen = notebook.cell("%pip install harmless==1.0")
        assert "Successfully installed harmless-1.0" in seen and "envguard" not in seen, seen
        assert bench.tree() != before
    finally:
        notebook.close()


def main():
    missing = [name for name in ("pip", "ipykernel", "jupyter_client") if not importlib.util.find_spec(name)]
    if missing:
        print("skipped: this Python has no " + " and no ".join(missing))
        return SKIPPED
    pip = os.path.dirname(os.path.dirname(importlib.util.find_spec("pip").origin))
    with tempfile.TemporaryDirectory() as root:
        check(test_gate.Bench(os.path.abspath(sys.argv[1]), sys.executable, pip, os.path.realpath(root)))
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
