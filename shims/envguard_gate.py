# envguard's pip gate: before pip installs or uninstalls anything in this environment, its list is shown to
# `envguard gate pip`, which may refuse it. This file only waits for pip; the rest is in envguard_gate_pip.py.
# Put here by `envguard enable`, removed by `envguard disable`, beside envguard_gate.pth (up to Python 3.17) and
# envguard_gate.start (from Python 3.15, PEP 829). The line in the first asks for this file once a command of pip is
# imported, as every Python runs it at its start; the second calls watch().
import sys

_told = []


class EnvguardGate:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return find_spec(name, path, target) if name.startswith("pip._internal.commands.") else None


def watch():
    if EnvguardGate not in sys.meta_path:
        sys.meta_path.insert(0, EnvguardGate)


def find_spec(name, path=None, target=None):
    """Two modules of pip are waited for."""
    if name not in ("pip._internal.commands.install", "pip._internal.commands.uninstall"):
        return None
    try:
        from envguard_gate_pip import find_spec as find
    except Exception as error:  # never the reason that pip fails
        if not _told:  # the start-up files of a virtual environment are run twice, so two wait for pip
            sys.stderr.write("envguard: its gate cannot be loaded (%s): pip is not guarded\n" % error)
        _told.append(name)
        return None
    return find(name, path, target)
