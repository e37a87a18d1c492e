"""`python -m tests.campaign --count 2000 --seed 1 --jobs 2`: run the campaign and print its tables.

The same seed makes the same claims. The exit code is 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from tests.campaign.report import bad, dropped, reasons, table
from tests.campaign.running import Result, cases, run_one, run_special


def main() -> int:
    """Run what the arguments say; 1 if a verdict was wrong."""
    options = _options()
    tasks = [t for t in cases(options.count, options.seed) if options.family in ("", t[0])]
    found = [] if options.family else run_special()
    for result in _all(tasks, options.jobs):
        found.append(result)
        if len(found) % 500 == 0:
            print(f"{len(found)} claims", file=sys.stderr)
    if options.log:
        Path(options.log).write_text("".join(json.dumps(r.record) + "\n" for r in found))
    text = page(found, options.count, options.seed)
    print(text)
    wrong = bad(found)
    print(wrong or "Nothing went wrong.", file=sys.stderr)
    if options.write:
        replace_measured(Path(options.write), text)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--family", default="", help="only this family, without the special list")
    parser.add_argument("--log", default="", help="a file for one line of JSON per claim")
    parser.add_argument("--write", default="", help="a page whose measured part is replaced")
    return parser.parse_args()


def _all(tasks: list[tuple[str, str, bool]], jobs: int) -> Iterator[Result]:
    if jobs <= 1:
        for task in tasks:
            yield from run_one(task)
        return
    with get_context("spawn").Pool(jobs, maxtasksperchild=500) as pool:
        for found in pool.imap(run_one, tasks, chunksize=10):
            yield from found


def page(results: list[Result], count: int, seed: int) -> str:
    """The tables, with what they were made from."""
    asked = [r for r in results if r.outcome in ("right", "wrong", "undecided")]
    share = 100 * sum(r.outcome == "undecided" for r in asked) / max(1, len(asked))
    return "\n".join([
        f"`python -m tests.campaign --count {count} --seed {seed}`: {len(asked)} verdicts, "
        f"{sum(r.outcome == 'wrong' for r in asked)} of them wrong, {share:.1f} % undecided.", "",
        table(results), "", f"Made and not counted: {dropped(results)}.", "",
        "| undecided | reason |", "|---:|---|", reasons(results), "",
    ])  # fmt: skip


BEGIN, END = "<!-- measured -->", "<!-- end -->"


def replace_measured(path: Path, text: str) -> None:
    """Put the tables between the two marks of a page."""
    head, _, rest = path.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")


if __name__ == "__main__":
    sys.exit(main())
