"""Claim files in YAML or JSON: entries, one by one, each checked against the one schema.

The file may be hostile: nothing in it is evaluated, its limits hold while it is read, and what
stands in it (prose, too) is never taken for anything but text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from symattn.core.errors import Usage, did_you_mean
from symattn.core.report import Place
from symattn.reading.json_nodes import json_parts
from symattn.reading.nodes import BadFile, Node, line_at, plain
from symattn.reading.yaml_nodes import yaml_parts

LARGEST_FILE = 64 * 2**20
TOP = ("symattn", "defaults", "claims")


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim as it stands in a file: its plain fields, the defaults of the file, its line."""

    fields: Mapping[str, Any]
    defaults: Mapping[str, Any]
    place: Place

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def kind(self) -> str:
        return str(self.fields["kind"])


def read_claim_file(path: Path, shown: str = "") -> Iterator[Entry | BadFile]:
    """The entries of a `.yaml`, `.yml` or `.json` file, as a stream; complaints in their places.

    A claim that is not as the schema asks costs that claim; a file that cannot be read, its rest.
    """
    shown = shown or str(path)
    try:
        data = bytes_of(path)
        if path.suffix.lower() == ".json":
            parts = json_parts(text_of(data))
        else:
            parts = yaml_parts(BytesIO(data))
        yield from entries(parts, shown)
    except BadFile as error:
        yield error.within(shown)


def bytes_of(path: Path) -> bytes:
    """The content of a regular file of moderate size."""
    try:
        if path.exists() and not path.is_file():
            raise Usage(f"{path}: not a regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise Usage(f"{path}: no such file") from None
    except OSError as error:
        raise Usage(f"{path}: {error.strerror or 'cannot be read'}") from None
    if len(data) > LARGEST_FILE:
        raise BadFile(f"larger than {LARGEST_FILE // 2**20} MB", 1)
    return data


def text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile("expected text in UTF-8", line) from None


def entries(
    parts: Iterator[tuple[str, Node]], file: str, seen: dict[str, int] | None = None, first: int = 0
) -> Iterator[Entry | BadFile]:
    """The entries of the parts of one file; `first` is added to the lines."""
    defaults: Mapping[str, Any] = {}
    known: dict[str, int] = {} if seen is None else seen
    begun, count = False, 0
    for key, node in parts:
        line = node.line + first
        if key not in TOP:
            raise BadFile(unknown(key, TOP), line)
        if key == "symattn":
            begun = _of_this_version(node, line)
        elif not begun:
            raise BadFile("expected 'symattn: 1' before anything else", line)
        elif key == "defaults":
            if count:
                raise BadFile("'defaults' stands before 'claims'", line)
            defaults = checked(node, "defaults", first)
        else:
            count += 1
            try:
                yield entry(node, defaults, file, known, first)
            except BadFile as error:
                yield error.within(file)
    if not begun:
        raise BadFile("expected 'symattn: 1' before anything else", 1 + first)
    if not count:
        raise BadFile("expected 'claims:' with a list of claims", 1 + first)


def _of_this_version(node: Node, line: int) -> bool:
    if node.value != 1 or isinstance(node.value, bool):
        raise BadFile("this version reads 'symattn: 1'", line)
    return True


def entry(
    node: Node, defaults: Mapping[str, Any], file: str, known: dict[str, int], first: int = 0
) -> Entry:
    """One claim; an id that stands twice is an error."""
    line = node.line + first
    fields = checked(node, "claim", first)
    if fields["id"] in known:
        raise BadFile(f"the id {fields['id']!r} stands twice, first in line {known[fields['id']]}",
                      line)  # fmt: skip
    known[fields["id"]] = line
    return Entry(fields, defaults, Place(file, line))


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of claim files."""
    text = files("symattn").joinpath("schemas", "claims@1.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _validator(part: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema()["$defs"][part])


def checked(node: Node, part: str, first: int = 0) -> dict[str, Any]:
    """The plain value of a node that is what the schema asks for; else the first complaint."""
    value = plain(node)
    found = sorted(_validator(part).iter_errors(value), key=lambda e: list(map(str, e.path)))
    if found:
        error = found[0]
        line = line_at(node, list(error.path)) + first
        raise BadFile(_said(error, value), line)
    assert isinstance(value, dict)
    return value


def _said(error: Any, value: Any) -> str:
    """What is wrong, in words."""
    owner = value.get("id") if isinstance(value, dict) else None
    of = f"claim {owner!r}: " if isinstance(owner, str) else ""
    place = ".".join(map(str, error.absolute_path))
    if error.validator == "additionalProperties":
        known = [*error.schema.get("properties", ())]
        for key in error.instance:
            if key not in known and (known or not _matches(key, error.schema)):
                return of + unknown(str(key), known)
    if error.validator == "required":
        missing = next(k for k in error.validator_value if k not in error.instance)
        kind = value.get("kind") if isinstance(value, dict) else None
        return f"{of}the key {missing!r} is missing" + (f" (kind {kind})" if kind else "")
    if error.validator == "not":
        return f"{of}'options' and 'of' belong to the kind 'choice'"
    if error.validator == "enum":
        known = list(map(str, error.validator_value))
        hint = did_you_mean(str(error.instance), known)
        one = f"{of}{place}: expected one of {', '.join(known)}; got {str(error.instance)[:60]!r}"
        return one + (f"; {hint}" if hint else "")
    return f"{of}{place + ': ' if place else ''}{error.message[:200]}"


def _matches(key: str, schema: Mapping[str, Any]) -> bool:
    import re

    return any(re.search(pattern, key) for pattern in schema.get("patternProperties", ()))


def unknown(key: str, known: Any) -> str:
    """The complaint about a key that nobody knows."""
    hint = did_you_mean(key, list(known))
    said = f"unknown key {key[:60]!r}"
    return said + (f"; {hint}" if hint else f"; known are {', '.join(known)}" if known else "")
