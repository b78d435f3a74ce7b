"""Rules that a machine can read from the source, beside the layers that import-linter holds."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for folder in ("templates", "apps") for path in (ROOT / folder).rglob("*.html"))
SOURCES = sorted(path for path in (ROOT / "apps").rglob("*.py") if "migrations" not in path.parts)
ENTRY_POINTS = re.compile(
    r"(views|admin|api|_views|pages|dashboard|partner_map|forms|serializers|selectors|policies)\.py$"
)
LONGEST_LINE = 160
STATUS = {"state", "triage", "answer", "outcome"}


def layers() -> list[set[str]]:
    """The apps as the import contract orders them, the highest first."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return [{name.strip().removeprefix("apps.") for name in layer.split("|")} for layer in contract["layers"]]


def relations() -> Iterator[tuple[str, models.ForeignKey[models.Model, models.Model]]]:
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey):
                    yield f"{model._meta.label}.{field.name}", field


def calls_and_targets(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Line and expression of each method that a module calls and each attribute that it assigns."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, node.func
        elif isinstance(node, ast.Assign | ast.AugAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield from ((node.lineno, leaf) for leaf in ast.walk(target) if isinstance(leaf, ast.Attribute))


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_nothing_cascades() -> None:
    found = {name: field.remote_field.on_delete for name, field in relations()}
    assert len(found) > 30
    assert [name for name, on_delete in found.items() if on_delete is not models.PROTECT] == []


def test_keys_of_other_apps_point_down_and_cannot_be_followed_up() -> None:
    height = {name: place for place, names in enumerate(layers()) for name in names}
    for name, field in relations():
        here, there = field.model._meta.app_label, field.related_model._meta.app_label
        if here != there:
            assert height[here] < height[there], f"{name} points up"
            assert field.remote_field.related_name == "+", f"{name} can be followed up"


@pytest.mark.parametrize(
    "forbidden",
    [
        r"\sstyle\s*=",
        r"<style\b",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"<script(?![^>]*(\ssrc=|type=\"importmap\"))",
    ],
)
def test_no_template_holds_what_the_content_policy_forbids(forbidden: str) -> None:
    found = [
        where(path, text[: match.start()].count("\n") + 1)
        for path in TEMPLATES
        if "emails" not in path.parts  # a mail has no policy, and mail programs read nothing but inline styles
        for text in [path.read_text()]
        for match in re.finditer(forbidden, text)
    ]
    assert len(TEMPLATES) > 50
    assert found == []


def test_no_line_of_a_template_needs_a_scroll_to_the_side() -> None:
    texts = [*TEMPLATES, *(ROOT / "templates").rglob("*.txt")]
    found = [
        where(path, number)
        for path in texts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert found == []


def test_doors_call_services_and_write_nothing_themselves() -> None:
    writes = {"create", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
    found = []
    for path in SOURCES:
        if not ENTRY_POINTS.search(path.name) and path.parent.name != "admin":
            continue
        for line, expression in calls_and_targets(path):
            if not isinstance(expression, ast.Attribute):
                continue
            on_rows = isinstance(expression.value, ast.Attribute) and expression.value.attr == "objects"
            if (expression.attr in writes and on_rows) or expression.attr in {"save", "delete"}:
                found.append(f"{where(path, line)} {ast.unparse(expression)}")
    assert found == []


def is_service(path: Path) -> bool:
    return (
        "services" in path.parts or path.name in ("services.py", "sending.py", "erasing.py") or path.parts[-2] == "demo"
    )


def test_a_status_changes_in_services_alone() -> None:
    """What is read anew from the database (the value of a call) is no change."""
    found = []
    for path in SOURCES:
        for node in [] if is_service(path) else ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call):
                leaves = (leaf for target in node.targets for leaf in ast.walk(target))
                changed = [leaf.attr for leaf in leaves if isinstance(leaf, ast.Attribute) and leaf.attr in STATUS]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
                changed = [word.arg for word in node.keywords if word.arg in STATUS]
            else:
                continue
            found += [f"{where(path, node.lineno)} {name}" for name in changed]
    assert found == []


def test_words_for_people_are_whole_sentences_for_the_translator() -> None:
    translate = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
    found = [
        where(path, node.lineno)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in translate
        and any(isinstance(word, ast.JoinedStr | ast.BinOp) for word in node.args[:1])
    ]
    assert found == []


def test_a_module_fits_a_readers_head() -> None:
    # One file on purpose: it goes into each package alone, and a stranger reads it from top to bottom.
    sources = [path for path in SOURCES if path.name != "verify_package.py"]
    long = {where(path, 1): lines for path in sources if (lines := len(path.read_text().splitlines())) > 400}
    assert long == {}
    assert [path for path in SOURCES if path.stem in {"utils", "helpers", "misc"}] == []


def test_rows_are_locked_by_the_one_helper() -> None:
    """`core.locks` locks them in the order of their keys and no stronger than needed; docs/locking.md."""
    found = [
        where(path, line)
        for path in SOURCES
        for line, expression in calls_and_targets(path)
        if isinstance(expression, ast.Attribute) and expression.attr == "select_for_update"
    ]
    assert {place.split(":")[0] for place in found} == {"apps/core/locks.py"}


def test_spelling_is_american():
    british = re.compile(
        r"\b\w*(?:colour|neighbour|behaviour|catalogue|(?:authori|normali|recogni|neutrali)s(?:e|ed|es|ing|ation)\b"
        r"|\bmetres?\b|\bcentre\b|\bdefence\b|\btowards\b|\blearnt\b)",
        re.I,
    )
    # What a spreadsheet may say, and what this test says.
    spared = {"apps/imports/values.py", "apps/imports/columns.py", "tests/architecture/test_source_rules.py"}
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for folder in ("apps", "templates", "static", "docs", "tests", "config", "scripts")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".md", ".js", ".css"}
        and not {"migrations", "es.md"} & set(path.parts)
        and str(path.relative_to(ROOT)) not in spared
        for word in british.findall(path.read_text())
    ]
    assert found == []


def test_every_model_is_in_the_models_of_its_app() -> None:
    """In `models.py` or in the package `models`, where people look and Django finds it."""
    elsewhere = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        if path.name != "models.py" and path.parent.name != "models"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and any(_is_model_base(base) for base in node.bases)
    ]
    assert elsewhere == []
    assert {model.__module__.split(".")[2] for model in apps.get_models() if model.__module__.startswith("apps.")} == {
        "models"
    }


def _is_model_base(base: ast.expr) -> bool:
    name = ast.unparse(base)
    return name in {"models.Model", "PublicModel", "RequestKeyed", "Versioned", "Claimable"}
