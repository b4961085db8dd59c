"""What must hold when a process is killed at a system call of its own: by the lives."""

from shm_conformance.outcomes import killed

REQUIREMENTS = killed()
