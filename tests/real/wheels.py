"""Tiny wheels and projects, made on the spot, for tests that let real tools install something."""
import io
import os
import tarfile
import zipfile


def wheel(folder, name, version, requires=(), owns={}):
    """NAME-VERSION-py3-none-any.whl with one module, and the files of OWNS with their contents."""
    base = f"{name.replace('-', '_')}-{version}"
    module = name.replace("-", "_")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{base}-py3-none-any.whl")
    info = f"{base}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {r}\n" for r in requires)
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(f"{module}/__init__.py", f"version = '{version}'\n")
        z.writestr(f"{info}/METADATA", metadata)
        z.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        for file, content in owns.items():
            z.writestr(file, content)
        names = [f"{module}/__init__.py", *owns, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
        z.writestr(f"{info}/RECORD", "".join(f"{n},,\n" for n in names))
    return path


BACKEND = '''
import os, zipfile
def write(folder, more):
    name = "NAME-1.0-py3-none-any.whl"
    info = "NAME-1.0.dist-info/"
    members = dict(more, **{
        info + "METADATA": "Metadata-Version: 2.1\\nName: NAME\\nVersion: 1.0\\nREQUIRES",
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "RECORD": ""})
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        for member, text in members.items():
            z.writestr(zipfile.ZipInfo(member), text)  # the same bytes at any time
    return name
def build_wheel(folder, config_settings=None, metadata_directory=None):
    return write(folder, {"NAME.py": ""})
def build_editable(folder, config_settings=None, metadata_directory=None):
    return write(folder, {"NAME-editable.pth": os.getcwd()})
'''


def project(folder, name, build_requires=(), requires=()):
    """A project folder that brings its own build backend, which wants BUILD_REQUIRES in an isolated environment."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "pyproject.toml"), "w") as f:
        wants = ", ".join(f'"{r}"' for r in build_requires)
        f.write(f'[build-system]\nrequires = [{wants}]\nbuild-backend = "backend"\nbackend-path = ["."]\n')
    with open(os.path.join(folder, "backend.py"), "w") as f:
        f.write(BACKEND.replace("NAME", name).replace("REQUIRES", "".join(f"Requires-Dist: {r}\\n" for r in requires)))
    return folder


SDIST_BACKEND = '''
import os, zipfile
ACT
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "NAME-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        z.writestr("NAME.py", "")
        z.writestr("NAME-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: NAME\\nVersion: 1.0\\nREQUIRES")
        z.writestr("NAME-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        z.writestr("NAME-1.0.dist-info/RECORD", "NAME.py,,\\nNAME-1.0.dist-info/METADATA,,\\nNAME-1.0.dist-info/WHEEL,,\\n")
    return name
'''


def sdist(folder, name, requires=(), act=""):
    """NAME-1.0.tar.gz, of which only its build tells what it requires; the build runs ACT as well."""
    lines = "".join(f"Requires-Dist: {r}\\n" for r in requires)
    files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
             "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
             "backend.py": SDIST_BACKEND.replace("NAME", name).replace("REQUIRES", lines).replace("ACT", act)}
    path = os.path.join(folder, f"{name}-1.0.tar.gz")
    with tarfile.open(path, "w:gz") as tar:
        for file, content in files.items():
            member = tarfile.TarInfo(f"{name}-1.0/{file}")
            member.size = len(content.encode())
            tar.addfile(member, io.BytesIO(content.encode()))
    return path
