# envguard's pip gate: before pip installs or uninstalls anything in this environment, its list is shown to
# `envguard gate pip`, which may refuse it. This file only waits for pip; the rest is in envguard_gate_pip.py.
# Put here by `envguard enable`, removed by `envguard disable`, beside envguard_gate.pth (up to Python 3.17) and
# envguard_gate.start (from Python 3.15, PEP 829), which call watch().
import sys


def watch():
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


class Finder:
    """Every Python runs this at its start, so it does as little as can be: two modules of pip are waited for."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in ("pip._internal.commands.install", "pip._internal.commands.uninstall"):
            return None
        try:
            from envguard_gate_pip import find_spec
        except Exception as error:  # never the reason that pip fails
            sys.stderr.write("envguard: its gate cannot be loaded (%s): pip is not guarded\n" % error)
            return None
        return find_spec(name, path, target)
