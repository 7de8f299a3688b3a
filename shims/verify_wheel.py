# Run by `envguard verify`: writes the wheel of a package that does nothing, which only a guarded pip refuses to install.
import os
import sys
import zipfile

folder, name = sys.argv[1:]
base = name.replace("-", "_") + "-0"
with zipfile.ZipFile(os.path.join(folder, base + "-py3-none-any.whl"), "w") as wheel:
    info = base + ".dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: 0\n" % name)
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: envguard\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "RECORD", "")
