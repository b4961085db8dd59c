"""Set up a virtual environment in `.venv` and run one of the two jobs in it.

    python3 ci/run.py check [OPTION]... [TARGET]...   judge the running interpreter's stdlib
    python3 ci/run.py test [PYTEST OPTION]...         pass the tests

Needs Python 3.10+ and pip and nothing else: not ensurepip, which some systems
ship apart, and no right to install outside a virtual environment.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / "python"
EXTRAS = {"check": "", "test": "[test]"}


def set_up(job: str) -> None:
    """Create the environment and install the project with what a job needs."""
    stamp = HOME / f"installed-{job}"
    state = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    )
    if stamp.exists() and stamp.read_text() == state.hexdigest() and _works():
        return
    venv.EnvBuilder(with_pip=False, clear=True, symlinks=True).create(HOME)
    _install_pip()
    _call(PYTHON, "-m", "pip", "install", "--quiet", "-e", f"{ROOT}{EXTRAS[job]}")
    # The test job installs all that the other one needs.
    for done in ("check", "test") if job == "test" else ("check",):
        (HOME / f"installed-{done}").write_text(state.hexdigest())


def _works() -> bool:
    return subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0


def _install_pip() -> None:
    """Give the environment a pip of its own, by the pip that is there."""
    if _quiet(PYTHON, "-m", "ensurepip") == 0:
        return
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, check=True)
    target = done.stdout.decode().strip()
    _call(sys.executable, "-m", "pip", "install", "--quiet", "--target", target, "pip")


def _quiet(*command: str | Path) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


def _call(*command: str | Path) -> None:
    code = subprocess.call(command)
    if code:
        words = " ".join(map(str, command))
        sys.exit(f"ci/run.py: exit code {code} from: {words}")


def main() -> int:
    """Run a job; returns its exit code."""
    job, *options = sys.argv[1:] or [""]
    if job not in EXTRAS:
        sys.exit(__doc__)
    set_up(job)
    if job == "check":
        return subprocess.call([BIN / "shm-conformance", "check", *options])
    # A few tests judge a whole chapter each: whoever has none left takes over others'.
    words = ["-n", "auto", "--dist", "worksteal", *options]
    code = subprocess.call([PYTHON, "-m", "pytest", *words], cwd=ROOT)
    return subprocess.call([PYTHON, ROOT / "ci" / "residue.py"]) or code


if __name__ == "__main__":
    sys.exit(main())
