"""CPython built from the source of a Debian package, as no package has it.

Free-threaded, or with musl in the place of glibc. It needs a C compiler and
make; modules whose headers are not there (ssl, ctypes, zlib) are left out, and
nothing here needs them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from obtain.cache import Cache
from obtain.debian import Suite, native, source, unpacked
from obtain.shell import need, run
from obtain.sysroot import ARCHITECTURES

# Built once and used for tests, so that a quick build counts more than a quick
# interpreter; and no tests of its own, no pip.
OPTIMISING = "-DNDEBUG -O1"
OPTIONS = ("--prefix=/usr", "--without-ensurepip", "--disable-test-modules")
# configure refuses a compiler whose name for the system is not the C library's.
COMPILER = """\
#!/bin/sh
[ "$*" = --print-multiarch ] && exec echo {multiarch}
exec gcc "$@" -specs={specs}
"""
ALTERNATIVES = {"free-threaded": ("--disable-gil",), "musl": ()}


@dataclass(frozen=True)
class SourceBuild:
    """An unusual build of a package's source: `free-threaded` or `musl`."""

    suite: str
    package: str
    kind: str

    @property
    def how(self) -> str:
        """A word on where it comes from."""
        return f"{self.kind} build of {self.package}'s source of Debian {self.suite}"

    def found(self) -> list[str] | None:
        """Nothing but the cache has it."""
        return None

    def build(self, cache: Cache, draft: Path, final: Path) -> list[str]:
        """Compile it; it finds its library by where its program is."""
        need("gcc", "make", "tar", "xz")
        settings = musl_settings(cache, self.suite) if self.kind == "musl" else {}
        with tempfile.TemporaryDirectory(dir=draft.parent) as folder:
            suite = Suite(self.suite, native())
            tree = source(cache, suite, self.package, Path(folder))
            options = [*OPTIONS, *ALTERNATIVES[self.kind]]
            run(["./configure", *options], tree, {"OPT": OPTIMISING, **settings})
            run(["make", f"-j{os.cpu_count() or 1}"], tree)
            run(["make", "altinstall", f"DESTDIR={draft}"], tree)
        return [str(final / "usr" / "bin" / self.package)]


def musl_settings(cache: Cache, suite: str) -> Mapping[str, str]:
    """The environment in which configure finds musl instead of glibc."""
    place = Suite(suite, native())
    root = cache.tool("musl", lambda draft, final: _musl(cache, place, draft, final))
    # The kernel's headers are the same for every C library; they come last.
    headers = (root / "usr/include", root / "usr/include" / _triplet())
    kernel = " ".join(f"-idirafter {folder}" for folder in headers)
    # pkg-config would speak of the libraries of this machine, which are glibc's.
    pkg_config = "/bin/false"
    return {"CC": f"{root}/musl-gcc", "CPPFLAGS": kernel, "PKG_CONFIG": pkg_config}


def _triplet() -> str:
    return ARCHITECTURES[native()][0]


def _musl(cache: Cache, place: Suite, draft: Path, final: Path) -> None:
    """Fill a folder with musl, and with a gcc that knows it there."""
    unpacked(cache, place, ("musl-dev", "linux-libc-dev"), draft)
    musl = _triplet().replace("-gnu", "-musl")
    shipped = draft / "usr" / "lib" / musl / "musl-gcc.specs"
    specs = draft / "musl-gcc.specs"
    specs.write_text(moved(shipped.read_text("utf-8"), final), "utf-8")
    gcc = draft / "musl-gcc"
    gcc.write_text(COMPILER.format(multiarch=musl, specs=final / specs.name))
    gcc.chmod(0o755)


def moved(specs: str, root: Path) -> str:
    """Change gcc's description of where musl lies to another root."""
    for folder in ("/usr/include/", "/usr/lib/", "/lib/ld-musl-"):
        specs = specs.replace(f" {folder}", f" {root}{folder}")
        specs = specs.replace(f"L{folder}", f"L{root}{folder}")
        specs = specs.replace(f":{folder}", f":{root}{folder}")
    return specs
