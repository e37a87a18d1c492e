"""Who decides tasks: this process or several, with a cache in front of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from symattn.claims.cache import Cache
from symattn.claims.judging import Record, judge
from symattn.claims.running import Judge
from symattn.claims.task import Task

Known = tuple[Task, Record | None]  # a task, and its record where the cache has it
Decide = Callable[[Iterable[Known]], Iterator[tuple[Task, Record, bool]]]


@contextmanager
def judges(jobs: int = 1, timeout: int | None = None, cached: bool = True) -> Iterator[Judge]:
    """The way in which tasks are decided; what it needs lives as long as the block.

    With a time limit there is a process of its own even for one job: it can be ended.
    """
    with ExitStack() as open_things:
        decide: Decide = _here
        if jobs > 1 or timeout is not None:
            from symattn.claims.workers import Pool

            decide = open_things.enter_context(Pool(jobs, timeout)).judged
        if cached:
            yield remembered(decide, open_things.enter_context(Cache()))
        else:
            yield lambda tasks: decide((task, None) for task in tasks)


def _here(tasks: Iterable[Known]) -> Iterator[tuple[Task, Record, bool]]:
    for task, known in tasks:
        yield task, judge(task) if known is None else known, known is not None


def remembered(decide: Decide, cache: Cache) -> Judge:
    """Decide only what the cache does not know; the order of the tasks stays."""

    def judged(tasks: Iterable[Task]) -> Iterator[tuple[Task, Record, bool]]:
        for task, record, known in decide((task, cache.get(task)) for task in tasks):
            if not known:
                cache.put(task, record)
            yield task, record, known

    return judged
