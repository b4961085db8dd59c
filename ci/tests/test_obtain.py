"""How interpreters are obtained, as far as that needs no network and no build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from obtain.cache import PROOF, Cache
from obtain.debian import mirror_in, sources
from obtain.errors import NotObtained
from obtain.links import merge_usr, relative, stay_inside
from obtain.proof import NAME, compile_library, differences
from obtain.pyenv import newest_of
from obtain.source_build import moved
from obtain.sysroot import emulated, library_path, real_program
from obtain.table import BY_NAME, TABLE

FRONT = Path(__file__).parent.parent / "interpreters"
FACTS = {
    "implementation": "cpython",
    "version": "3.13",
    "threads": "",
    "byteorder": "little",
    "bits": 64,
    "child": "42",
}


def test_each_name_is_systematic_and_its_own() -> None:
    """A name is IMPLEMENTATION-VERSION[-VARIANT], and in the table once."""
    assert len(BY_NAME) == len(TABLE)
    assert [name for name in BY_NAME if not NAME.fullmatch(name)] == []


@pytest.mark.parametrize(
    ("link", "target", "due"),
    [
        (
            "/lib64/ld-linux.so.2",
            "/lib/x86_64-linux-gnu/ld.so",
            "../lib/x86_64-linux-gnu/ld.so",
        ),
        ("/usr/bin/python3", "/usr/bin/python3.13", "python3.13"),
        ("/etc/alternatives/x", "/usr/bin/x", "../../usr/bin/x"),
    ],
)
def test_an_absolute_target_is_told_from_its_link(
    link: str, target: str, due: str
) -> None:
    """A relative target leads to the same place wherever the root is."""
    assert relative(PurePosixPath(link), PurePosixPath(target)) == due


def test_links_lead_inside_where_their_target_is_there(tmp_path: Path) -> None:
    """Absolute links to what was unpacked are changed, others are left."""
    merge_usr(tmp_path)
    (tmp_path / "lib" / "real").write_text("here")
    (tmp_path / "lib64" / "loader").symlink_to("/lib/real")
    (tmp_path / "lib64" / "null").symlink_to("/dev/null")

    stay_inside(tmp_path)

    assert (tmp_path / "lib64" / "loader").read_text() == "here"
    assert (tmp_path / "usr/lib64/loader").readlink() == Path("../../lib/real")
    assert (tmp_path / "lib64" / "null").readlink() == Path("/dev/null")


def test_a_program_is_found_behind_its_links(tmp_path: Path) -> None:
    """The name of a package's program may be a link, but none that leads out."""
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/pypy3.11").touch()
    (tmp_path / "usr/bin/pypy3").symlink_to("pypy3.11")
    (tmp_path / "usr/bin/out").symlink_to("/bin/sh")

    found = real_program(tmp_path, PurePosixPath("usr/bin/pypy3"))

    assert found == PurePosixPath("usr/bin/pypy3.11")
    with pytest.raises(NotObtained, match="holds no usr/bin/out"):
        real_program(tmp_path, PurePosixPath("usr/bin/out"))


def test_the_mirror_is_the_one_of_the_base_archive() -> None:
    """Of what apt knows, updates, security and other vendors are passed over."""
    targets = (
        "Packages\tmain\tnodistro\thttps://vendor.example/\n"
        "Packages\tmain\tbookworm-security\thttp://mirror.example/debian-security/\n"
        "Translations\tmain\tbookworm\thttp://wrong.example/debian/\n"
        "Packages\tmain\tbookworm\thttp://mirror.example/debian/\n"
    )

    assert mirror_in(targets, "bookworm") == "http://mirror.example/debian/"
    assert mirror_in(targets, "trixie") is None


def test_sources_name_suite_mirror_and_keys() -> None:
    """Packages and sources of one suite, signed by the keys that are there."""
    text = sources("http://mirror.example/debian/", "sid", [Path("/a"), Path("/b")])

    assert text.splitlines() == [
        "deb [signed-by=/a,/b] http://mirror.example/debian/ sid main",
        "deb-src [signed-by=/a,/b] http://mirror.example/debian/ sid main",
    ]


def test_pyenv_gives_the_newest_release() -> None:
    """Releases are compared as numbers, and pre-releases are none."""
    names = ["3.13.9", "3.13.10", "3.13.11rc1", "3.13t-dev", "3.1.99"]

    assert newest_of(names, "3.13") == "3.13.10"
    assert newest_of(names, "3.14") is None


def test_an_emulated_program_starts_by_its_script() -> None:
    """The script passes its own path on, quoted where a shell would split it."""
    script = emulated(Path("/q/qemu-s390x"), Path("/my root"), Path("/my root/py"))

    assert script.splitlines()[-1] == (
        "exec /q/qemu-s390x -L '/my root' -0 \"$0\" '/my root/py' \"$@\""
    )


