"""Work to be done later, once: what a queue is, whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Job:
    """One job in a worker's hands; `attempt` grows with each claim and fences old workers out."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int


class LeaseLostError(RuntimeError):
    """The lease ran out and the job belongs to somebody else, or is finished."""


class JobQueue(Protocol):
    """Keeps jobs; each (kind, key) is done once."""

    def put(self, session: Session, *, kind: str, key: str, payload: Mapping[str, Any]) -> bool:
        """Add a job in the caller's transaction; return False, changing nothing, when kind and key are known."""
        ...

    def claim(self, kinds: Sequence[str], *, lease: timedelta) -> Job | None:
        """Take the oldest job of these kinds for the time of the lease; None when there is none."""
        ...

    def done(self, job: Job, *, session: Session | None = None) -> None:
        """Finish a job, in the caller's transaction if given; raise `LeaseLostError` when it is no longer ours."""
        ...

    def failed(self, job: Job, reason: str) -> None:
        """Give a job back after a failure; after three it is parked. Raise `LeaseLostError` as `done`."""
        ...

    def counts(self) -> Mapping[JobState, int]:
        """Return how many jobs are in each state, every state named."""
        ...
