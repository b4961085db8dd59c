"""The catalogue of shared-memory lifecycle bugs, one module each."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from shm_scenarios.scenario import Scenario


@cache
def catalogue() -> dict[str, Scenario]:
    """Every scenario by its id, in the order of the ids."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    modules = [import_module(f"{__name__}.{name}") for name in names]
    found = [it.SCENARIO for it in modules if hasattr(it, "SCENARIO")]
    return {scenario.id: scenario for scenario in sorted(found, key=lambda it: it.id)}
