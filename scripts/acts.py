"""The catalog of acts: what the code writes into the ledger, read from the code. `--check` says if it is behind."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.places import ROOT

_ACCESS = "record_access"
PAGE = ROOT / "docs" / "ledger-acts.md"
HEAD = """# Acts in the ledger

Every act that the portal records, read from the code by `python -m scripts.acts`. `…` stands for a part that is
chosen when the act happens.
*Private* facts are personal data: the entry holds a salted commitment, and the data can be erased.

| act | subject | facts | private | written by |
|---|---|---|---|---|
"""


@dataclass(slots=True)
class ActWritten:
    """One kind of act, from all the places that write it."""

    subjects: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Place:
    """A call, the function around it, and the module."""

    call: ast.Call
    function: ast.FunctionDef | None
    module: str

    @property
    def is_access(self) -> bool:
        """Whether the entry is written by `record_access(purpose, action, subject, …)`."""
        return ast.unparse(self.call.func) == _ACCESS

    @property
    def action(self) -> ast.expr:
        return self.call.args[1 if self.is_access else 0]

    @property
    def subject(self) -> ast.expr:
        return self.call.args[2 if self.is_access else 1]


def catalog() -> dict[str, ActWritten]:
    """Every act by its name."""
    source = _Source()
    found: dict[str, ActWritten] = {}
    for place in source.records():
        for name in source.texts(place.action, place.function, place.module):
            act = found.setdefault(name, ActWritten())
            act.modules.add(place.module)
            act.facts |= source.facts_of_access if place.is_access else set()
            act.subjects |= source.subjects(place)
            for one in place.call.keywords:
                if one.arg == "private":
                    act.private |= source.private(one.value, place)
                elif one.arg:
                    act.facts.add(one.arg)
                else:
                    act.facts |= source.keys(one.value, place)
    return found


def is_known(action: str) -> bool:
    """Whether the page has this act; `--check` proves that the page is the catalog's."""
    return any(pattern.fullmatch(action) for pattern in _patterns())


def page() -> str:
    """The catalog as a page."""
    rows = [
        f"| `{name}` | {_list(act.subjects)} | {_list(act.facts)} | {_list(act.private)} | {_list(act.modules)} |"
        for name, act in sorted(catalog().items())
    ]
    return HEAD + "\n".join(rows) + "\n"


def main() -> int:
    """Write the page, or with `--check` say whether it is current."""
    now = page()
    if "--check" not in sys.argv:
        PAGE.write_text(now)
        return 0
    if PAGE.exists() and PAGE.read_text() == now:
        return 0
    print("docs/ledger-acts.md is behind the code: run `python -m scripts.acts`.")
    return 1


_known: list[re.Pattern[str]] = []


def _patterns() -> list[re.Pattern[str]]:
    if not _known:
        names = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)
        _known.extend(re.compile(re.escape(name).replace("…", "[a-z_]+")) for name in names)
    return _known


