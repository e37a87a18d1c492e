"""What `--json` prints is what the shipped JSON Schemas say, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.cli.running import COMMANDS, ROOT, done, inside

NOT_PROVED = (
    "prove weights(full+bias(b[j]))==weights(full)",
    "prove score(rope(pairing=half))==score(rope(pairing=interleaved))",
    "prove output(linear)==recurrent(linear)",
)
CASES = (
    "enumerate --n 4",
    "enumerate --n 3 --base 1 --labels a,b,c",
    "enumerate --n 4 --n-q 2 --align bottom-right",
    "enumerate --n 3 --n-q 5",
    "enumerate --n 10**9 --count",
    "enumerate --n 5 --row 3",
    "list",
    "list alibi",
    "example",
    "prove no_future(prefix(p)+causal)",
    f"verify {ROOT}/symattn/samples/claims.yaml --no-cache",
    "quiz --topic heat-4,fox --seed 3",
    "quiz --list --topic patterns",
    "prove exp(a+b)==exp(a)*exp(b)",
    "prove output(causal)==online(causal,tile=b)",
    *NOT_PROVED,
    f"recheck {ROOT}/tests/deciding_supports/proof.json",
    "example notebook",
    "atlas causal full window --relation subset",
    "atlas full multihead padding",
    "derive causal",
    "derive causal --n 2 --row 1 --check none",
    "derive causal+alibi --what output --steps",
    "derive causal --what gradient",
    "cost causal",
    "cost full causal window(visible=4) --n 7 --d 4",
    "cost multihead gqa(groups=2) --n 7 --d 4 --heads 4 --bytes 2",
    "cost packed",
    "show causal --n 3",
    "show window(visible=2) --n 3 --what products --labels a,b,c",
)


def schemas() -> dict[str, Any]:
    """The schemas of what is printed; that of claim files is tried in tests/claims."""
    folder = files("symattn").joinpath("schemas")
    return {
        f"symattn/{entry.name.removesuffix('.json')}": json.loads(entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name != "claims@1.json"
    }


SCHEMAS = schemas()


def valid(record: Any) -> None:
    """Raise unless the record is what the schema that it names asks for."""
    Draft202012Validator(SCHEMAS[record["schema"]]).validate(record)


def output(case: str) -> Any:
    result = inside(*case.split(), "--json")
    if case in NOT_PROVED:
        assert result.returncode in (1, 3), result.stderr
        return json.loads(result.stdout)
    return json.loads(done(result))


@pytest.fixture(scope="module")
def outputs() -> dict[str, Any]:
    return {case: output(case) for case in CASES}


def test_every_command_has_a_case():
    assert {case.split()[0] for case in CASES} == set(COMMANDS)


def test_outputs_are_valid(outputs):
    for record in outputs.values():
        valid(record)
    assert {record["schema"] for record in outputs.values()} == set(SCHEMAS)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object schema inside a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_strict(name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["properties"]["schema"] == {"const": name}
    for found in objects(SCHEMAS[name]):
        assert found["additionalProperties"] is False
        assert found.get("required") or found.get("patternProperties")


def spoilt(record: Any) -> Iterator[Any]:
    """The record with one thing wrong, at the top and in the first entry of every list."""
    for key in record:
        broken = deepcopy(record)
        broken[key] = object
        yield broken
    yield record | {"surprise": 1}
    for key, part in record.items():
        first = part[0] if isinstance(part, list) and part else None
        if isinstance(first, dict):
            for broken in spoilt(first):
                yield record | {key: [broken, *part[1:]]}


@pytest.mark.parametrize("case", CASES)
def test_spoilt_output_is_refused(case, outputs):
    for broken in spoilt(outputs[case]):
        if isinstance(broken.get("schema"), str):
            with pytest.raises(ValidationError):
                valid(broken)


@pytest.mark.parametrize("case", CASES)
def test_required_fields_are_required(case, outputs):
    record = outputs[case]
    for key in SCHEMAS[record["schema"]]["required"]:
        if key != "schema":
            with pytest.raises(ValidationError):
                valid({name: value for name, value in record.items() if name != key})


def test_enumerations_agree_with_themselves(outputs):
    for case, record in outputs.items():
        if "pairs" in record:
            assert len(record["pairs"]) == record["count"], case
            keys = 1 if "--row" in case else record.get("n_q", record["n"])
            assert record["count"] + record["masked"] == keys * record["n"], case
            assert record["pairs"] == sorted(record["pairs"]), case


def test_the_record_of_the_documentation():
    assert output("enumerate --n 7") == {
        "schema": "symattn/enumeration@1",
        "mechanism": "causal",
        "n": 7,
        "base": 0,
        "pairs": [[i, j] for i in range(7) for j in range(i + 1)],
        "count": 28,
        "masked": 21,
        "closed_form": "n*(n + 1)/2",
    }
