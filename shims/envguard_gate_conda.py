# envguard's conda plugin: before conda changes an environment, the records that it will unlink and link are shown to
# `envguard gate conda`, which may refuse them. Put here by `envguard enable`, removed by `envguard disable`.
from conda import plugins


@plugins.hookimpl
def conda_pre_solves():
    yield _type("CondaPreSolve")("envguard-gate", _before_solve)


@plugins.hookimpl
def conda_post_solves():
    yield _type("CondaPostSolve")("envguard-gate", _after_solve)


@plugins.hookimpl
def conda_pre_transaction_actions():
    """Also explicit lists of files and `remove --all` come here, which nothing solves (conda 25.5 and later)."""
    yield _type("CondaPreTransactionAction")("envguard-gate", _action())


def _type(name):
    try:
        from conda.plugins import types
    except ImportError:
        types = plugins
    return getattr(types, name, None) or getattr(plugins, name)


_asked = {"specs": [], "allowed": None}


def _before_solve(specs_to_add, specs_to_remove):
    _asked["specs"] = [str(spec) for spec in (*specs_to_add, *specs_to_remove)]


def _after_solve(repodata_fn, unlink_precs, link_precs):
    from conda.base.context import context

    _judge(context.target_prefix, unlink_precs, link_precs, _asked["specs"])


def _action():
    from conda.core.path_actions import Action

    class Judge(Action):
        def __init__(self, context, prefix, unlink_precs, link_precs, remove_specs, update_specs, neutered_specs):
            super().__init__(context, prefix, unlink_precs, link_precs, remove_specs, update_specs, neutered_specs)
            named = [str(spec) for spec in (*(remove_specs or ()), *(update_specs or ()))]
            # here and not in verify(), whose errors conda gathers under an exit status of its own
            _judge(prefix, unlink_precs or (), link_precs or (), _asked["specs"] or named)

        def verify(self):
            self._verified = True

        def execute(self):
            pass

        def reverse(self):
            pass

        def cleanup(self):
            pass

    return Judge


def _judge(prefix, unlink, link, specs):
    from conda.base.context import context
    from conda.exceptions import CondaError
    import atexit

    from envguard_gate_ask import BLOCKED, ask, look_after, off, unjudged

    if off() or context.dry_run or not (unlink or link):
        return
    key = (str(prefix), sorted(map(str, unlink)), sorted(map(str, link)))
    if _asked["allowed"] == key:
        return
    try:
        transaction = _transaction(prefix, unlink, link, specs)
    except Exception as error:
        allowed = unjudged("cannot read conda's transaction (%s: %s)" % (type(error).__name__, error))
    else:
        allowed = ask(transaction)
    if not allowed:
        error = CondaError("envguard has blocked this transaction; nothing has been changed")
        error.return_code = BLOCKED
        raise error
    if _asked["allowed"] is None:
        atexit.register(look_after)
    _asked["allowed"] = key


def _transaction(prefix, unlink, link, specs):
    import os
    import sys

    from conda import __version__
    from conda.base.context import context
    from conda.models.channel import Channel

    from envguard_gate_ask import typed

    own = os.path.basename(sys.argv[0]) in ("conda", "conda-script.py", "__main__.py")
    return {
        "tool": "conda",
        "tool_version": __version__,
        "action": "install",
        "command": ["conda"] + (sys.argv[1:] if own else ["install"] + specs),
        "prefix": str(prefix),
        "typed": typed() and not context.always_yes,
        "indexes": [url for name in context.channels for url in Channel(name).base_urls],
        "requested": specs,
        "removed": [record.name for record in unlink],
        "packages": [_package(record) for record in link],
    }


def _package(record):
    return {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "build_number": record.build_number,
        "channel": record.channel.canonical_name,
        "subdir": record.subdir,
        "file": record.fn,
        "url": record.url,
        "sha256": record.get("sha256"),
        "size": record.get("size"),
        "requires": [str(spec) for spec in record.get("depends") or ()],
        "constrains": [str(spec) for spec in record.get("constrains") or ()],
    }
