"""rattler's solve of SPEC… from one channel, its repodata kept in CACHE: conda_rattler.py CHANNEL CACHE SPEC…"""
import asyncio
import sys
import time

from rattler import Channel, Gateway, GenericVirtualPackage, PackageName, Version, solve

try:
    from rattler import BuildString
except ImportError:  # before 0.28 it was a text
    BuildString = str

VIRTUAL = {"__cuda": "12.2", "__glibc": "2.36", "__linux": "6.1", "__unix": "0", "__archspec": "1"}


async def main():
    start = time.monotonic()
    virtual = [GenericVirtualPackage(PackageName(name), Version(version), BuildString("x86_64_v3" if name == "__archspec" else "0"))
               for name, version in VIRTUAL.items()]
    records = await solve([Channel(sys.argv[1])], sys.argv[3:], gateway=Gateway(cache_dir=sys.argv[2]),
                          platforms=["linux-64", "noarch"], virtual_packages=virtual)
    print(len(records), "packages")
    print(f"took {time.monotonic() - start:.3f}")


asyncio.run(main())
