"""What must hold for every text: refused or decided, soon, in little memory, and never run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import process_time

from symattn.core.claim import Claim
from symattn.core.errors import SymattnError
from symattn.core.verdict import Decision
from symattn.deciding.decide import decide
from symattn.reading.certificate import read_certificate
from symattn.reading.claim_text import read_claim
from symattn.rendering.verdict import reading, verdict_text
from tests.fuzz.texts import HARD

SECOND, LONGEST = 1.0, 5_000
RUNS_CODE = {"exec", "compile", "open", "os.system", "os.exec", "os.remove", "subprocess.Popen",
             "socket.connect", "import", "ctypes.dlopen", "pty.spawn"}  # fmt: skip
_watching: list[str] | None = None
_installed = False


class Ran(AssertionError):
    """Reading a text ran code, opened a file or imported something."""


class TooSlow(AssertionError):
    """A text took longer than it may, or got a longer answer."""


def _hear(event: str, _: tuple[object, ...]) -> None:
    if _watching is not None and event in RUNS_CODE:
        _watching.append(event)


@contextmanager
def nothing_is_run() -> Iterator[None]:
    """Raise if anything inside runs code; everything that loads late must be loaded before."""
    global _watching, _installed
    if not _installed:
        sys.addaudithook(_hear)
        _installed = True
    heard: list[str] = []
    _watching = heard
    try:
        yield
    finally:
        _watching = None
    if heard:
        raise Ran(", ".join(heard))


@contextmanager
def within(seconds: float, text: str) -> Iterator[None]:
    start = process_time()  # of this process alone: others may be busy
    yield
    took = process_time() - start
    if took > seconds:
        raise TooSlow(f"{took:.1f} s for {text[:300]!r}")


def read_safely(text: str) -> Claim | None:
    """The claim about supports that a text states, if it does; every other exception is a bug."""
    try:
        with within(SECOND, text), nothing_is_run():
            claim = read_claim(text)
            assert len(reading(claim)) < 200_000
    except SymattnError as refusal:
        if len(str(refusal)) > LONGEST:
            raise TooSlow(f"a refusal of {len(str(refusal))} letters") from refusal
        return None
    return claim if isinstance(claim, Claim) else None


def decided_safely(claim: Claim, seconds: float) -> Decision:
    """The verdict about a claim, in time, with lines that can be printed."""
    with within(seconds, claim.text):
        decision = decide(claim)
    lines = list(verdict_text(decision))
    assert "our bug" not in lines[0], lines
    return decision


def certificate_safely(text: str) -> None:
    """A certificate is read or refused; nothing is asked of a solver."""
    try:
        with within(SECOND, text), nothing_is_run():
            read_certificate(text)
    except SymattnError:
        pass


def warm() -> None:
    """Load what loads late, so that what is heard afterwards is not that."""
    for text in (
        *HARD,
        "no_future(causal)",
        "no_future(causl)",
        "no_future(j <= i and doc[i] == 1.5)",
        "reach(window(visible=w), layers=L) == 1 where n > 1",
        "count(((",
        "sum(1) == 2",
        "weight(alibi, i, j) == 1",
        "output(causal, i) == output(full, i)",
        "score(zz",
    ):
        for make in (read_safely_without_watching, certificate_safely):
            with suppress(Ran):
                make(text)
    claim = read_claim("no_future(causal)")
    assert isinstance(claim, Claim)
    decide(claim)


def read_safely_without_watching(text: str) -> None:
    try:
        reading(read_claim(text))
    except SymattnError as refusal:
        str(refusal)
