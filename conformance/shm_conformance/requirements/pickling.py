"""Requirements: pickling."""

from shm_conformance.requirements._requirement import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
