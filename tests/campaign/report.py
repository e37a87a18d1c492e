"""The tables of a campaign: what was right, wrong and undecided by family, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from tests.campaign.running import Result

ASKED = ("right", "wrong", "undecided", "contradiction", "at a size", "crash", "refused")
BAD = ("wrong", "contradiction", "crash", "generator bug")


def table(results: Sequence[Result]) -> str:
    """One line for each family, true and false claims apart, as Markdown."""
    lines = [
        "| family | truth | asked | right | wrong | undecided | other | median ms | slowest ms |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    families = sorted({r.family.partition(":")[0] for r in results})
    for name in families:
        for true in (True, False):
            own = [r for r in results if r.family.partition(":")[0] == name and r.true is true]
            if own:
                lines.append(_line(name, "true" if true else "false", own))
    lines.append(_line("**all**", "", results))
    return "\n".join(lines)


def _line(name: str, truth: str, results: Iterable[Result]) -> str:
    own = [r for r in results if r.outcome in ASKED]
    counts = Counter(r.outcome for r in own)
    times = [r.ms for r in own] or [0.0]
    other = sum(counts[o] for o in ASKED[3:])
    cells = [name, truth, len(own), counts["right"], counts["wrong"], counts["undecided"], other]
    return f"| {' | '.join(map(str, cells))} | {median(times):.0f} | {max(times):.0f} |"


def dropped(results: Iterable[Result]) -> str:
    """What was made and not asked, or asked and not answered, in one line."""
    counts = Counter(r.outcome for r in results if r.outcome not in ("right", "wrong", "undecided"))
    return ", ".join(f"{number} {name}" for name, number in counts.most_common()) or "nothing"


def reasons(results: Iterable[Result], most: int = 20) -> str:
    """The reasons of undecided claims, the most frequent first."""
    found = Counter(shortened(r.reason) for r in results if r.outcome == "undecided")
    return "\n".join(f"| {number} | {reason} |" for reason, number in found.most_common(most))


def shortened(reason: str) -> str:
    """A reason without the part that differs from claim to claim.

    >>> shortened("not supported yet: bounds on j from (i - j) % 5")
    'not supported yet: bounds on j from ...'
    """
    for word in (" from ", " with ", "re-check: "):
        head, found, _ = reason.partition(word)
        if found:
            return f"{head}{found}..."
    return re.sub(r"[|`]", "/", reason)[:70]


def bad(results: Iterable[Result]) -> str:
    """Everything that must not happen, in full."""
    return "\n".join(
        f"{r.outcome.upper()}: {r.text}\n  truth {r.true}, said {r.verdict} ({r.reason}); "
        f"{r.family}, seed {r.seed}, {r.rule}"
        for r in results
        if r.outcome in BAD
    )
