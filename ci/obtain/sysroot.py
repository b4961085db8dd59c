"""An interpreter of another Debian suite or architecture, in a folder of its own.

One for this machine's processor is told by patchelf where its loader and
libraries are. A wrapper around the loader would not do: `sys.executable` would
lead past it, and children would start without it.

One for a foreign processor runs under qemu's user emulation, by a script that
takes the interpreter's place. It passes its own path on as argv[0], so that
`sys.executable` is the script and children are emulated, too. That needs no
right of root, unlike a handler registered with the kernel.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from obtain.cache import Cache
from obtain.debian import Suite, native, unpacked
from obtain.errors import NotObtained
from obtain.shell import run

# The patchelf of later suites breaks interpreters; their qemu is newer, and static.
PATCHELF_SUITE = "bookworm"
QEMU_SUITE = "trixie"
# Debian's architecture: the folder of its libraries, and qemu's word for it.
ARCHITECTURES = {
    "amd64": ("x86_64-linux-gnu", "x86_64"),
    "arm64": ("aarch64-linux-gnu", "aarch64"),
    "armhf": ("arm-linux-gnueabihf", "arm"),
    "i386": ("i386-linux-gnu", "i386"),
    "ppc64el": ("powerpc64le-linux-gnu", "ppc64le"),
    "riscv64": ("riscv64-linux-gnu", "riscv64"),
    "s390x": ("s390x-linux-gnu", "s390x"),
}
# A processor runs the programs of these others, too.
ALSO_RUNS = {"amd64": {"i386"}}
EMULATED = """\
#!/bin/sh
exec {emulator} -L {root} -0 "$0" {program} "$@"
"""


@dataclass(frozen=True)
class Sysroot:
    """A package of a suite; without an architecture, for this machine's own."""

    suite: str
    package: str
    architecture: str = ""

    @property
    def how(self) -> str:
        """A word on where it comes from."""
        place = f"{self.package} of Debian {self.suite}"
        return f"{place} for {self.architecture}" if self.architecture else place

    def found(self) -> list[str] | None:
        """Nothing but the cache has it."""
        return None

    def build(self, cache: Cache, draft: Path, final: Path) -> list[str]:
        """Unpack the package with all it needs, and make it start where it is."""
        architecture = self.architecture or native()
        unpacked(cache, Suite(self.suite, architecture), (self.package,), draft)
        program = real_program(draft, PurePosixPath("usr/bin") / self.package)
        if architecture in {native(), *ALSO_RUNS.get(native(), ())}:
            patch(cache, architecture, draft, final, program)
            return [str(final / program)]
        return [str(emulate(cache, architecture, draft, final, program))]


def real_program(root: Path, program: PurePosixPath) -> PurePosixPath:
    """Follow links inside a folder to the program itself; counts from the root."""
    real = (root / program).resolve()
    if not real.is_file() or not real.is_relative_to(root.resolve()):
        raise NotObtained(f"the package holds no {program}")
    return PurePosixPath(real.relative_to(root.resolve()))


def patch(
    cache: Cache, architecture: str, draft: Path, final: Path, program: PurePosixPath
) -> None:
    """Write the places of loader and libraries into a program."""
    patchelf = _patchelf(cache)
    loader = run([*patchelf, "--print-interpreter", draft / program]).strip()
    words = ["--set-interpreter", f"{final}{loader}"]
    # RPATH, not RUNPATH: it holds for the libraries of libraries, too.
    words += ["--force-rpath", "--set-rpath", library_path(final, architecture)]
    run([*patchelf, *words, draft / program])


def library_path(root: Path, architecture: str) -> str:
    """Where the libraries of an architecture lie, as loaders take it."""
    triplet = ARCHITECTURES[architecture][0]
    return f"{root}/lib/{triplet}:{root}/usr/lib/{triplet}"


def _patchelf(cache: Cache) -> list[str]:
    """The words that start patchelf, by the loader that came with it."""
    suite = Suite(PATCHELF_SUITE, native())
    root = cache.tool(
        "patchelf", lambda draft, _: unpacked(cache, suite, ("patchelf",), draft)
    )
    triplet = ARCHITECTURES[native()][0]
    loader = next((root / "usr/lib" / triplet).glob("ld-linux*.so.*"))
    path = library_path(root, native())
    return [str(loader), "--library-path", path, str(root / "usr/bin/patchelf")]


def emulate(
    cache: Cache, architecture: str, draft: Path, final: Path, program: PurePosixPath
) -> Path:
    """Write the script that runs a program under emulation; returns its place."""
    suite = Suite(QEMU_SUITE, native())
    qemu = cache.tool(
        "qemu-user", lambda draft, _: unpacked(cache, suite, ("qemu-user",), draft)
    )
    emulator = qemu / "usr/bin" / f"qemu-{ARCHITECTURES[architecture][1]}"
    # Beside the program, so that the interpreter finds its library as usual.
    script = program.with_name(f"{program.name}-{architecture}")
    (draft / script).write_text(emulated(emulator, final, final / program))
    (draft / script).chmod(0o755)
    return final / script


def emulated(emulator: Path, root: Path, program: Path) -> str:
    """The script that takes the place of a foreign program."""
    places = {"emulator": emulator, "root": root, "program": program}
    quoted = {name: shlex.quote(str(place)) for name, place in places.items()}
    return EMULATED.format(**quoted)
