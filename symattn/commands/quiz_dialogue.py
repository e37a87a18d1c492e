"""`symattn quiz --interactive`: a question, an answer, an explanation, and at the end a score."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace

from symattn.claims.expanding import tasks
from symattn.claims.explaining import explained
from symattn.claims.running import Judge
from symattn.claims.task import Task
from symattn.core.errors import Usage
from symattn.core.question import LETTERS, Question
from symattn.core.report import Place
from symattn.reading.claim_file import Entry
from symattn.rendering.quiz.text import shown

FREE = ("count", "set", "enumeration", "value", "shape", "order")  # may be answered in own words
ENOUGH = ("q", "quit", "exit")


def ask(questions: Iterable[Question], judged: Judge) -> None:
    """Ask the questions, one by one, until they or the answers end."""
    right = asked = 0
    for number, question in enumerate(questions, 1):
        print(f"{number}. {shown(question)}")
        told = _outcome(question, judged)
        if told is None:
            break
        good, why = told
        asked, right = asked + 1, right + good
        print(f"{'Right.' if good else 'Wrong.'} {why}".rstrip() + "\n")
    print(f"{right} of {asked} right")


def _outcome(question: Question, judged: Judge) -> tuple[bool, str] | None:
    """Whether the answer is right, and why; an answer that nobody can read is asked for again."""
    while True:
        said = _heard(_prompt(question))
        if said is None or said.lower() in ENOUGH:
            return None
        try:
            return answered(question, said, judged)
        except Usage as error:
            print(error)


def _prompt(question: Question) -> str:
    letters = f"{LETTERS[0]}-{LETTERS[len(question.options) - 1]}"
    own = ", or an answer of your own" if _free(question) else ""
    return f"Your answer ({letters}{own}; q ends): "


def _heard(prompt: str) -> str | None:
    """A line of the input that says something; nothing at its end."""
    while True:
        print(prompt, end="", flush=True)
        line = _line()
        if not line:
            print()
            return None
        if line.strip():
            return line.strip()


def _line() -> str:
    """The next line; empty at the end. What comes through a pipe is shown like what is typed."""
    if sys.stdin is None:
        return ""
    try:
        line = sys.stdin.readline()
        typed = sys.stdin.isatty()
    except (OSError, UnicodeDecodeError):  # a closed terminal; bytes that are no text
        return ""
    if line and not typed:
        print(line.strip())
    return line


def _free(question: Question) -> bool:
    return question.entry.get("kind") in FREE


def answered(question: Question, said: str, judged: Judge) -> tuple[bool, str]:
    """Whether an answer is right, and why: a letter, an option, or words of one's own."""
    at = _option(question, said)
    if at is not None:
        option, key = question.options[at], question.options[question.key]
        if option.right:
            return True, option.feedback
        told = f"{option.feedback} The answer is {question.letter}: {key.text}"
        return False, told
    if not _free(question):
        raise Usage(f"Answers are {', '.join(LETTERS[: len(question.options)])}.")
    return _judged(question, said, judged)


def _option(question: Question, said: str) -> int | None:
    """The place of the option that an answer means."""
    letters = LETTERS[: len(question.options)]
    texts = [" ".join(option.text.lower().split()) for option in question.options]
    folded = " ".join(said.lower().split())
    if folded in texts:
        return texts.index(folded)
    word = said.strip("().").upper()
    return letters.index(word) if len(word) == 1 and word in letters else None


def _judged(question: Question, said: str, judged: Judge) -> tuple[bool, str]:
    """The verdict about an answer in own words, explained by its counterexample."""
    entry = Entry(question.entry, {}, Place(question.id, 1))
    base = next(tasks(entry))
    task = replace(base, answer=_read(base, said))
    _, record, _ = next(iter(judged([task])))
    if record["verdict"] == "proved":
        return True, question.options[question.key].feedback
    if record["verdict"] == "refuted":
        key = question.options[question.key].text
        return False, f"{explained(task, record)} The answer is {question.letter}: {key}"
    raise Usage(f"This is no answer that can be read: {record.get('reason') or said}"[:200])


def _read(task: Task, said: str) -> object:
    """An answer as the kind wants it: a list of parts where there are several."""
    if task.kind == "value" and isinstance(task.answer, list):
        return [part.strip() for part in said.strip("()").split(",")]
    if task.kind == "order":
        return [part.strip() for part in said.replace("->", ",").replace(";", ",").split(",")]
    return said
