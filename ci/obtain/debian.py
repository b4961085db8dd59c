"""Packages of Debian's other suites and architectures, without installing any.

apt is given a state of its own, so that what this machine has installed plays
no part and does not change. The mirror, and how it is reached, is the one that
the machine's own configuration names.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from obtain.cache import Cache
from obtain.errors import NotObtained
from obtain.links import merge_usr, stay_inside
from obtain.shell import need, run

TARGETS = "$(CREATED_BY)\t$(COMPONENT)\t$(RELEASE)\t$(REPO_URI)"
UNNAMED = {"oldoldstable", "oldstable", "stable", "testing", "unstable", "sid"}
KEYS = Path("/usr/share/keyrings")
# Keys of suites that are no longer supported lie in the second file.
KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-removed-keys.gpg")
UNTAR = (
    "tar",
    "--extract",
    "--keep-directory-symlink",
    "--no-same-owner",
    "--no-same-permissions",  # no program here needs to be set-user-id
)
CONFIGURATION = """\
Dir::State "{state}";
Dir::State::Lists "{state}/lists";
Dir::State::status "{state}/status";
Dir::Cache "{state}";
Dir::Cache::archives "{state}/archives";
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "{state}/none";
Dir::Etc::preferences "{state}/none";
Dir::Etc::preferencesparts "{state}/none";
APT::Architecture "{architecture}";
#clear APT::Architectures;
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "0";
#clear APT::Default-Release;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
APT::Sandbox::User "";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
"""


@dataclass(frozen=True)
class Suite:
    """A suite of Debian for an architecture, such as trixie for s390x."""

    name: str
    architecture: str


@cache
def native() -> str:
    """Debian's word for the architecture of this machine."""
    return run(["dpkg", "--print-architecture"]).strip()


def mirror_in(targets: str, codename: str) -> str | None:
    """Find Debian's archive among the lines of apt's targets."""
    for line in targets.splitlines():
        kind, component, release, uri = line.split("\t")
        is_base = release in {codename, *UNNAMED}
        if kind == "Packages" and component == "main" and is_base:
            return uri
    return None


@cache
def mirror() -> str:
    """The archive that this machine is installed from; raises NotObtained."""
    release = _release()
    if release.get("ID") != "debian":
        raise NotObtained("this machine is no Debian, so that it knows no mirror of it")
    targets = run(["apt-get", "indextargets", "--format", TARGETS])
    found = mirror_in(targets, release.get("VERSION_CODENAME", ""))
    if found is None:
        raise NotObtained("apt's configuration names no mirror with Debian's main part")
    return found


def _release() -> dict[str, str]:
    """What /etc/os-release says."""
    try:
        lines = Path("/etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {key: value.strip('"') for key, _, value in pairs}


def sources(uri: str, suite: str, keyrings: list[Path]) -> str:
    """The text of a sources.list of one suite."""
    signed = f" [signed-by={','.join(map(str, keyrings))}]" if keyrings else ""
    return "".join(
        f"{kind}{signed} {uri} {suite} main\n" for kind in ("deb", "deb-src")
    )


def unpacked(cache: Cache, suite: Suite, packages: tuple[str, ...], root: Path) -> None:
    """Fill a folder with packages and all that they depend on."""
    merge_usr(root)
    with (
        _apt(cache, suite) as apt,
        tempfile.TemporaryDirectory(dir=root.parent) as kept,
    ):
        place = ["-o", f"Dir::Cache::archives={kept}"]
        run([*apt, *place, "--yes", "--download-only", "install", *packages])
        for package in sorted(Path(kept).glob("*.deb")):
            _extract(package, root)
    stay_inside(root)


def _extract(package: Path, root: Path) -> None:
    """Unpack one package, by tar: dpkg would put folders in the place of links."""
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE
    ) as files:
        assert files.stdout is not None
        run([*UNTAR, "--directory", root], source=files.stdout)
    if files.returncode:
        raise NotObtained(f"{package.name} cannot be unpacked")


def source(cache: Cache, suite: Suite, package: str, root: Path) -> Path:
    """Unpack the upstream source of a package; returns its folder."""
    with _apt(cache, suite) as apt:
        run([*apt, "--download-only", "source", package], folder=root)
    archive = next(root.glob("*.orig.tar.?z"))
    before = set(root.iterdir())
    run(["tar", "--extract", "--file", archive, "--directory", root])
    return (set(root.iterdir()) - before).pop()


@contextmanager
def _apt(cache: Cache, suite: Suite) -> Iterator[list[str]]:
    """Give the words that start an apt-get which knows a suite and nothing else."""
    need("apt-get", "dpkg-deb")
    state = cache.root / ".apt" / f"{suite.name}-{suite.architecture}"
    for folder in ("lists/partial", "archives/partial", "none"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    keyrings = [KEYS / name for name in KEYRINGS if (KEYS / name).exists()]
    (state / "sources.list").write_text(sources(mirror(), suite.name, keyrings))
    settings = {"state": state, "architecture": suite.architecture}
    (state / "apt.conf").write_text(CONFIGURATION.format(**settings))
    # A file given by -c is read last, so that it has the last word.
    apt = ["apt-get", "-c", os.fspath(state / "apt.conf")]
    _update(tuple(apt))
    yield apt


@cache
def _update(apt: tuple[str, ...]) -> None:
    """Fetch the lists of a suite, once in a run."""
    run([*apt, "--error-on=any", "update"])
