"""Reports are what their readers expect: foreign ones read them back."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, ValidationError
from junitparser import Error, Failure, JUnitXml, Skipped

from symattn.core.report import Place, Report, Result, Summary
from symattn.rendering.report_github import annotation
from symattn.rendering.report_junit import report_junit
from symattn.rendering.report_markdown import cell, report_markdown
from symattn.rendering.report_sarif import report_sarif
from tests.cli.running import inside
from tests.cli.test_schemas import SCHEMAS, valid

NASTY = "a<b>&\"' ]]> `x` | \\ % ::error:: \u0000 \u001b ü </script> <!-- "
TEXT = f"""symattn: 1
claims:
- {{id: right, kind: equal, claim: 1 == 1}}
- id: wrong
  kind: equal
  claim: weights(causal) == weights(full)
  statement: {json.dumps(NASTY.replace(chr(0), "").replace(chr(27), ""))}
  feedback: full sees the future
- {{id: open, kind: value, claim: a, answer: 1}}
- {{id: unreadable, kind: equal, claim: 1 ==}}
- {{id: set, kind: set, reference: causal, given: {{n: 3, i: 1}}, answer: 0..2}}
- {{id: broken, kindd: set}}
"""
LINES = {"right": 3, "wrong": 4, "open": 9, "unreadable": 10, "set": 11, "line-12": 12}
STATES = {"right": "pass", "wrong": "fail", "open": "open", "unreadable": "fail", "set": "fail",
          "line-12": "fail"}  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reports")
    path = folder / "x y.claims.yaml"
    path.write_text(TEXT, "utf-8")
    found = {}
    for format in ("text", "json", "markdown", "html", "junit", "sarif", "github"):
        done = inside("verify", str(path), "--format", format, "--no-cache")
        assert done.returncode == 1, (format, done.stderr)
        assert done.stderr == "", done.stderr
        found[format] = done.stdout
    return found


def test_json_is_valid_and_complete(reports):
    record = json.loads(reports["json"])
    valid(record)
    assert {r["id"]: r["line"] for r in record["results"]} == LINES
    assert record["summary"] == {
        "total": 6, "met": 1, "contradicted": 2, "open": 1, "unreadable": 2, "exit_code": 1,
        "verdicts": {"proved": 1, "refuted": 2, "undecided": 1, "unreadable": 2},
    }  # fmt: skip
    wrong = record["results"][1]
    assert (wrong["verdict"], wrong["expect"], wrong["ok"]) == ("refuted", "proved", False)
    assert wrong["figure"]["cell"] == [0, 0]
    assert record["results"][4]["items"] == {"future": ["2"]}


def test_junit_is_read_by_junitparser(reports, tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(reports["junit"], "utf-8")
    (suite,) = list(JUnitXml.fromfile(str(path)))
    kinds = {case.name: [type(r) for r in case.result] for case in suite}
    assert kinds == {
        "right": [], "wrong": [Failure], "open": [Skipped], "unreadable": [Error],
        "set": [Failure], "line-12": [Error],
    }  # fmt: skip
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (6, 2, 2, 1)
    skipped = next(case for case in suite if case.name == "open").result[0]
    assert "'a' has no value" in skipped.message
    wrong = next(case for case in suite if case.name == "wrong").result[0]
    assert "counterexample" in wrong.text


def test_a_report_has_every_field_of_a_verdict():
    verdict = SCHEMAS["symattn/verdict@1"]["properties"]
    report = SCHEMAS["symattn/report@1"]["properties"]["results"]["items"]["properties"]
    for name in set(verdict) - {"schema"}:
        if name not in ("counterexample", "engines"):  # a finite question may have no replay
            assert report[name] == verdict[name], f"{name}: make the two schemas say the same"
    cases = [s["counterexample"]["properties"] for s in (report, verdict)]
    assert {**cases[0], "replay": 0} == {**cases[1], "replay": 0}


SARIF = json.loads((Path(__file__).parent / "sarif-2.1.0-excerpt.json").read_text("utf-8"))


def sarif_valid(record: object) -> None:
    """Raise unless the record is SARIF as far as our excerpt of its schema goes."""
    Draft7Validator(SARIF).validate(record)


def test_sarif_is_valid_and_says_where(reports):
    record = json.loads(reports["sarif"])
    sarif_valid(record)
    (run,) = record["runs"]
    found = {r["message"]["text"].partition(":")[0]: r for r in run["results"]}
    assert {name: r["kind"] for name, r in found.items()} == STATES
    for name, result in found.items():
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] == LINES[name]
        assert place["artifactLocation"]["uri"].endswith("/x%20y.claims.yaml")
        assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        assert result["level"] == ("error" if result["kind"] == "fail" else "none")


@pytest.mark.parametrize("spoil", [
    lambda r: r.pop("version"), lambda r: r.update(version="2.0"), lambda r: r.update(extra=1),
    lambda r: r["runs"][0].pop("tool"), lambda r: r["runs"][0]["results"][0].pop("message"),
    lambda r: r["runs"][0]["results"][0].update(kind="wrong"),
    lambda r: r["runs"][0]["results"][0].update(level="fatal"),
    lambda r: r["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(
        startLine=0),
    lambda r: r["runs"][0]["results"][0]["locations"][0].update(file="x"),
])  # fmt: skip
def test_spoilt_sarif_is_refused(reports, spoil):
    record = json.loads(reports["sarif"])
    spoil(record)
    with pytest.raises(ValidationError):
        sarif_valid(record)


def test_github_annotations_are_one_line_each(reports):
    lines = reports["github"].splitlines()
    assert len(lines) == 6
    command = re.compile(r"::(error|warning|notice) (?:file=([^,:]*),line=(\d+),)?title=[^,:]*::.+")
    found = [command.fullmatch(line) for line in lines]
    assert all(found), lines
    assert [m[1] for m in found if m] == ["error", "warning", "error", "error", "error", "notice"]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sections: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "section":
            self.sections.append(dict(attrs)["class"])
        if tag == "td":
            self.cells.append(dict(attrs)["class"])


def test_html_shows_every_claim_and_asks_for_nothing(reports):
    reader = Reader()
    reader.feed(reports["html"])
    assert len(reader.sections) == 6
    assert reader.sections[-1] == "claim ok"  # what needs attention stands first
    assert "http" not in reports["html"].split("<style>")[0].replace("http-equiv", "")
    assert "</script> <!--" not in reports["html"].split("<body>")[1].split("<script>")[0]
    assert [c for c in reader.cells if "here" in c]
    assert "full sees the future" in reports["html"]


def test_text_and_markdown_name_what_is_wrong(reports):
    assert reports["text"].splitlines()[-1] == (
        "6 questions: 1 as expected, 2 wrong, 1 open, 2 unreadable"
    )
    assert "future: 2" in reports["text"]
    assert "WRONG      wrong: refuted, expected proved" in reports["text"]
    assert "| WRONG | wrong | refuted | proved |" in reports["markdown"]
    assert "future: 2" in reports["markdown"]


def nasty() -> Report:
    record = {"verdict": "refuted", "claim": NASTY, "reading": NASTY, "ms": 1,
              "counterexample": {"left": NASTY, "right": "```", "parameters": {}, "tables": {},
                                 "replay": "", "i": 1}}  # fmt: skip
    result = Result("a", "equal", "proved", Place(NASTY, 1), record, NASTY, NASTY, NASTY)
    return Report(Summary().with_result(result), [result])


def test_nasty_words_stay_words(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text("".join(report_junit(nasty(), 1)), "utf-8")
    (suite,) = list(JUnitXml.fromfile(str(path)))
    (case,) = list(suite)
    assert 'a<b>&"' in case.result[0].text
    sarif_valid(json.loads("".join(report_sarif(nasty(), 1))))
    (result,) = nasty().results
    assert annotation(result).count("\n") == 0
    assert "%3A%3Aerror%3A%3A" in annotation(result)
    text = "".join(report_markdown(nasty(), 1))
    assert "````text" in text  # a longer fence than the one inside
    assert "|" not in cell("a|b").replace("\\|", "")
