"""How long the harness waits, and for what. Deadlines only: nobody sleeps so long."""

from __future__ import annotations

from dataclasses import asdict, dataclass

# Under an emulator a process starts in half a second at best, under Wine in seconds.
EMULATED = 4.0


@dataclass(frozen=True)
class Limits:
    """Seconds; each is named for what is waited for."""

    # An operation of a slow interpreter on a busy machine.
    answer: float = 10.0
    # Once a target was seen hanging for the full deadline, the next is believed sooner.
    answer_after_hang: float = 2.0
    # The first answer, imports included.
    start: float = 60.0
    # A process that was told to die, by itself or by us, has nothing left to wait for.
    exit: float = 20.0
    # What printing its stacks takes an actor that hangs.
    last_words: float = 2.0
    # Trackers need only to read the end of their pipe; what they leave, we remove.
    settle: float = 2.0

    def of_emulated(self) -> Limits:
        """The same for an interpreter that runs under an emulator."""
        return Limits(**{name: EMULATED * it for name, it in asdict(self).items()})
