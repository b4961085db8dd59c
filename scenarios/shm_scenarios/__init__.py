"""The catalogue of shared-memory lifecycle bugs, one module each."""

from __future__ import annotations

from importlib import import_module

from shm_scenarios.scenario import Scenario

MODULES = ("attacher_ends_first", "failed_attach_destroys")


def catalogue() -> dict[str, Scenario]:
    """Every scenario by its id."""
    found = [import_module(f"{__name__}.{name}").SCENARIO for name in MODULES]
    return {scenario.id: scenario for scenario in found}