class _Source:
    """The apps' code, as far as names of acts have to be followed through it."""

    def __init__(self) -> None:
        self._calls: list[_Place] = []
        self._constants: dict[str, dict[str, ast.expr]] = {}
        self._returned: dict[tuple[str, str], ast.expr] = {}  # by module and function
        self._imported: dict[tuple[str, str], tuple[str, str]] = {}  # module and name here: module and name there
        for path in sorted((ROOT / "apps").rglob("*.py")):
            if "migrations" not in path.parts:
                self._read(path)

    def _read(self, path: Path) -> None:
        module = ".".join(path.relative_to(ROOT / "apps").with_suffix("").parts)
        tree = ast.parse(path.read_text())
        constants = self._constants.setdefault(module, {})
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                constants[node.targets[0].id] = node.value
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apps."):
                there = str(node.module).removeprefix("apps.")
                self._imported |= {(module, one.asname or one.name): (there, one.name) for one in node.names}
            if isinstance(node, ast.FunctionDef) and isinstance(last := node.body[-1], ast.Return) and last.value:
                self._returned[module, node.name] = last.value
        self._calls.extend(_Place(call, function, module) for call, function in _calls_in(tree, None))

    def records(self) -> Iterator[_Place]:
        """Every call that writes an entry."""
        for place in self._calls:
            name = ast.unparse(place.call.func)
            in_ledger = name == "record" and place.module.startswith("ledger.")
            is_record = in_ledger or name in ("ledger.record", "ledger.record_alone")
            if (is_record or place.is_access) and len(place.call.args) == 3 and not _is_in_access(place):
                yield place

    @property
    def facts_of_access(self) -> set[str]:
        """What every entry about an access says."""
        return {one.arg for place in self._calls if _is_in_access(place) for one in place.call.keywords if one.arg}

    def texts(self, value: ast.expr, function: ast.FunctionDef | None, module: str, depth: int = 0) -> set[str]:
        """What the expression can be, followed through arguments and constants; "…" where it cannot be told."""
        if isinstance(value, ast.Constant):
            return {str(value.value)}
        if isinstance(value, ast.IfExp):
            return self.texts(value.body, function, module, depth) | self.texts(value.orelse, function, module, depth)
        if isinstance(value, ast.JoinedStr):
            found = {""}
            for part in value.values:
                inner = part.value if isinstance(part, ast.FormattedValue) else part
                found = {left + right for left in found for right in self.texts(inner, function, module, depth)}
            return found
        if not isinstance(value, ast.Name) or depth > 4:
            return {"…"}
        if function is not None and value.id in _parameters(function):
            return self._arguments(function, value.id, module, depth) or {"…"}
        if function is not None and (assigned := _assigned(function, value.id)) is not None:
            return self.texts(assigned, function, module, depth + 1)
        if value.id in self._constants[module]:
            return self.texts(self._constants[module][value.id], None, module, depth + 1)
        return {"…"}

    def _arguments(self, function: ast.FunctionDef, name: str, module: str, depth: int) -> set[str]:
        """What callers in the same app give for a parameter."""
        app = module.partition(".")[0]
        found: set[str] = set()
        for place in self._calls:
            called = getattr(place.call.func, "id", getattr(place.call.func, "attr", ""))
            elsewhere = place.module != module if called.startswith("_") else place.module.partition(".")[0] != app
            if called != function.name or elsewhere or ast.unparse(place.call.func) == "ledger.record":
                continue
            positions = [one.arg for one in function.args.posonlyargs + function.args.args]
            given = dict(zip(positions, place.call.args, strict=False))
            given |= {one.arg: one.value for one in place.call.keywords if one.arg}
            if name in given:
                found |= self.texts(given[name], place.function, place.module, depth + 1)
        return found

    def private(self, value: ast.expr, place: _Place) -> set[str]:
        """The names of private facts."""
        return _keys(self._what_is_returned(value, place.module) or value)

    def keys(self, value: ast.expr, place: _Place) -> set[str]:
        """The names of facts in an expression that is unpacked; "…" where they cannot be told."""
        function = place.function
        if isinstance(value, ast.Name) and function is not None:
            if function.args.kwarg is not None and function.args.kwarg.arg == value.id:
                return self._more_facts(function, place.module)
            value = _assigned(function, value.id) or value
        return _keys(self._what_is_returned(value, place.module) or value) or {"…"}

    def _what_is_returned(self, value: ast.expr, module: str) -> ast.expr | None:
        """What a called function returns: of this module, of the one that it is imported from, or else of its app."""
        if not isinstance(value, ast.Call):
            return None
        name = getattr(value.func, "id", getattr(value.func, "attr", ""))
        app = module.partition(".")[0]
        of_app = [found for (there, called), found in self._returned.items() if called == name and _app(there) == app]
        imported = self._imported.get((module, name), (module, name))
        if isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Name):  # guard.subject_of(…)
            imported = (".".join(self._imported.get((module, value.func.value.id), ("", ""))), name)
        return self._returned.get((module, name)) or self._returned.get(imported) or next(iter(of_app), None)

    def _more_facts(self, function: ast.FunctionDef, module: str) -> set[str]:
        app = module.partition(".")[0]
        named = _parameters(function)
        found: set[str] = set()
        for place in self._calls:
            called = getattr(place.call.func, "id", getattr(place.call.func, "attr", ""))
            elsewhere = place.module != module if called.startswith("_") else place.module.partition(".")[0] != app
            if called == function.name and not elsewhere and ast.unparse(place.call.func) != "ledger.record":
                found |= {one.arg for one in place.call.keywords if one.arg} - named
        return found

    def subjects(self, place: _Place) -> set[str]:
        """The kinds of subject of one call."""
        value = place.subject
        if isinstance(value, ast.Name) and place.function is not None:
            value = _assigned(place.function, value.id) or value
        value = self._what_is_returned(value, place.module) or value
        if isinstance(value, ast.Call) and ast.unparse(value.func) == "Subject.of":
            return self.texts(value.args[0], place.function, place.module)
        return {"…"}


def _is_in_access(place: _Place) -> bool:
    inside = place.function is not None and place.function.name == _ACCESS
    return inside and ast.unparse(place.call.func) == "ledger.record"


def _calls_in(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, function
        yield from _calls_in(child, child if isinstance(child, ast.FunctionDef) else function)


def _app(module: str) -> str:
    return module.partition(".")[0]


def _parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {one.arg for one in arguments.posonlyargs + arguments.args + arguments.kwonlyargs}


def _assigned(function: ast.FunctionDef, name: str) -> ast.expr | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return node.value
    return None


def _keys(value: ast.expr) -> set[str]:
    return {
        str(key.value)
        for node in ast.walk(value)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }


def _list(values: set[str]) -> str:
    return ", ".join(sorted(values))


if __name__ == "__main__":
    sys.exit(main())
