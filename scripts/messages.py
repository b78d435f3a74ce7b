"""`python -m scripts.messages`: collect every string and bring locale/*/LC_MESSAGES/django.po up to date.

Needs Babel and Django, no gettext tools. Templates go through Django's own `templatize`. New strings arrive empty,
strings that are gone are dropped, nothing is guessed. `--check` only says what is missing, by exit code too.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS: dict[str, Any] = {
    name + suffix: places
    for suffix in ("", "_lazy")
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
} | {"_": None, "gettext_noop": None}
LITERAL = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?(?:\s*,\s*{LITERAL})?", re.S)
PASSING_HEADERS = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|'
    rb"Generated-By):.*\n",
    re.M,
)
Found = tuple[str | tuple[str, str], str | None]


def of_template(source: str) -> Iterator[Found]:
    """Message and context of each translation in a Django template."""
    for match in CALL.finditer(templatize(source)):
        name, *texts = match.groups()
        words = [ast.literal_eval(text) for text in texts if text is not None]
        context = words.pop(0) if "p" in name.replace("gettext", "") else None
        yield ((words[0], words[1]) if name.startswith("n") else words[0]), context


def of_module(source: str) -> Iterator[Found]:
    """Message and context of each translation in a Python module."""
    calls: Iterator[Any] = extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {})
    for _line, name, given, _comments in calls:
        words = [text for text in (given if isinstance(given, tuple) else (given,)) if text]
        if not words:
            continue
        context = words.pop(0) if name.removesuffix("_lazy") in ("pgettext", "npgettext") else None
        yield ((words[0], words[1]) if name.lstrip("_").startswith("n") else words[0]), context


def template() -> Catalog:
    """Every string of the project, with the files that use it."""
    catalog = Catalog(project="Community Camera Partnership Portal", charset="utf-8")
    sources = [
        *((path, of_module) for path in sorted((ROOT / "apps").rglob("*.py")) if "migrations" not in path.parts),
        *((path, of_template) for path in sorted((ROOT / "templates").rglob("*.*"))),
    ]
    for path, reader in sources:
        for message, context in reader(path.read_text()):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """The strings that a catalog leaves without words of its own."""
    empty = []
    for message in catalog:
        words = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and (message.fuzzy or not all(words)):
            empty.append(str(message.id))
    return empty


def written(catalog: Catalog) -> bytes:
    """The catalog as a file, without headers that change at every run or name a person."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return PASSING_HEADERS.sub(b"", buffer.getvalue())


def main() -> int:
    wanted = template()
    left = 0
    for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po")):
        language = path.parts[-3]
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = f"# {wanted.project}: {language}"
        gaps = missing(catalog)
        left += len(gaps)
        print(f"{language}: {len(catalog)} strings, {len(gaps)} without a translation")
        if "--check" in sys.argv:
            print("\n".join(f"  {text}" for text in gaps))
            continue
        path.write_bytes(written(catalog))
    return 1 if left and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
