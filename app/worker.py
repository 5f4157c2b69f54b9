"""Does the jobs that wait: the worker process, and the same in steps for commands and tests.

Issuer and holder meet here and nowhere else: the issuer leaves `deliver-credential` and
`deliver-renewal` in its ledger, this process hands them to the holder. Apart, the same job is a
request over https.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Final

from app.renewing import make_stored_renewals
from issuer.documents.stored_renewals import DELIVER_RENEWAL
from schemas.delivery import Delivery, RenewedPDF
from schemas.problems import ProblemError
from services.jobs import Job, JobState, LeaseLostError
from services.log import logger
from services.mail import MailError

if TYPE_CHECKING:
    from app.wiring import Parts

DELIVER: Final = "deliver-credential"
LEASE: Final = timedelta(minutes=5)
PAUSE_SECONDS: Final = 1.0
PUBLISH_SECONDS: Final = 30.0


class Worker:
    """Claims one job after the other; a job is done once, however often a worker dies."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts that the jobs need."""
        self._parts = parts
        self._log = logger("worker")
        self._renewals = make_stored_renewals(parts)
        self._handlers: dict[str, Callable[[Job], None]] = {
            DELIVER: self._deliver,
            DELIVER_RENEWAL: self._deliver_renewal,
        }

    def work(self) -> bool:
        """Do one job; return False when none waits."""
        job = self._parts.jobs.claim(tuple(self._handlers), lease=LEASE)
        if job is None:
            return False
        try:
            self._handlers[job.kind](job)
        except (ProblemError, MailError, OSError) as error:
            reason = error.problem.code if isinstance(error, ProblemError) else type(error).__name__
            self._log.warning("job failed", kind=job.kind, attempt=job.attempt, reason=reason)
            self._give_back(job, reason)
        else:
            self._finish(job)
        return True

    def drain(self, told: Callable[[], None] = lambda: None) -> int:
        """Do every job that waits; return how many; `told` is called after each."""
        count = 0
        while self.work():
            count += 1
            told()
        return count

    def refresh(self) -> None:
        """Fetch the authorities' answers about the certificates in use that are due."""
        self._parts.evidence.beat()

    def issue_awaiting(self) -> int:
        """Issue the documents that wait for a timestamp or evidence; return how many."""
        return self._parts.issuer.issue_awaiting()

    def publish(self) -> None:
        """Sign the status lists that changed or are half expired."""
        self._parts.issuer.publish_status_lists()

    def renew(self) -> int:
        """Renew a few sealed PDFs whose evidence lapses soon; return how many."""
        return self._renewals.beat().renewed if self._renewals else 0

    def parked(self) -> int:
        """Return how many jobs failed for good and wait for a person."""
        return self._parts.jobs.counts()[JobState.PARKED]

    def _deliver(self, job: Job) -> None:
        self._parts.holder.receive(Delivery.from_json(job.payload))

    def _deliver_renewal(self, job: Job) -> None:
        self._parts.holder.receive_renewal(RenewedPDF.from_json(job.payload))

    def _finish(self, job: Job) -> None:
        try:
            self._parts.jobs.done(job)
        except LeaseLostError:
            self._log.warning("lease lost", kind=job.kind)

    def _give_back(self, job: Job, reason: str) -> None:
        try:
            self._parts.jobs.failed(job, reason)
        except LeaseLostError:
            self._log.warning("lease lost", kind=job.kind)


def run(parts: Parts, *, once: bool = False) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or until nothing waits."""
    worker = Worker(parts)
    worker.refresh()
    parts.issuer.resume()
    if once:
        worker.issue_awaiting()
        worker.drain()
        worker.publish()
        worker.renew()
        return
    stop = threading.Event()
    _stop_on_signals(stop)
    serve_until(worker, stop)


def serve_until(worker: Worker, stop: threading.Event) -> None:
    """Work, publish and renew now and then, and pause when nothing waits."""
    since_publishing = PUBLISH_SECONDS
    while not stop.is_set():
        if since_publishing >= PUBLISH_SECONDS:
            worker.refresh()
            worker.issue_awaiting()
            worker.publish()
            worker.renew()
            since_publishing = 0.0
        if not worker.work():
            stop.wait(PAUSE_SECONDS)
            since_publishing += PAUSE_SECONDS


def _stop_on_signals(stop: threading.Event) -> None:
    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
