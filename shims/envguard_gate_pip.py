# The second file of envguard's pip gate, loaded when pip's install or uninstall is (see envguard_gate.py beside it).
import email.parser
import os
import sys
import sysconfig
import tempfile
import zipfile

from envguard_gate_ask import BLOCKED, ask, held, look_after, off, typed, unjudged


def find_spec(name, path, target):
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(name, path, target)
    if spec is not None and spec.loader is not None:
        spec.loader = _Loader(spec.loader, _MODULES[name])
    return spec


class _Loader:
    def __init__(self, loader, attach):
        self.loader, self.attach = loader, attach

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        create = getattr(self.loader, "create_module", None)
        return create(spec) if create else None

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        if hasattr(self.loader, "exec_module"):
            self.loader.exec_module(module)
        else:  # a zip file before Python 3.10
            exec(self.loader.get_code(module.__name__), module.__dict__)
        if off():
            return
        try:
            self.attach(module)
        except Exception as error:
            if not unjudged("cannot attach to this pip (%s: %s)" % (type(error).__name__, error)):
                sys.exit(BLOCKED)


class _Blocked(BaseException):
    """No Exception, so that pip's own handlers let it pass up to the command."""


class _Gate:
    """One pip command on its way."""

    def __init__(self, action):
        self.action, self.arguments, self.options, self.requested, self.allowed = action, [], None, [], None
        self.before = []

    def begin(self, options, arguments):
        self.options, self.requested, self.allowed, self.before = options, [], None, _installed()
        if not self.arguments:
            self.arguments = list(arguments)

    def concerns_us(self):
        """What pip puts into the temporary environment of a build is nobody's installation."""
        return "pip-build-env-" not in (getattr(self.options, "prefix_path", None) or "")

    def asks_nothing(self):
        return bool(getattr(self.options, "no_input", False) or getattr(self.options, "yes", False))

    def indexes(self):
        if getattr(self.options, "no_index", False):
            return []
        first = getattr(self.options, "index_url", None)
        return ([first] if first else []) + list(getattr(self.options, "extra_index_urls", None) or [])

    def target(self):
        for name in ("target_dir", "prefix_path", "root_path"):
            if getattr(self.options, name, None):
                return getattr(self.options, name)
        return None

    def judge(self, packages):
        """Raises _Blocked where the transaction must not happen. PACKAGES None: not known to us."""
        pip = sys.modules.get("pip")
        transaction = {
            "tool": "pip",
            "tool_version": getattr(pip, "__version__", None),
            "action": self.action,
            "command": ["pip", self.action] + [str(word) for word in self.arguments],
            "python": sys.executable,
            "target": self.target(),
            "user": bool(getattr(self.options, "use_user_site", False)),
            "upgrade": bool(getattr(self.options, "upgrade", False)),
            "typed": typed() and not self.asks_nothing(),
            "indexes": self.indexes(),
            "requested": self.requested,
            "packages": packages,
            "before": self.before,
        }
        if not ask(transaction):
            raise _Blocked()


def _installed():
    """As it is when pip begins: builds may change it before there is a list to show."""
    try:
        return [name for name in os.listdir(sysconfig.get_paths()["purelib"]) if name.endswith(".dist-info")]
    except (OSError, KeyError):
        return []


def _text(value):
    return None if value is None else str(value)


def _metadata(req):
    try:
        return req.metadata
    except Exception:  # of a wheel, pip before 21.1 does not know it yet
        with zipfile.ZipFile(req.local_file_path) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
            return email.parser.Parser().parsestr(wheel.read(name).decode("utf-8", "replace"))


def _package(req):
    """What one of pip's InstallRequirements is going to put in place."""
    metadata, link = _metadata(req), req.link
    info = getattr(req, "download_info", None)
    hashes = getattr(getattr(info, "info", None), "hashes", None) or {}
    if link is not None and not hashes and link.hash_name:
        hashes = {link.hash_name: link.hash}
    return {
        "name": _text(metadata["Name"]) or req.name,
        "version": _text(metadata["Version"]),
        "requested": bool(req.user_supplied),
        "replaces": bool(req.should_reinstall),
        "editable": bool(req.editable),
        "direct": bool(getattr(req, "is_direct", False)),
        "extras": sorted(req.extras),
        "file": link.filename if link is not None else None,
        "url": link.url_without_fragment if link is not None else None,
        "sha256": hashes.get("sha256"),
        "requires": [str(line) for line in metadata.get_all("Requires-Dist") or []],
    }


