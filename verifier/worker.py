"""Work on a stranger's bytes in processes that can be killed: bounded time, bounded memory.

    workers = Workers("verifier.canonical_worker:make_handler", count=2)
    answer = workers.call(question, seconds=2.0)
    workers.close()

A thread cannot be stopped, a process can. One hostile document costs its sender one worker for a
few seconds and everybody else nothing: a killed worker is replaced at once (threats.md A25, H18,
L06). Questions and answers are pickled; a worker is our own code started by us.

A worker is a fresh interpreter and no fork, so that threads and open files of a server do not leak
into it; it ends when the process that started it does, since its socket closes.
"""

from __future__ import annotations

import queue
import resource
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from schemas.problems import BUSY, TOO_COMPLEX, Problem, ProblemError
from services.patience import is_over, longest_wait, seconds_left

Handler = Callable[[Any], Any]
"""Answers one question; a `ProblemError` it raises is raised again by `Workers.call`."""

_ROOT: Final = Path(__file__).resolve().parent.parent
_START_SECONDS: Final = 60.0
_READY: Final = "ready"


class WorkerDefectError(RuntimeError):
    """A worker's code raised something that is no `ProblemError`: a defect of ours."""


class _StartingError(Exception):
    """A worker is not ready yet, which says nothing about a question."""


class _GoneError(Exception):
    """A worker ended under a question, or before it could be asked."""

    def __init__(self, *, was_ready: bool) -> None:
        super().__init__()
        self.was_ready = was_ready


class _Worker:
    """One process, and our end of the line to it."""

    def __init__(self, target: str, memory_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "verifier.worker", target, str(memory_bytes), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                command, cwd=_ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._line = Connection(ours.detach())
        self.is_ready = False

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def ask(self, question: Any, seconds: float) -> Any:
        """Return the answer; raise TimeoutError, or EOFError or OSError when the process is gone."""
        self.get_ready()
        self._line.send(question)
        return self._receive(seconds_left(seconds))

    def get_ready(self) -> None:
        """Wait until the process can be asked; raise `_StartingError`, EOFError or OSError."""
        if self.is_ready:
            return
        try:
            self._receive(seconds_left(_START_SECONDS))
        except TimeoutError:
            raise _StartingError from None
        self.is_ready = True

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _receive(self, seconds: float) -> Any:
        if not self._line.poll(seconds):
            raise TimeoutError
        return self._line.recv()


class Workers:
    """A few workers that answer one question each at a time; safe to share between threads.

    `target` is `module:function`: the function is called once in each process and returns the
    `Handler`. `memory_bytes` bounds the address space of each.
    """

    def __init__(self, target: str, *, count: int = 2, memory_bytes: int = 1_073_741_824) -> None:
        """Start nothing yet: a process is started when it is first needed."""
        self._target = target
        self._memory_bytes = memory_bytes
        self._count = count
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._all: set[_Worker] = set()
        # Whoever forgets to close leaves no process behind, neither in a long life nor at its end.
        weakref.finalize(self, _end_all, self._all)
        for _ in range(count):
            self._idle.put(None)

    def call(self, question: Any, *, seconds: float) -> Any:
        """Return the handler's answer.

        A process may end under a question for reasons of its own, so another is asked once more.
        Raises `ProblemError`: what the handler raised, TOO_COMPLEX (too long or too much memory;
        the worker is killed) or BUSY (no worker was free in time, or two ended under the question:
        neither yes nor no). Raises `WorkerDefectError` for a defect of ours.
        """
        try:
            return self._call(question, seconds)
        except _GoneError:
            pass
        try:
            return self._call(question, seconds)
        except _GoneError as gone:
            if not gone.was_ready:
                raise WorkerDefectError("a worker did not start") from None
            raise ProblemError(BUSY.about("the workers ended", retry_after=round(seconds))) from None

    def _call(self, question: Any, seconds: float) -> Any:
        """Ask one worker; raise as `call`, or `_GoneError`."""
        try:
            slot = self._idle.get(timeout=longest_wait(seconds))
        except queue.Empty:
            raise ProblemError(BUSY.about("every worker is busy", retry_after=round(seconds))) from None
        keep = slot
        try:
            keep = worker = slot or self._start()
            return _open(worker.ask(question, seconds))
        except _StartingError:
            raise ProblemError(BUSY.about("a worker is starting", retry_after=round(seconds))) from None
        except TimeoutError:
            keep = self._replace(worker)
            if is_over():  # what came before took the time: that says nothing about this question
                raise ProblemError(BUSY.about("no time is left", retry_after=round(seconds))) from None
            raise ProblemError(TOO_COMPLEX.about(f"not done within {seconds:g} s")) from None
        except (EOFError, OSError):
            keep = self._replace(worker)
            raise _GoneError(was_ready=worker.is_ready) from None
        finally:
            self._idle.put(keep)

    def start(self) -> None:
        """Start every worker now, so that the first question need not wait."""
        slots = []
        while True:
            try:
                slots.append(self._idle.get_nowait())
            except queue.Empty:
                break
        for slot in slots:
            self._idle.put(slot or self._start())

    def warm(self) -> None:
        """Start every worker and wait until each can be asked: before a server lets anybody in."""
        self.start()
        slots = [self._idle.get() for _ in range(self._count)]
        try:
            for worker in filter(None, slots):
                worker.get_ready()
        except (_StartingError, EOFError, OSError):
            raise WorkerDefectError("a worker did not start") from None
        finally:
            for slot in slots:
                self._idle.put(slot)

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            _end_all(self._all)

    def pids(self) -> frozenset[int]:
        """Return the processes that run."""
        with self._lock:
            return frozenset(worker.pid for worker in self._all)

    def _start(self) -> _Worker:
        worker = _Worker(self._target, self._memory_bytes)
        with self._lock:
            self._all.add(worker)
        return worker

    def _replace(self, worker: _Worker) -> _Worker:
        """Kill a worker and start its successor, which gets ready while nobody waits for it."""
        with self._lock:
            self._all.discard(worker)
        worker.end()
        return self._start()


def _end_all(workers: set[_Worker]) -> None:
    while workers:
        workers.pop().end()


def _open(answer: Any) -> Any:
    kind, value = answer
    if kind == "problem":
        raise ProblemError(value)
    if kind == "defect":
        raise WorkerDefectError(value)
    return value


def main(arguments: list[str]) -> None:
    """Be a worker: answer questions until the line closes."""
    target, memory_bytes, descriptor = arguments
    line = Connection(int(descriptor))
    module, _, name = target.partition(":")
    handler: Handler = getattr(import_module(module), name)()
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    line.send(_READY)
    while True:
        try:
            question = line.recv()
        except EOFError:
            return
        line.send(answer_to(question, handler))


def answer_to(question: Any, handler: Handler) -> tuple[str, Any]:
    """Return how the handler ended: `answer`, `problem` or `defect`, and what it gave.

    A defect is told by the kind of its exception: its text may quote the document.
    """
    try:
        return "answer", handler(question)
    except ProblemError as error:
        problem: Problem = error.problem
        return "problem", problem
    except (MemoryError, RecursionError):
        return "problem", TOO_COMPLEX.about("more memory than allowed")
    except Exception as error:  # noqa: BLE001 (the asking process decides about defects)
        return "defect", type(error).__name__


if __name__ == "__main__":
    main(sys.argv[1:])