def test_libraries_are_looked_for_in_the_folder_alone() -> None:
    """Both places of libraries of that architecture, and no place of the system."""
    due = "/sysroot/lib/i386-linux-gnu:/sysroot/usr/lib/i386-linux-gnu"

    assert library_path(Path("/sysroot"), "i386") == due


def test_gcc_is_told_where_musl_lies() -> None:
    """Every absolute place is moved, whatever stands before it."""
    specs = "-isystem /usr/include/m -L/usr/lib/m %{x:/usr/lib/m/crt.o; :/usr/lib/m/c}"
    due = "-isystem /r/usr/include/m -L/r/usr/lib/m %{x:/r/usr/lib/m/crt.o; :/r/usr/lib/m/c}"

    assert moved(specs, Path("/r")) == due
    assert moved("-dynamic-linker /lib/ld-musl-x.so", Path("/r")) == (
        "-dynamic-linker /r/lib/ld-musl-x.so"
    )


@pytest.mark.parametrize(
    ("name", "change", "due"),
    [
        ("cpython-3.13", {}, ""),
        ("cpython-3.14", {}, "it is cpython-3.13"),
        ("cpython-3.13t", {}, "it is cpython-3.13"),
        ("cpython-3.13t", {"threads": "t"}, ""),
        ("cpython-3.13-s390x", {}, "it is little-endian"),
        ("cpython-3.13-i386", {}, "it is of 64 bits"),
        ("cpython-3.13-i386", {"bits": 32}, ""),
        ("cpython-3.13", {"child": ""}, "a child of it printed '', '42' was due"),
    ],
)
def test_an_interpreter_is_what_its_name_says(
    name: str, change: dict[str, object], due: str
) -> None:
    """Whatever was obtained is asked what it is."""
    assert differences(name, {**FACTS, **change}) == due


def test_the_library_is_compiled_once_for_all_starts(tmp_path: Path) -> None:
    """What can be compiled is; a file that cannot keeps nobody from anything."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "good.py").write_text("number = 7\n")
    (library / "bad.py").write_text("this is no Python\n")
    interpreter = tmp_path / "python"
    interpreter.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec echo {library}\nexec {sys.executable} "$@"\n'
    )
    interpreter.chmod(0o755)

    compile_library([str(interpreter)])

    assert [it.name.partition(".")[0] for it in library.rglob("*.pyc")] == ["good"]


def test_an_interpreter_that_fails_its_check_is_not_there(tmp_path: Path) -> None:
    """Nothing of a failed one remains, and the next try starts anew."""
    cache = Cache(tmp_path)

    def check(command: list[str]) -> None:
        raise NotObtained("it does not start")

    with pytest.raises(NotObtained):
        cache.interpreter("some", _build, check)

    assert cache.command("some") is None
    assert not (tmp_path / "some").exists()
    assert list((tmp_path / ".drafts").iterdir()) == []


def test_an_interrupted_interpreter_is_obtained_anew(tmp_path: Path) -> None:
    """A folder without its proof was never seen to work."""
    cache = Cache(tmp_path)
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "half").touch()

    command = cache.interpreter("some", _build, lambda command: None)

    assert command == cache.command("some") == [f"{tmp_path}/some/python"]
    assert not (tmp_path / "some" / "half").exists()


def test_an_interpreter_is_built_once(tmp_path: Path) -> None:
    """What is there is returned, and nothing is built."""
    cache = Cache(tmp_path)
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / PROOF).write_text(json.dumps({"command": ["python"]}))

    def build(draft: Path, final: Path) -> list[str]:
        raise AssertionError("built again")

    assert cache.interpreter("some", build, lambda command: None) == ["python"]


def _build(draft: Path, final: Path) -> list[str]:
    (draft / "python").touch()
    return [str(final / "python")]


def test_one_that_cannot_be_had_keeps_no_other_from_being_had(tmp_path: Path) -> None:
    """An error is one line and exit code 1; the others are printed all the same."""
    python = tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()

    done = _front(tmp_path, "cpython-3.10", "cpython-3.12")

    assert done.returncode == 1
    assert done.stdout == f"cpython-3.12\t{python}\n"
    assert "cpython-3.10: not obtained: pyenv has no 3.10 here" in done.stderr


def test_an_unknown_name_is_wrong_usage(tmp_path: Path) -> None:
    """A name that is not in the table is told, and nothing is obtained."""
    done = _front(tmp_path, "cpython-2.7")

    assert done.returncode == 2
    assert "no interpreter 'cpython-2.7'" in done.stderr


def _front(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, FRONT, "--cache", folder / "cache", *words],
        env={**os.environ, "PYENV_ROOT": str(folder / "pyenv")},
        capture_output=True,
        text=True,
        check=False,
    )
