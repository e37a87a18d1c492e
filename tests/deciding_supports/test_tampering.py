"""Certificates that somebody changed: whatever changes what is said is rejected.

For several certificates every leaf of the file is changed, every class of letters in it by every
class, and the file itself byte by byte. What may change is listed in `HARMLESS`, and nothing else
is accepted: an accepted file says what the original said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from symattn.core.claim import problem
from symattn.core.errors import SymattnError
from symattn.core.expression import Expr
from symattn.core.text import read
from symattn.deciding import kernel
from symattn.deciding.decide import decide
from symattn.deciding.recheck import recheck
from symattn.reading import certificate
from symattn.reading.certificate import read_certificate
from symattn.reading.claim_text import read_claim
from symattn.rendering.verdict import certificate_text
from tests.cli.running import inside
from tests.deciding_supports.truth import broken

CLAIMS = [
    "support(window(visible=w)) <= support(causal)",
    "support(causal+padding) == support(keep[j] and not j > i)",
    "support(chunked(c)) <= support(block_local(c))",
    "nonempty(2 * j <= i or 3 * j >= i + n)",
    "row_count((window(visible=w) | sink_tokens(s)) + causal, i) == min(i + 1, w + s)",
    "count(prefix(p)) == n*(n+1)/2 + min(p,n)*(min(p,n)-1)/2",
    "reach(window(visible=w), layers=L) == L*(w-1) where n > L*(w-1)",
    "reach(chunked(4)+causal, layers=3) == min(4, n) - 1",
]
CLASSES = {  # one letter of every class that JSON, claims, hints and scripts are written with
    "letter": "q", "capital": "Q", "digit": "7", "zero": "0", "space": " ", "newline": "\n",
    "bracket": "(", "closing": ")", "brace": "{", "comma": ",", "sign": "-", "order": "<",
    "equal": "=", "dollar": "$", "quote": '"', "backslash": "\\", "colon": ":", "semicolon": ";",
    "bar": "|", "control": "\x01", "accent": "é", "wide": "ｗ",
}  # fmt: skip


@cache
def original(claim: str) -> str:
    return certificate_text(decide(read_claim(claim)))


def content(text: str) -> Any:
    """What a file holds, without what is never looked at."""
    found = json.loads(text)
    return {key: part for key, part in found.items() if key not in ("versions", "ms", "note")}


def accepted(text: str) -> bool:
    try:
        found = read_certificate(text)
        recheck(found.claim, found.certificate, found.scope, found.assumptions)
    except SymattnError:
        return False
    return True


def check(text: str, wrong: str) -> None:
    """Raise if a changed file is accepted though it says something else that is not so."""
    try:
        found, original = content(wrong), content(text)
    except (ValueError, AttributeError):
        assert not accepted(wrong)
        return
    if found == original or not accepted(wrong):
        return
    for key in ("scope", "assumptions", "rule", "obligations"):
        assert found[key] == original[key], (key, found[key])
    assert list(map(spelled, found["hints"])) == list(map(spelled, original["hints"]))
    claim = read_claim(found["claim"])
    if problem(claim) != problem(read_claim(original["claim"])):
        # The same obligations show another claim, too: `2 * j` with the witness 0 is `2 * -j`.
        assert claim.question == "nonempty"
        assert broken(claim) is None, claim.text


def spelled(hint: str) -> tuple[str, list[Expr]]:
    """A hint as it is read: without spaces, and without zeros before a number."""
    words = re.fullmatch(r"((?:row|column|reach|rise|height|path|kept) )?(.*)", hint, re.DOTALL)
    assert words is not None
    return words[1] or "", [read(part) for part in re.split(" to | by ", words[2])]


@pytest.fixture(autouse=True, scope="module")
def _remembered():
    """What is computed again and again for the same texts is remembered: it depends on nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate, "read_claim", cache(read_claim))
        patch.setattr(kernel, "obligations", cache(kernel.obligations))
        patch.setattr(kernel, "solved", cache(kernel.solved))
        yield


