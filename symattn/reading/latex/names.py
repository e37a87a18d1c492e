r"""Names with their scripts: what is a label (`W^Q`, `d_k`, `\ell^{(j)}`), an index, a power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symattn.reading.latex.commands import LATIN_GREEK
from symattn.reading.latex.grammar import Item
from symattn.reading.latex.tree import Node

if TYPE_CHECKING:
    from symattn.reading.latex.structure import Structure

GREEK = frozenset((*LATIN_GREEK, "hbar"))
FUNCTION_LETTERS = frozenset(("f", "g", "F", "G", "phi", "varphi", "psi", "Phi", "Psi", "sigma"))
UNSURE_CALLS = frozenset(("b", "w", "r", "B", "rho", "kappa", "h", "u"))
SUPERSCRIPTS = frozenset("QKVOREPC")  # of a letter: which matrix it is
LABELLED = {  # base -> letters under it that are labels
    "n": "qkv", "H": "kqv", "N": "qkv", "W": "qkvoQKVO", "w": "qkvo", "b": "qkvo", "L": "qkv",
}  # fmt: skip
SUFFIXES = {"star": "_star", "dagger": "_dagger", "*": "_star", "+": "_plus", "-": "_minus"}


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its scripts; `base` is the letter alone."""

    node: Node
    base: str
    powered: bool

    @property
    def greek(self) -> frozenset[str]:
        return GREEK


def named(of: Structure, item: Item) -> Named:
    """The node of a name: labels belong to it, indices are its parts, powers are around it."""
    from symattn.reading.latex.structure import raised, turns

    base = item.text.removesuffix("!")
    name = base + "_prime" * item.primes
    turned, above = False, list(item.above[0]) if item.above else []
    if base != "e" and turns(of, above):
        above.pop()
        turned = True
    labels: list[Node] = []
    power: Sequence[Item] = ()
    if above and base != "e":
        suffix, iteration = _label_above(of, base, above)
        if iteration is not None:
            labels = iteration
        elif suffix:
            name += suffix
        else:
            power = above
    elif above:
        power = above
    indices, label = _below(of, item)
    name += label
    node = _special(of, base, name, indices, item, not labels) or Node(
        "name", (*labels, *indices), name, labels=len(labels), at=item.at
    )
    if item.text.endswith("!") and node.op == "name":
        node = Node("name", node.parts, node.name + "!", labels=node.labels, at=node.at)
    if power:
        node = raised(of, node, power, item.at)
    if turned:
        node = Node("transpose", (node,), at=item.at)
    return Named(node, base, bool(power) or turned)


def _special(
    of: Structure, base: str, name: str, indices: list[Node], item: Item, unlabelled: bool
) -> Node | None:
    """Letters that always mean the same: infinity, the identity, ones, delta."""
    if base == "infinity":
        return Node("infinity", at=item.at)
    if base in ("one", "one_bb"):
        return Node("ones", tuple(indices), at=item.at)
    if base == "I" and name == "I" and unlabelled and len(indices) <= 1:
        return Node("identity", tuple(indices), at=item.at)
    if base == "delta" and name == "delta" and len(indices) == 2:
        return Node("indicator", (Node("compare", tuple(indices), "==", at=item.at),), at=item.at)
    if base == "pi" and not indices:
        raise of.wrong("\\pi is not supported yet (a name of yours needs an index)", item.at)
    return None


def _label_above(of: Structure, base: str, above: list[Item]) -> tuple[str, list[Node] | None]:
    """A superscript that belongs to the name: as a suffix, or as the count of an iteration."""
    first = above[0]
    bare = not first.above and first.below is None and not first.primes
    if len(above) == 1 and first.kind in ("paren", "square") and bare:
        from symattn.reading.latex.structure import split

        return "", [of.whole(part, first.at) for part in split(first.parts[0], "COMMA")]
    if len(above) == 1 and first.kind in ("NAME", "OP") and first.text in SUFFIXES:
        return SUFFIXES[first.text], None
    if all(item.kind == "NAME" and item.text == "prime" for item in above):
        return "_prime" * len(above), None
    words = [item.text for item in above]
    if all(item.kind == "NAME" for item in above) and bare:
        word = "".join(words)
        if len(words) == 1 and len(word) > 1 and word not in GREEK and word != "infinity":
            return f"_{word}", None
        if set(word) <= SUPERSCRIPTS and not set(words) & {"e"} and base not in "2":
            return f"_{word}", None
    if len(above) == 1 and first.kind == "TEXT":
        return "_" + "_".join(first.text.split()), None
    return "", None


def _below(of: Structure, item: Item) -> tuple[list[Node], str]:
    """The indices under a name, and what is a label there."""
    from symattn.reading.latex.structure import indices_below

    base, label = item.text.removesuffix("!"), ""
    indices: list[Node] = []
    for part in indices_below(item):
        word = _label_below(of, base, part)
        if word:
            label += f"_{word}"
        elif not part:
            raise of.wrong("an index is missing", item.at)
        else:
            indices.append(of.whole(part, item.at))
    return indices, label


def _label_below(of: Structure, base: str, part: Sequence[Item]) -> str:
    """The label that stands where an index may: `d_k`, `W_Q`, `d_{model}`; or nothing."""
    if len(part) != 1:
        return ""
    first = part[0]
    if first.kind == "TEXT":
        return "_".join(word for word in first.text.split() if word.isalnum())
    if first.kind != "NAME" or first.above or first.below is not None or first.primes:
        return ""
    text = first.text.removesuffix("!")
    if len(text) > 1:
        return "" if text in GREEK or text == "infinity" else text
    if (base == "d" and text not in "ijl") or text in LABELLED.get(base, ""):
        return text
    if base[0].isupper() and text in of.indexed and text not in "ijklmnst":
        return text
    return text if text in "QKVO" else ""


def single_letters(part: Sequence[Item]) -> list[Sequence[Item]]:
    """`ij` and `i1` are two indices; `2i` and `i - 1` are one."""
    letters = all(
        item.kind == "NUMBER" or (item.kind == "NAME" and (len(item.text) == 1)) for item in part
    )
    unscripted = all(not item.above and item.below is None for item in part)
    if len(part) > 1 and letters and unscripted and part[0].kind == "NAME":
        return [[item] for item in part]
    return [part]
