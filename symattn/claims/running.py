"""Running claims: from files to results, in the order of the files, with bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from symattn.claims.expanding import tasks
from symattn.claims.judging import Record, judge
from symattn.claims.task import Task
from symattn.core.errors import SymattnError
from symattn.core.report import Place, Result
from symattn.reading.claim_file import Entry
from symattn.reading.nodes import BadFile

Judge = Callable[[Iterable[Task]], Iterator[tuple[Task, Record, bool]]]


def in_turn(several: Iterable[Task]) -> Iterator[tuple[Task, Record, bool]]:
    """Every task with its record, one after the other in this process."""
    for task in several:
        yield task, judge(task), False


def asked(entries: Iterable[Entry | BadFile]) -> Iterator[Task]:
    """Every question of the entries; what could not be read stays as a question of its own."""
    for entry in entries:
        try:
            if isinstance(entry, BadFile):
                raise entry
            yield from list(tasks(entry))
        except BadFile as error:
            file = error.source or (entry.place.file if isinstance(entry, Entry) else "")
            place = Place(file, error.line)
            name = entry.id if isinstance(entry, Entry) else f"line-{error.line}"
            yield Task(name, "broken", "proved", place, error.message)
        except SymattnError as error:  # such as a default condition that cannot be read
            assert isinstance(entry, Entry)
            yield Task(entry.id, "broken", "proved", entry.place, str(error))


def verify(entries: Iterable[Entry | BadFile], judged: Judge = in_turn) -> Iterator[Result]:
    """The results of all claims, in their order.

    >>> from symattn.core.report import Place
    >>> fields = {"id": "a", "kind": "equal", "claim": "1 + 1 == 2", "wrong": ["1 + 1 == 3"]}
    >>> [(r.id, r.verdict, r.ok) for r in verify([Entry(fields, {}, Place("x.yaml", 1))])]
    [('a', 'proved', True), ('a/wrong-1', 'refuted', True)]
    """
    for task, record, cached in judged(asked(entries)):
        yield result_of(task, record, cached)


def result_of(task: Task, record: Record, cached: bool) -> Result:
    """The result of a task with its record."""
    told = task.statement, task.feedback, task.source
    return Result(task.id, task.kind, task.expect, task.place, record, *told, cached)
