"""Running claims: the same results however many processes, a cache, and workers that die."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from symattn.claims.cache import Cache, folder
from symattn.claims.judges import judges
from symattn.claims.judging import judge
from symattn.claims.reading import read_claims
from symattn.claims.running import verify
from symattn.claims.spool import Spool
from symattn.claims.task import Task
from symattn.claims.workers import Pool
from symattn.commands.progress import told as progress
from symattn.core.report import Place, Result
from tests.cli.running import PYTHON, environment, inside

TEXT = "symattn: 1\nclaims:\n" + "".join(
    f"- {{id: c{k}, kind: count, reference: causal, given: {{n: 9, i: {k % 9}}}, "
    f"answer: {k % 9 + (k % 5 != 0)}}}\n"
    for k in range(40)
) + "- {id: last, kind: equal, claim: weights(causal) == weights(full)}\n"  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("SYMATTN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def path(tmp_path) -> Path:
    found = tmp_path / "x.claims.yaml"
    found.write_text(TEXT)
    return found


def run(path: Path, **how: Any) -> list[Result]:
    with judges(**how) as judged:
        return list(verify(read_claims([path]), judged))


def told(several: list[Result]) -> list[tuple[Any, ...]]:
    """Everything about results but the time that they took."""
    return [
        (r.id, r.kind, r.expect, r.place, {k: v for k, v in r.record.items() if k != "ms"})
        for r in several
    ]


def test_processes_change_nothing(path):
    alone = run(path, cached=False)
    assert told(run(path, cached=False, jobs=3)) == told(alone) == told(run(path, cached=False))
    assert [r.ok for r in alone] == [k % 5 != 0 for k in range(40)] + [False]


def test_a_second_run_asks_nobody(path, monkeypatch):
    first = run(path)
    monkeypatch.setattr("symattn.claims.judges.judge", lambda _: 1 / 0)
    second = run(path)
    assert told(second) == told(first)
    assert not any(r.cached for r in first[:9])
    assert all(r.cached for r in second)
    assert told(run(path, jobs=2)) == told(first)


def test_another_question_or_version_is_asked_anew(monkeypatch):
    asked = Task("a", "count", "proved", Place("x", 1), reference="causal", given={"n": 3})
    with Cache() as cache:
        cache.put(asked.answered(6), judge(asked.answered(6)))
    with Cache() as cache:
        assert cache.get(asked.answered(6)) is not None
        assert cache.get(asked.answered(5)) is None
        monkeypatch.setattr("symattn.claims.cache.versions", lambda: "another")
        assert cache.get(asked.answered(6)) is None


def test_where_a_claim_stands_is_no_part_of_its_key():
    one = Task("a", "equal", "proved", Place("x", 1), claim="1 == 1")
    other = Task("b", "equal", "refuted", Place("y", 2), claim="1 == 1", statement="words")
    assert one.key("v") == other.key("v") != one.key("w")


@pytest.mark.parametrize("content", [b"", b"no data base at all" * 100])
def test_a_broken_cache_is_no_error(path, own_cache, content):
    own_cache.mkdir()
    (own_cache / "verdicts.sqlite").write_bytes(content)
    assert told(run(path)) == told(run(path, cached=False))


def test_a_cache_that_lies_is_read_no_further_than_its_form(path, own_cache):
    run(path)
    with sqlite3.connect(own_cache / "verdicts.sqlite") as base:
        base.execute("UPDATE verdicts SET record = '[1, 2]'")
    base.close()
    assert told(run(path)) == told(run(path, cached=False))


def test_a_folder_that_cannot_be_made(path, monkeypatch):
    monkeypatch.setenv("SYMATTN_CACHE", "/proc/nowhere/cache")
    assert len(run(path)) == 41


def test_crashes_are_not_remembered():
    asked = Task("a", "equal", "proved", Place("x", 1), claim="1 == 1")
    with Cache() as cache:
        cache.put(asked, {"verdict": "undecided", "reason": "crash: the worker ended"})
        cache.flush()
        assert cache.get(asked) is None


def test_several_runs_may_share_the_cache(path):
    line = [PYTHON, "-m", "symattn", "verify", str(path), "--json"]
    several = [
        subprocess.Popen(line, env=environment(SYMATTN_CACHE=os.environ["SYMATTN_CACHE"]),
                         stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]  # fmt: skip
    found = [json.loads(process.communicate(timeout=120)[0]) for process in several]
    for record in found:
        assert record["summary"] == found[0]["summary"]
        assert record["summary"]["total"] == 41


def test_the_usual_place_of_the_cache(monkeypatch):
    monkeypatch.delenv("SYMATTN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/some/where")
    if sys.platform.startswith("linux"):
        assert folder() == Path("/some/where/symattn")


def fragile(pipe: Any) -> None:
    """A worker that dies of some tasks, hangs on others, and decides the rest."""
    while True:
        try:
            number, task = pipe.recv()
        except EOFError:
            return
        if task.id == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if task.id == "leaves":
            os._exit(7)
        if task.id == "hangs":
            time.sleep(600)
        pipe.send((number, judge(task)))


def named(*ids: str) -> Iterator[tuple[Task, None]]:
    for id in ids:
        yield Task(id, "equal", "proved", Place("x", 1), claim="1 == 1"), None


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_costs_its_task_only(jobs):
    ids = ("a", "dies", "b", "leaves", "dies", "c", "d")
    with Pool(jobs, target=fragile) as pool:
        found = [(task.id, record) for task, record, _ in pool.judged(named(*ids))]
        assert len(pool.workers) <= jobs
    assert [id for id, _ in found] == list(ids)
    for id, record in found:
        assert record["verdict"] == ("proved" if len(id) == 1 else "undecided")
    assert found[1][1]["reason"] == (
        "crash: the worker that had this claim ended with signal SIGKILL"
    )
    assert found[3][1]["reason"].endswith("ended with code 7")


def test_a_worker_that_hangs_is_ended():
    with Pool(2, 3, target=fragile) as pool:
        found = [(task.id, record) for task, record, _ in pool.judged(named("a", "hangs", "b"))]
    assert [record["verdict"] for _, record in found] == ["proved", "undecided", "proved"]
    assert found[1][1]["reason"].startswith("time: ")


def test_a_pool_takes_tasks_only_as_far_ahead_as_it_must():
    taken = 0

    def endless() -> Iterator[tuple[Task, None]]:
        nonlocal taken
        for task in named(*["a"] * 10_000):
            taken += 1
            yield task

    with Pool(1) as pool:
        results = pool.judged(endless())
        for _ in range(3):
            next(results)
        results.close()
    assert taken <= 70


def test_a_spool_gives_back_what_it_was_given(path):
    found = run(path, cached=False)
    with Spool() as spool:
        for result in found:
            spool.add(result)
        assert list(spool) == found == list(spool)
        assert spool.summary.exit_code() == 1


CODES = (
    ("- {id: a, kind: equal, claim: 1 == 1}", 0),
    ("- {id: a, kind: equal, claim: 1 == 1, expect: refuted}", 1),
    ("- {id: a, kind: equal, claim: 1 == 2}", 1),
    ("- {id: a, kind: equal, claim: 1 == 2, expect: refuted}", 0),
    ("- {id: a, kind: value, claim: a, answer: 1}", 3),
    ("- {id: a, kind: value, claim: a, answer: 1, expect: undecided}", 0),
    ("- {id: a, kind: equal, claim: 1 ==}", 4),
    ("- {id: a, kind: equal, claim: 1 ==, expect: unreadable}", 0),
    ("- {id: a, kind: equal, claim: 1 ==}\n- {id: b, kind: value, claim: a, answer: 1}", 4),
    ("- {id: a, kind: equal, claim: 1 ==}\n- {id: b, kind: equal, claim: 1 == 2}", 1),
    ("- {id: a, kindd: equal}", 4),
)


@pytest.mark.parametrize(("claims", "code"), CODES)
def test_exit_codes(claims, code, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(f"symattn: 1\nclaims:\n{claims}\n")
    for format in ("text", "json", "junit"):
        assert inside("verify", str(path), "--format", format).returncode == code, format


POLICIES = (("fail", 3, ""), ("ok", 0, ""), ("warn", 0, "warning: 1 undecided"))


@pytest.mark.parametrize(("policy", "code", "said"), POLICIES)
def test_what_undecided_means(policy, code, said, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("symattn: 1\nclaims:\n- {id: a, kind: value, claim: a, answer: 1}\n")
    result = inside("verify", str(path), "--undecided", policy)
    assert result.returncode == code
    assert said in result.stderr
    assert bool(result.stderr) == bool(said)


def test_wrong_calls_are_usage():
    for words in (["nothing.yaml"], ["*.claims.yaml"], [".", "--undecided", "maybe"],
                  ["x.yaml", "--jobs", "0"], ["x.yaml", "--format", "pdf"]):  # fmt: skip
        assert inside("verify", *words).returncode == 2, words


def test_folders_and_globs(path, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "y.claims.yaml").write_text(TEXT)
    (tmp_path / "other.yaml").write_text("no claims")
    for words in ([str(tmp_path)], [f"{tmp_path}/**/*.claims.yaml"], [str(path), str(tmp_path)]):
        record = json.loads(inside("verify", *words, "--json").stdout)
        assert record["summary"]["total"] == 82, words
        assert len({result["file"] for result in record["results"]}) == 2


def test_simple_claims_are_fast(tmp_path):
    """200 a second are promised; a tenth of it is what a loaded machine must do."""
    path = tmp_path / "x.yaml"
    path.write_text("symattn: 1\nclaims:\n" + "".join(
        f"- {{id: v{k}, kind: value, claim: exp({k}) * exp(2), answer: exp({k + 2})}}\n"
        for k in range(400)))  # fmt: skip
    run(path, cached=False)
    start = time.perf_counter()
    assert all(r.ok for r in run(path, cached=False))
    assert time.perf_counter() - start < 20


def test_finite_kinds_need_no_solver(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(TEXT.rpartition("- {id: last")[0])
    code = ("import sys; sys.argv = ['symattn', 'verify', sys.argv[1], '--no-cache']\n"
            "from symattn.cli import main\n"
            "try:\n    main()\n"
            "finally:\n    print(sorted({'z3', 'sympy', 'numpy'} & set(sys.modules)))")  # fmt: skip
    done = subprocess.run([PYTHON, "-c", code, str(path)], env=environment(), check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]", done.stdout[-300:] + done.stderr


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_told_on_a_terminal_only(path, monkeypatch):
    found = run(path, cached=False)
    for stream, expected in ((Terminal(), True), (StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr("symattn.commands.progress.EVERY", 0)
        assert list(progress(found)) == found
        said = stream.getvalue()
        assert ("41 decided, 9 wrong" in said) == expected
        assert said.endswith("\r\x1b[K") == expected  # nothing of it stays
