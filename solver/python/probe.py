# Run inside the interpreter that envguard is asked about: prints one line of JSON after a marker (see interpreter.c).
# Must parse on every Python back to 2.7, so that an old one can be refused by its version.
import sys

MARK = "envguard-interpreter:"


def without_working_directory():
    # `-c` puts it there; neither pip's script nor `python -m pip` looks into it
    if sys.path and sys.path[0] == "":
        del sys.path[0]


def marker_environment():
    # packaging.markers.default_environment
    import os
    import platform

    v = sys.implementation.version
    implementation = "%d.%d.%d" % v[:3]
    if v.releaselevel != "final":
        implementation += v.releaselevel[0] + str(v.serial)
    return {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation,
    }


def glibc_version():
    # packaging._manylinux
    import os

    try:
        return os.confstr("CS_GNU_LIBC_VERSION").rsplit()[1]
    except (AttributeError, OSError, ValueError, IndexError):
        pass
    try:
        import ctypes

        version = ctypes.CDLL(None).gnu_get_libc_version
        version.restype = ctypes.c_char_p
        return version().decode("ascii")
    except (ImportError, OSError, AttributeError):
        return None


def elf_interpreter(path):
    import struct

    with open(path, "rb") as f:
        ident = f.read(16)
        if ident[:4] != b"\x7fELF":
            return None
        order = "<" if ident[5:6] == b"\1" else ">"
        wide = ident[4:5] == b"\2"
        layout = order + ("HHIQQQIHHH" if wide else "HHIIIIIHHH")
        header = struct.unpack(layout, f.read(struct.calcsize(layout)))
        for i in range(header[9]):
            f.seek(header[4] + header[8] * i)
            if wide:
                kind, _, offset, _, _, size = struct.unpack(order + "IIQQQQ", f.read(40))
            else:
                kind, offset, _, _, size = struct.unpack(order + "IIIII", f.read(20))
            if kind == 3:  # PT_INTERP
                f.seek(offset)
                return f.read(size).rstrip(b"\0").decode("utf-8", "surrogateescape")
    return None


def musl_version():
    # packaging._musllinux: the loader tells it when it is started by itself
    import re
    import struct
    import subprocess

    try:
        loader = elf_interpreter(sys.executable)
        if not loader or "musl" not in loader:
            return None
        said = subprocess.Popen([loader], stderr=subprocess.PIPE).communicate()[1].decode("ascii", "replace")
    except (OSError, ValueError, struct.error):
        return None
    found = re.search(r"Version (\d+\.\d+)", said)
    return found.group(1) if said.startswith("musl") and found else None


def soabi():
    # packaging.tags._generic_abi: ".pypy39-pp73-x86_64-linux-gnu.so" is pypy39_pp73
    import re
    import sysconfig

    suffix = (sysconfig.get_config_var("EXT_SUFFIX") or "").split(".")
    if len(suffix) < 3 or not suffix[1]:
        return None
    parts = {"pypy": 2, "graalpy": 3}
    found = [n for name, n in parts.items() if suffix[1].startswith(name)]
    name = "-".join(suffix[1].split("-")[: found[0]]) if found else suffix[1]
    return re.sub("[-. ]", "_", name)


def two_numbers(version):
    # what follows them is ignored, as by packaging's _parse_glibc_version ("2.20-2014.11")
    import re

    found = re.match(r"(\d{1,4})\.(\d{1,4})", version or "")
    return [int(found.group(1)), int(found.group(2))] if found else None


def tag_facts():
    # packaging.tags: _cpython_abis, _generic_abi, _linux_platforms
    import struct
    import sysconfig

    names = {"cpython": "cp", "pypy": "pp", "ironpython": "ip", "jython": "jy"}
    implementation = names.get(sys.implementation.name, sys.implementation.name)
    platform = sysconfig.get_platform()
    if struct.calcsize("P") == 4:
        platform = {"linux-x86_64": "linux-i686", "linux-aarch64": "linux-armv8l"}.get(platform, platform)
    abi = "t" if sys.version_info >= (3, 13) and sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    debug = sysconfig.get_config_var("Py_DEBUG")
    if debug or (debug is None and hasattr(sys, "gettotalrefcount")):
        abi += "d"
    glibc = two_numbers(glibc_version())
    musl = None if glibc else two_numbers(musl_version())
    return {
        "implementation": implementation,
        "abi_flags": abi,
        "soabi": None if implementation == "cp" else soabi(),
        "platform": platform,
        "libc": "glibc" if glibc else "musl" if musl else None,
        "libc_version": glibc or musl,
    }


