"""Worker processes that decide tasks; one that dies or takes too long costs its task only.

Every worker has a pipe of its own and holds one task at a time, so that it is always known which
task a dead worker had.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from time import monotonic
from types import TracebackType
from typing import Any

from symattn.claims.judging import judge
from symattn.claims.records import lost
from symattn.claims.task import Task

Record = dict[str, Any]
Known = tuple[Task, Record | None]
AHEAD = 64  # tasks a worker may be ahead of the one that is printed next
CONTEXT = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang


def work(pipe: Connection) -> None:
    """What a worker does until its pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the workers
    while True:
        try:
            number, task = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send((number, judge(task)))


@dataclass
class Worker:
    """A process, its pipe, and the task that it has."""

    pipe: Connection
    process: Any
    number: int = -1
    task: Task | None = None
    until: float = float("inf")

    def give(self, number: int, task: Task, timeout: int | None) -> None:
        self.number, self.task = number, task
        self.until = float("inf") if timeout is None else monotonic() + timeout
        with suppress(OSError):  # it died while it had nothing to do; `_taken` sees it
            self.pipe.send((number, task))

    def end(self) -> None:
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def started(target: Callable[[Connection], None] = work) -> Worker:
    """A new worker."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=target, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return Worker(ours, process)


@dataclass
class Pool:
    """Workers, and the records that wait for their turn."""

    jobs: int
    timeout: int | None = None
    target: Callable[[Connection], None] = work
    workers: list[Worker] = field(default_factory=list)
    done: dict[int, tuple[Task, Record, bool]] = field(default_factory=dict)

    def judged(self, several: Iterable[Known]) -> Iterator[tuple[Task, Record, bool]]:
        """Every task with its record and whether it was known before, in the order of the tasks."""
        tasks, given, next_out = iter(several), 0, 0
        ended = False
        while True:
            while not ended and given - next_out < AHEAD * self.jobs and self._free_or_new():
                following = next(tasks, None)
                ended = following is None
                if following is not None:
                    self._give(given, *following)
                    given += 1
            while next_out in self.done:
                yield self.done.pop(next_out)
                next_out += 1
            if ended and next_out == given:
                return
            self._collect()

    def _free_or_new(self) -> bool:
        return len(self.workers) < self.jobs or any(w.task is None for w in self.workers)

    def _give(self, number: int, task: Task, known: Record | None) -> None:
        """Put a task where it is decided; what is known already needs nobody."""
        if known is not None:
            self.done[number] = (task, known, True)
            return
        idle = next((w for w in self.workers if w.task is None), None)
        if idle is None:
            idle = started(self.target)
            self.workers.append(idle)
        idle.give(number, task, self.timeout)

    def _collect(self) -> None:
        """Wait for a worker that is done, dead or late."""
        busy = [w for w in self.workers if w.task is not None]
        if not busy:
            return
        left = min(w.until for w in busy) - monotonic()
        ready = wait([w.pipe for w in busy], None if left == float("inf") else max(left, 0))
        for worker in busy:
            if worker.pipe in ready:
                self._taken(worker)
            elif worker.until <= monotonic():
                self._replace(worker, f"time: nothing was decided in {self.timeout} s")

    def _taken(self, worker: Worker) -> None:
        task = worker.task
        assert task is not None
        try:
            number, record = worker.pipe.recv()
        except (EOFError, OSError, ValueError):
            worker.process.join(5)
            code = worker.process.exitcode
            self._replace(
                worker, f"crash: the worker that had this claim ended with {_ended(code)}"
            )
            return
        self.done[number] = (task, record, False)
        worker.task = None

    def _replace(self, worker: Worker, reason: str) -> None:
        task = worker.task
        assert task is not None
        self.done[worker.number] = (task, lost(task.text, reason), False)
        worker.end()
        self.workers.remove(worker)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            worker.end()


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
    return f"code {code}"