def _key(packages):
    return sorted((package["name"], package["version"] or "") for package in packages)


def _wrap_command(command, gate):
    """COMMAND's main and run, so that its arguments are known and a refusal becomes its exit status."""
    main, run = command.main, command.run

    def gated_main(self, args):
        gate.arguments = list(args)
        return main(self, args)

    def gated_run(self, options, args):
        gate.begin(options, args)
        try:
            return run(self, options, args)
        except _Blocked:
            return BLOCKED
        finally:
            gate.arguments = []
            look_after()

    command.main, command.run = gated_main, gated_run


def _attach_install(module):
    gate, command = _Gate("install"), module.InstallCommand
    _wrap_command(command, gate)
    if not (hasattr(module, "install_given_reqs") and hasattr(command, "make_resolver")):
        return _attach_unknown(command, gate)
    install, get, make = module.install_given_reqs, command.get_requirements, command.make_resolver

    def get_requirements(self, *args, **kwargs):
        found = get(self, *args, **kwargs)
        gate.requested = [str(req.req or req.link) for req in found if not req.constraint]
        return found

    def make_resolver(*args, **kwargs):
        """Judges as soon as the list is known, before anything more is downloaded."""
        resolver = make(*args, **kwargs)
        resolve = resolver.resolve

        def gated_resolve(*a, **k):
            found = resolve(*a, **k)
            if not getattr(gate.options, "dry_run", False) and gate.concerns_us():
                try:
                    packages = [_package(req) for req in found.requirements_to_install]
                except Exception:  # not told yet by this pip, or an sdist that is still to be built
                    return found
                if packages:
                    gate.judge(packages)
                    gate.allowed = _key(packages)
            return found

        resolver.resolve = gated_resolve
        return resolver

    def install_given_reqs(requirements, *args, **kwargs):
        requirements = list(requirements)
        if requirements and gate.concerns_us():
            try:
                packages = [_package(req) for req in requirements]
            except Exception as error:
                if not unjudged("cannot read this pip's list (%s: %s)" % (type(error).__name__, error)):
                    raise _Blocked()
            else:
                if gate.allowed != _key(packages):
                    gate.judge(packages)
        return install(requirements, *args, **kwargs)

    module.install_given_reqs = install_given_reqs
    command.get_requirements, command.make_resolver = get_requirements, staticmethod(make_resolver)


def _attach_unknown(command, gate):
    """A pip of another shape: its command is judged by a forecast before it begins."""
    run = command.run

    def forecast_run(self, options, args):
        gate.begin(options, args)
        if not getattr(options, "dry_run", False):
            try:
                gate.judge(None)
            except _Blocked:
                return BLOCKED
        with _Constraints(options):
            return run(self, options, args)

    command.run = forecast_run


class _Constraints:
    """What is there of the GPU stack, given to a pip of which only a forecast is known; beside the user's own."""

    def __init__(self, options):
        self.specs, self.path = held() if hasattr(options, "constraints") else [], None
        if self.specs:
            fd, self.path = tempfile.mkstemp(prefix="envguard-constraints-", suffix=".txt")
            with os.fdopen(fd, "w") as f:
                f.write("\n".join(self.specs) + "\n")
            options.constraints = list(options.constraints or []) + [self.path]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if self.path:
            os.unlink(self.path)
        if self.path and kind:
            sys.stderr.write("envguard: held as constraints, as this pip does not tell what it will do: %s; name in the "
                             "command what shall move, or let it go without by ENVGUARD=off\n" % ", ".join(self.specs))


def _attach_uninstall(module):
    gate, command = _Gate("uninstall"), module.UninstallCommand
    _wrap_command(command, gate)
    last = "protect_pip_from_modification_on_windows"  # called once, when all names are read
    if not hasattr(module, last):
        return _attach_unknown(command, gate)
    protect = getattr(module, last)

    def collecting(make):
        def made(*args, **kwargs):
            req = make(*args, **kwargs)
            if req.name:
                gate.requested.append(str(req.req))
            return req

        return made

    def gated(*args, **kwargs):
        gate.judge([])
        return protect(*args, **kwargs)

    for name in ("install_req_from_line", "install_req_from_parsed_requirement"):
        if hasattr(module, name):
            setattr(module, name, collecting(getattr(module, name)))
    setattr(module, last, gated)


_MODULES = {
    "pip._internal.commands.install": _attach_install,
    "pip._internal.commands.uninstall": _attach_uninstall,
}
