"""No two modules import each other, whatever the way around.

Imports inside of functions count, and a module brings along the packages that it lies in. Imports for type checkers
alone do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_source_rules import ROOT, SOURCES


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            yield from imports_of(node)


def packages_of(name: str) -> Iterator[str]:
    """Python runs the `__init__` of each package above a module first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def graph() -> dict[str, set[str]]:
    """Which modules of ours each module names in its imports."""
    modules = {name_of(path): path for path in SOURCES}
    found: dict[str, set[str]] = {name: set() for name in modules}
    for name, path in modules.items():
        for node in imports_of(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                named = {alias.name for alias in node.names}
            else:
                assert not node.level, f"{name}: imports are absolute"
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                named = {one if one in modules else str(node.module) for one in inner}
            named |= {package for one in named for package in packages_of(one) if not name.startswith(f"{package}.")}
            found[name] |= named & modules.keys() - {name}
    return found


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components of more than one)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(edges[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = [stack.pop()]
            while group[-1] != name:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for name in edges:
        if name not in index:
            visit(name)
    return found


def test_a_circle_is_found_whatever_its_length() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a", "c"}}) == [["b", "c"]]


def test_no_modules_import_each_other() -> None:
    edges = graph()
    assert sum(map(len, edges.values())) > 1000
    assert circles(edges) == []
