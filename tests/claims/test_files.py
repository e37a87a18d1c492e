"""Files of claims: what is refused, with its line; hostile ones are refused before they cost."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from symattn.claims.reading import read_claims
from symattn.core.errors import Usage
from symattn.reading.claim_file import Entry
from symattn.reading.nodes import BadFile
from tests.claims.asking import results

HEAD = "symattn: 1\nclaims:\n"
GOOD = "- {id: a, kind: equal, claim: 1 == 1}\n"
WRONG = {  # text -> line of the complaint, a part of it
    "": (1, "empty"),
    "[]": (1, "expected keys and values"),
    "claims: []": (1, "'symattn: 1' before"),
    "symattn: 2\nclaims: []": (1, "symattn: 1"),
    "symattn: true\n": (1, "symattn: 1"),
    "symattn: 1\n": (1, "'claims:'"),
    "symattn: 1\nclaim: []": (2, "did you mean 'claims'"),
    HEAD + GOOD + "defaults: {index_base: 1}\n": (4, "before 'claims'"),
    "symattn: 1\ndefaults: {index_base: 2}\n" + "claims:\n" + GOOD: (2, "index_base"),
    "symattn: 1\ndefaults: {indexbase: 1}\n" + "claims:\n" + GOOD: (2, "did you mean 'index_base'"),
    HEAD + GOOD + GOOD: (4, "stands twice, first in line 3"),
    HEAD + "- id: a\n  kind: equal\n  claim: 1 == 1\n  id: b\n": (6, "'id' stands twice"),
    HEAD + "- id: a\n  kind: equal\n  clam: 1 == 1\n": (3, "did you mean 'claim'"),
    HEAD + "- id: a\n  kind: equl\n": (4, "did you mean 'equal'"),
    HEAD + "- kind: equal\n": (3, "'id' is missing"),
    HEAD + "- id: a\n  kind: truefalse\n  claim: 1 == 1\n": (3, "'answer' is missing"),
    HEAD + "- id: a\n  kind: truefalse\n  claim: 1 == 1\n  answer: 1\n": (6, "answer"),
    HEAD + "- id: ../../x\n  kind: equal\n": (3, "id"),
    HEAD + "- id: a\n  kind: equal\n  claim: 1 == 1\n  options: {A: x, B: y}\n": (3, "'choice'"),
    HEAD + "- id: a\n  kind: steps\n  claim: 1 == 1\n": (5, "array"),
    HEAD + "- just words\n": (3, "object"),
    HEAD + "- {id: a\n": (4, "expected YAML"),
    HEAD + GOOD + "---\nsymattn: 1\n": (4, "second document"),
    HEAD + "- id: &x a\n": (3, "anchors"),
    HEAD + "- id: *x\n": (3, "anchors"),
    HEAD + "- !!python/object/apply:os.system [echo]\n": (3, "tags"),
    HEAD + "- id: !!str a\n": (3, "tags"),
    HEAD + "- {? [a]: b}\n": (3, "a key is a word"),
    HEAD + "- " + "[" * 40 + "]" * 40 + "\n": (3, "deeper"),
    HEAD + "- id: " + "a" * 30_000 + "\n": (3, "characters"),
    HEAD + "- [" + "1," * 30_000 + "]\n": (3, "values in one claim"),
    HEAD + "- id: \x00\n": (1, "YAML"),
}


def complaint(found: list[Entry | BadFile]) -> BadFile:
    """The only complaint about a file."""
    (said,) = [one for one in found if isinstance(one, BadFile)]
    return said


@pytest.mark.parametrize("text", WRONG, ids=lambda t: t[-40:])
def test_complaints_name_the_line(text, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    line, part = WRONG[text]
    said = complaint(list(read_claims([path])))
    assert part in said.message, said.message
    assert (said.line, said.source) == (line, str(path)), said.message
    assert len(said.message) < 400


def test_what_cannot_be_read_is_a_result_and_costs_itself_only(tmp_path):
    text = HEAD + GOOD + "- {id: b, kindd: equal}\n- {id: c, kind: equal, claim: 1 == 1}\n"
    found = results(tmp_path / "x.yaml", text)
    assert [(r.id, r.verdict) for r in found] == [
        ("a", "proved"), ("line-4", "unreadable"), ("c", "proved"),
    ]  # fmt: skip
    assert found[1].place.line == 4


BOMB = "symattn: 1\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{n}: &{n} [{','.join([f'*{m}'] * 9)}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
)
HUGE = "9" * 5000
HOSTILE = {
    "laughs.yaml": BOMB,
    "deep.json": '{"symattn": 1, "claims": ' + "[" * 100_000,
    "deep.yaml": HEAD + "- " + "{a: " * 5000,
    "number.yaml": HEAD + f"- {{id: a, kind: value, claim: '{HUGE}', answer: {HUGE}}}\n",
    "power.yaml": HEAD + "- {id: a, kind: value, claim: 9**9**9**9, answer: 1}\n",
    "exponent.yaml": HEAD + "- {id: a, kind: value, claim: '1', answer: 1e999999999}\n",
    "exp.yaml": HEAD + "- {id: a, kind: value, claim: exp(exp(exp(exp(9)))), answer: 1}\n",
    "sum.yaml": HEAD + "- {id: a, kind: value, claim: 'sum(t, 0, 10**9, t)', answer: 1}\n",
    "range.yaml": HEAD + "- {id: a, kind: set, reference: full, given: {n: 9, i: 1}, "
    "answer: 0..999999999}\n",
    "size.yaml": HEAD + "- {id: a, kind: enumeration, reference: full, given: {n: 999999999}, "
    "answer: q0 k0}\n",
    "brackets.yaml": HEAD + f"- {{id: a, kind: equal, claim: '{'(' * 900}1 == 1'}}\n",
    "regex.yaml": HEAD + f"- {{id: a, kind: set, reference: full, given: {{n: 9, i: 1}}, "
    f"answer: '{'k_{ ' * 4000}'}}\n",
    "shape.yaml": HEAD + f"- {{id: a, kind: shape, claim: '{'(' * 500}', answer: '(n, d)'}}\n",
    "import.yaml": HEAD + "- {id: a, kind: value, claim: __import__('os').getcwd(), answer: 1}\n",
    "code.yaml": HEAD + "- {id: a, kind: value, claim: 'exec(1)', answer: 1}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little_and_prove_nothing(name, tmp_path):
    tracemalloc.start()
    start = time.perf_counter()
    found = results(tmp_path / name, HOSTILE[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - start < 20
    assert peak < 200 * 2**20
    assert found
    assert {r.verdict for r in found} <= {"unreadable", "undecided", "refuted"}, found
    assert not any("internal error" in r.record.get("reason", "") for r in found), found


def test_bytes_that_are_no_text(tmp_path):
    for name in ("x.yaml", "x.json", "x.md"):
        (tmp_path / name).write_bytes(b"symattn: 1\n\xff\xfe\x00")
        assert isinstance(complaint(list(read_claims([tmp_path / name]))), BadFile), name


def test_paths_that_are_no_files(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path, Path("/dev/zero")):
        with pytest.raises(Usage):
            list(read_claims([path]))


def test_json_says_the_same_as_yaml(tmp_path):
    claims = [
        {"id": "a", "kind": "count", "reference": "causal", "given": {"n": 8, "i": 5},
         "answer": 6, "statement": "\u00fc \"x\" \\ \n"},
        {"id": "b", "kind": "truefalse", "claim": "1 == 2", "answer": False},
        {"id": "c", "kind": "value", "claim": "1/10", "answer": 0.1},
    ]  # fmt: skip
    text = json.dumps({"symattn": 1, "defaults": {"index_base": 0}, "claims": claims}, indent=1)
    by_json = results(tmp_path / "x.json", text)
    by_yaml = results(tmp_path / "x.yaml", text)
    assert [r.ok for r in by_json] == [True] * 3
    told = [
        [(r.id, r.verdict, r.statement, r.place.line) for r in several]
        for several in (by_json, by_yaml)
    ]
    assert told[0] == told[1]
    assert told[0][0][2] == claims[0]["statement"]


@pytest.mark.parametrize(
    "text",
    ['{"symattn": 1,}', '{"symattn": 1 "claims": []}', '{"a": 01}', '{"symattn": NaN}', "{'a': 1}",
     '{"symattn": 1, "symattn": 1}', '{"symattn": 1} x', '{"a": "\\ud800"}', '{"a": tru}', "", "[",
     '{"symattn": 1, "claims": [{"id": "a", "id": "b"}]}'],
)  # fmt: skip
def test_json_that_is_none(text, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    assert complaint(list(read_claims([path]))).line == 1


def test_words_of_yaml_are_what_they_look_like(tmp_path):
    """`no` is a word, 0.1 is exactly a tenth, 1:30 is no number of seconds."""
    text = HEAD + "- {id: no, kind: value, claim: 0.1 + 0.2, answer: 0.3, statement: 1:30}\n"
    (found,) = results(tmp_path / "x.yaml", text)
    assert (found.id, found.verdict, found.statement) == ("no", "proved", "1:30")


def test_memory_is_bounded_by_a_claim(tmp_path):
    """Ten times as many claims need no more memory while they are read."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.yaml"
        path.write_text(HEAD + "".join(
            f"- {{id: c{k}, kind: equal, claim: 1 == 1}}\n" for k in range(count)))  # fmt: skip
        tracemalloc.start()
        for entry in read_claims([path]):
            assert isinstance(entry, Entry)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    few, many = peak(200), peak(2000)
    assert many - few < 400 * 1800 + 100_000  # the ids and the text itself are kept


PAGE = """---
symattn: {index_base: 1}
---
# Title

```symattn
id: one
kind: set
reference: causal
given: {n: 4, i: 2}
answer: 1, 2
```

````md
```symattn
not: ours
```
````

~~~{symattn} two
kind: equal
claim: 1 == 1
~~~

```symattn
- {id: three, kind: equal, claim: 1 == 1}
- {id: three, kind: equal, claim: 1 == 1}
```
"""


def test_blocks_of_a_page(tmp_path):
    found = results(tmp_path / "page.md", PAGE)
    assert [(r.id, r.verdict, r.place.line) for r in found] == [
        ("one", "proved", 7), ("two", "proved", 21), ("three", "proved", 26),
        ("line-27", "unreadable", 27),
    ]  # fmt: skip


def test_a_block_that_is_no_yaml(tmp_path):
    found = results(
        tmp_path / "page.md", "text\n\n```symattn\nid: [\n```\n" + PAGE.split("---\n")[2]
    )
    assert [r.verdict for r in found][:2] == ["unreadable", "refuted"]
    assert found[0].place.line in (4, 5)
