"""What must hold when a system call of an operation fails: by the lives."""

from shm_conformance.outcomes import failed

REQUIREMENTS = failed()