def has_distributions(directory):
    import os

    try:
        names = os.listdir(directory)
    except OSError:
        return False
    return any(name.endswith((".dist-info", ".egg-info", ".egg-link", ".egg")) for name in names)


def site_directories():
    """Where pip looks for distributions, in its order, and what else would be there if it existed."""
    import os
    import site
    import sysconfig

    library = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.dirname(os.__file__)}
    library |= {os.path.join(path, "lib-dynload") for path in library if path}
    seen = []
    for path in sys.path:
        if path in seen or (path in library and not has_distributions(path)):
            continue
        if os.path.isdir(path) or path.endswith(".egg"):
            seen.append(path)
    watched = list(seen)
    candidates = list(getattr(site, "getsitepackages", list)())
    if site.ENABLE_USER_SITE:
        candidates.append(site.getusersitepackages())
    candidates += [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    watched += [path for path in candidates if path not in watched and path not in library]
    return seen, watched


def is_venv():
    return sys.prefix != getattr(sys, "base_prefix", sys.prefix)


def sees_system_site():
    # pip._internal.utils.virtualenv._no_global_under_venv
    import os
    import re

    try:
        with open(os.path.join(sys.prefix, "pyvenv.cfg"), "rb") as f:
            lines = f.read().decode("utf-8", "replace").splitlines()
    except (OSError, IOError):
        return False
    return not any(re.match(r"include-system-site-packages\s*=\s*false", line) for line in lines)


def uses_pkg_resources():
    # pip._internal.metadata._should_use_importlib_metadata
    import os

    if sys.version_info >= (3, 14):
        return False
    chosen = os.environ.get("_PIP_USE_IMPORTLIB_METADATA", "").lower()
    if chosen in ("y", "yes", "t", "true", "on", "1"):
        return False
    if chosen in ("n", "no", "f", "false", "off", "0") or sys.version_info < (3, 11):
        return True
    import importlib.metadata

    return not getattr(importlib.metadata, "_PIP_USE_IMPORTLIB_METADATA", True)


def bundled_pips():
    """Wheels of pip that came with the interpreter."""
    import glob
    import os
    import sysconfig

    places = [sysconfig.get_config_var("WHEEL_PKG_DIR"), "/usr/share/python-wheels"]
    try:
        import ensurepip

        places.insert(0, os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
    except ImportError:
        pass
    return [wheel for place in places if place for wheel in sorted(glob.glob(os.path.join(place, "pip-*.whl")))]


def default_index():
    """The index that pip asks unless told otherwise, and the file that says so."""
    for wheel in [None] + bundled_pips():
        if wheel:
            sys.path.insert(0, wheel)
        try:
            from pip._internal.models import index

            return index.PyPI.simple_url, wheel or index.__file__
        except Exception:  # whatever a broken pip may raise: the next one is asked
            for name in [name for name in sys.modules if name.split(".")[0] == "pip"]:
                del sys.modules[name]
        finally:
            if wheel:
                sys.path.remove(wheel)
    return None, None


def facts():
    import os
    import site
    import sysconfig

    sites, watched = site_directories()
    managed = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    index, said_by = default_index()
    return {
        "python": list(sys.version_info[:3]),
        "executable": sys.executable,
        "markers": marker_environment(),
        "tags": tag_facts(),
        "prefix": sys.prefix,
        "base_prefix": getattr(sys, "base_prefix", sys.prefix),
        "purelib": sysconfig.get_path("purelib"),
        "platlib": sysconfig.get_path("platlib"),
        "site": sites,
        "user_site": site.getusersitepackages() if site.ENABLE_USER_SITE else None,
        "venv": is_venv(),
        "system_site": is_venv() and sees_system_site(),
        "pkg_resources": uses_pkg_resources(),
        "externally_managed": managed if not is_venv() and os.path.isfile(managed) else None,
        "default_index": index,
        "watched_directories": watched,
        "watched_files": [path for path in (sys.executable, managed, said_by) if path],
    }


def main():
    without_working_directory()
    if sys.version_info < (3, 8):
        sys.stdout.write('\n%s{"python": [%d, %d, %d]}\n' % ((MARK,) + sys.version_info[:3]))
        return
    import json
    import os

    sys.stdout.flush()
    # paths as the bytes that they are on disk
    sys.stdout.buffer.write(os.fsencode("\n" + MARK + json.dumps(facts(), ensure_ascii=False) + "\n"))
    sys.stdout.buffer.flush()


main()
