"""Which functions of the apps lock rows, directly or by what they call; and which of them are verbs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# `notice` counts a finding up by an UPDATE, which locks its row too.
HELPERS = {
    ("apps.core.locks", "locked"),
    ("apps.core.locks", "locked_exclusively"),
    ("apps.findings.services", "notice"),
}
Name = tuple[str, str]


@dataclass
class Function:
    """A function of a module: what it calls by name, and whether it opens a transaction itself."""

    calls: set[Name] = field(default_factory=set)
    atomic: bool = False


@cache
def functions() -> dict[Name, Function]:
    found: dict[Name, Function] = {}
    for path in sorted((ROOT / "apps").rglob("*.py")):
        if "migrations" not in path.parts:
            found |= _functions_of(path)
    return found


def _functions_of(path: Path) -> dict[Name, Function]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    tree = ast.parse(path.read_text())
    imported: dict[str, Name] = {}
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("apps"):
            for alias in node.names:
                imported[alias.asname or alias.name] = (node.module, alias.name)
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    found: dict[Name, Function] = {}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        function = found[(module, node.name)] = Function()
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                # Not calls alone: a function that is handed on is called by somebody.
                function.calls.add(imported.get(inner.id, (module, inner.id)))
            elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                if inner.value.id in modules:
                    function.calls.add((modules[inner.value.id], inner.attr))
                elif (inner.value.id, inner.attr) == ("transaction", "atomic"):
                    function.atomic = True
    # What a package hands on under its own name.
    found |= {(module, name): Function({source}) for name, source in imported.items() if parts[-1] == "__init__"}
    return found


@cache
def lockers() -> frozenset[Name]:
    """Every function that reaches one of the helpers."""
    known = set(HELPERS)
    while True:
        more = {name for name, function in functions().items() if function.calls & known} - known
        if not more:
            return frozenset(known)
        known |= more


def verbs() -> set[str]:
    """Public functions that open a transaction and lock rows in it, as `app.module.function`."""
    return {
        f"{module.removeprefix('apps.')}.{name}"
        for module, name in lockers()
        if not name.startswith("_") and functions().get((module, name), Function()).atomic
    }
