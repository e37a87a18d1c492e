"""The rooms import in one direction, and no room names a mechanism."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import symattn
from symattn.mechanisms.registry import names

ROOT = Path(symattn.__file__).parent
JOINED = {"core", "mechanisms", "deciding", "derivation", "reading", "rendering"}
BELOW = {  # a room and the rooms that it may import
    "core": set(),
    "mechanisms": {"core"},
    "deciding": {"core", "mechanisms"},
    **{
        room: {"core", "mechanisms", "deciding"}
        for room in ("derivation", "reading", "checking", "rendering")
    },
    "figures": JOINED,
    "listings": JOINED,
    "claims": JOINED,
    "relating": {"core", "mechanisms", "deciding", "reading"},
    "results": JOINED | {"listings"},
    "library": JOINED | {"figures", "listings", "relating", "results"},
}
TOP = {"cli", "commands", "samples", "pytest_plugin", "__init__", "__main__"}


def files():
    return sorted(ROOT.rglob("*.py"))


def imports(path: Path):
    """Every symattn module that a file imports, inside functions and type-checking blocks too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("symattn"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symattn"):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{a.name}" for a in node.names)
            yield node.module or ""


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def wrong_edges(source: str, targets) -> list[str]:
    allowed = BELOW.get(source)
    if allowed is None:
        return []
    met = {room(t) for t in targets if "." in t}
    return sorted(met - allowed - {source, "__version__"})


def test_rooms_import_in_one_direction():
    for path in files():
        source = path.relative_to(ROOT).parts[0].removesuffix(".py")
        assert source in BELOW or source in TOP, f"{path}: a room that the design does not know"
        assert not wrong_edges(source, imports(path)), (path, wrong_edges(source, imports(path)))


def test_a_wrong_edge_would_be_seen():
    assert wrong_edges("core", ["symattn.rendering.latex"]) == ["rendering"]
    assert wrong_edges("rendering", ["symattn.derivation.steps"]) == ["derivation"]


def test_modules_import_without_cycles():
    graph = {}
    known = {".".join(("symattn", *p.relative_to(ROOT).with_suffix("").parts)) for p in files()}
    for path in files():
        name = ".".join(("symattn", *path.relative_to(ROOT).with_suffix("").parts))
        body = ast.parse(path.read_text()).body
        top = {n for s in body for n in _module_level(s)}
        graph[name] = {t for t in top if t in known and t != name}
    TopologicalSorter(graph).prepare()


def _module_level(statement: ast.stmt):
    if isinstance(statement, ast.ImportFrom) and statement.module:
        yield statement.module
        yield from (f"{statement.module}.{a.name}" for a in statement.names)


def test_no_room_names_a_mechanism_file():
    for path in files():
        source = path.relative_to(ROOT).parts[0]
        if source == "mechanisms":
            continue
        for target in imports(path):
            parts = target.split(".")
            assert not (len(parts) > 2 and parts[1] == "mechanisms" and parts[2] in names()), path


def test_public_names_are_not_shadowed_by_modules():
    modules = {p.name.removesuffix(".py") for p in ROOT.iterdir()}
    assert not modules & set(symattn.__all__)