def leaves(record: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every text in a record, with the way to it; versions do not matter."""
    if isinstance(record, str):
        yield path, record
    elif isinstance(record, dict):
        for key, part in record.items():
            if key != "versions":
                yield from leaves(part, (*path, key))
    else:
        for at, part in enumerate(record):
            yield from leaves(part, (*path, at))


def replaced(record: Any, path: tuple[Any, ...], new: Any) -> str:
    changed = deepcopy(record)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return json.dumps(changed)


def kind_of(letter: str) -> str:
    return "0" if letter.isdigit() else "a" if letter.isalpha() else letter


def chosen(text: str) -> list[int]:
    """The first, the middle and the last place of every class of letters in a text."""
    places: dict[str, list[int]] = {}
    for at, letter in enumerate(text):
        places.setdefault(kind_of(letter), []).append(at)
    return sorted({p[k] for p in places.values() for k in (0, len(p) // 2, -1)})


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_leaf_and_every_class_of_letters(claim):
    text = original(claim)
    record = json.loads(text)
    assert accepted(text)
    count = 0
    for path, leaf in leaves(record):
        for at in chosen(leaf):
            for new in (*CLASSES.values(), ""):
                check(text, replaced(record, path, leaf[:at] + new + leaf[at + 1 :]))
                count += 1
            check(text, replaced(record, path, leaf[:at] + "0" + leaf[at:]))
    assert count > 1000


@pytest.mark.parametrize("claim", CLAIMS)
def test_leaves_of_another_kind(claim):
    text = original(claim)
    record = json.loads(text)
    for path, leaf in leaves(record):
        for new in ("", None, 0, True, [], {}, [leaf], {"text": leaf}, leaf * 2, leaf + " "):
            check(text, replaced(record, path, new))
            assert isinstance(new, str) or not accepted(replaced(record, path, new)), (path, new)


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_byte_of_the_file(claim):
    """Each byte becomes another one, in turn of every class, or goes."""
    text = original(claim)
    letters = list(CLASSES.values())
    for at in range(len(text)):
        check(text, text[:at] + letters[at % len(letters)] + text[at + 1 :])
        if at % 3 == 0:
            check(text, text[:at] + text[at + 1 :])
        if at % 7 == 0:
            check(text, text[:at])


@pytest.mark.parametrize("claim", CLAIMS)
def test_parts_that_are_missing_doubled_or_exchanged(claim):
    text = original(claim)
    record = json.loads(text)
    for key in record:
        if key != "versions":
            assert not accepted(json.dumps({k: v for k, v in record.items() if k != key})), key
    for key in ("hints", "assumptions", "obligations"):
        entries = record[key]
        for at in range(len(entries)):
            for new in (entries[:at] + entries[at + 1 :], [*entries, entries[at]]):
                assert not accepted(json.dumps(record | {key: new})), (key, at)
        if len(entries) > 1 and key != "hints":
            for new in (entries[::-1], [*entries[1:], entries[0]]):
                assert not accepted(json.dumps(record | {key: new})), key
    assert not accepted(json.dumps(record | {"hints": [*record["hints"], "nothing"]}))
    assert not accepted(json.dumps(record | {"assumptions": [*record["assumptions"], "much"]}))
    for other in {kernel.RULES[relation][0] for relation in kernel.RULES} - {record["rule"]}:
        assert not accepted(json.dumps(record | {"rule": other}))


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_proof_of_another_claim(claim):
    record = json.loads(original(claim))
    for other in CLAIMS:
        if other != claim:
            assert not accepted(json.dumps(record | {"claim": other}))
            stolen = json.loads(original(other)) | {"claim": claim}
            assert not accepted(json.dumps(stolen))


def test_a_key_that_is_given_twice():
    text = original(CLAIMS[0])
    assert not accepted(text.replace("{", '{"claim": "no_future(full)", ', 1))
    assert not accepted(text.replace('"name"', '"script": "(check-sat)", "name"', 1))


def test_a_false_claim_with_obligations_that_hold():
    """Everything fits together, and the claim is false: an obligation of its own must fail."""
    for text in ("no_future(full)", "support(window(visible=4096)) == support(causal)",
                 "row_count(causal, i) == i", "reach(causal, layers=L) == n",
                 "count(causal) == n**2", "nonempty(sink_tokens(s))"):  # fmt: skip
        claim = read_claim(text)
        asked = problem(claim)
        record = json.loads(original(CLAIMS[0]))
        true = {"count": "count(causal) == n*(n+1)/2", "reach": "reach(causal, layers=L) == n - 1",
                "row_count": "row_count(causal, i) == i + 1",
                "nonempty": "nonempty(sink_tokens(s)) where s >= 1"}  # fmt: skip
        hints: tuple[str, ...] = ()
        if asked.relation in true:
            hints = tuple(json.loads(original(true[asked.relation]))["hints"])
        found = kernel.obligations(asked, hints)
        entries = [{"name": o.name, "reason": o.reason, "script": o.script} for o in found]
        kept = [e for e in entries if kernel.solved(e["script"]) == "unsat"]
        assert len(kept) < len(entries), text
        record |= {"claim": text, "rule": kernel.RULES[asked.relation][0], "hints": list(hints)}
        for obligations in (entries, kept):
            assert not accepted(json.dumps(record | {"obligations": obligations})), text


HARMLESS = {  # what may change, as a function of the record or the text of a file
    "white space of JSON": lambda text: json.dumps(json.loads(text), indent=7),
    "no white space of JSON": lambda text: json.dumps(json.loads(text), separators=(",", ":")),
    "the order of keys": lambda text: json.dumps(json.loads(text), sort_keys=True),
    "an escape of JSON": lambda text: text.replace('"rule"', '"\\u0072ule"'),
    "an end without a new line": lambda text: text.rstrip(),
    "versions": lambda text: json.dumps(json.loads(text) | {"versions": {"z3": "0"}}),
    "no versions": lambda text: json.dumps(
        {k: v for k, v in json.loads(text).items() if k != "versions"}
    ),
    "milliseconds": lambda text: json.dumps(json.loads(text) | {"ms": 12}),
    "a note": lambda text: json.dumps(json.loads(text) | {"note": "for the archive"}),
    "spaces in the claim": lambda text: changed_claim(text, lambda c: "  " + c.replace("(", " ( ")),
    "brackets in the claim": lambda text: changed_claim(text, lambda c: c.replace("== n*(n+1)/2",
        "== (n*(n+1)/2)")),
    "rows and columns in another order": lambda text: json.dumps(json.loads(text) | {"hints":
        sorted(json.loads(text)["hints"], key=lambda hint: not hint.startswith("column"))}),
    "spaces in the hints": lambda text: json.dumps(json.loads(text) | {"hints": [
        hint.replace(" - ", "  -  ") for hint in json.loads(text)["hints"]]}),
}  # fmt: skip


def changed_claim(text: str, change: Any) -> str:
    record = json.loads(text)
    return json.dumps(record | {"claim": change(record["claim"])})


@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("claim", CLAIMS)
def test_what_does_not_matter_is_accepted(claim, name):
    text = original(claim)
    assert accepted(HARMLESS[name](text)), HARMLESS[name](text)


def test_a_tampered_file_on_the_command_line(tmp_path):
    text = original(CLAIMS[6])
    place = tmp_path / "proof.json"
    for wrong, code in ((text, 0), (text.replace("unsat", "sat"), 0), (text.replace("w-1", "w"), 3),
                        (text.replace(">= 1,", ">= 2,", 1), 3), (text[:-3], 4),
                        (text.replace("(check-sat)", "(exit)", 1), 3),
                        (text.replace("(assert", "(assert false)(assert", 1), 3)):  # fmt: skip
        place.write_text(wrong)
        result = inside("recheck", str(place))
        assert result.returncode == code, wrong
        assert result.stdout.startswith({0: "PROVED", 3: "UNDECIDED", 4: ""}[code])
