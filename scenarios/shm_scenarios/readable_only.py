"""Who may only read cannot attach.

A service lets others read its block: the file in /dev/shm is readable for all. Yet
attaching always asks for the right to write as well, so that a process without it is
refused.
"""

from __future__ import annotations

from shm_conformance.actors import Actors
from shm_scenarios.disturbed import error_of
from shm_scenarios.scenario import Scenario

# Nobody's privileges reach out of a user namespace.
WITHIN = ("unshare", "--user")


def steps(actors: Actors) -> bool:
    """Make a block readable, and read it as a file; to attach must be refused."""
    owner = actors.start("owner")
    reader = actors.start_within(WITHIN, "reader")
    block = owner.shared_memory(create=True, size=16)
    owner.run("import os")
    owner.run(f"os.chmod('/dev/shm/{block.name}', 0o444)")

    can_read = reader.run(f"len(open('/dev/shm/{block.name}', 'rb').read())") == 16
    error = error_of(lambda: reader.shared_memory(block.name))

    return can_read and error == "PermissionError"


SCENARIO = Scenario(
    id="who-may-read-cannot-attach",
    kind="permissions",
    title="Who may only read cannot attach",
    met=("https://github.com/luizalabs/shared-memory-dict/issues/33",),
    symptom="PermissionError for a block whose file can be read",
    cast={
        "owner": "creates a block, and makes it readable for all",
        "reader": "may read it, and no more",
    },
    advice="Map the file with mmap, or use ReadOnlySharedMemory of the reference's extensions; SharedMemory itself is documented as readable and writable.",
    shown_by="reference",
    spared=None,
    steps=steps,
)
