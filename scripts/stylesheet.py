"""The part of the design system's stylesheet that the pages use.

The whole is 527 kB of rules, most of them for components that no page of ours has, and a first visit on a phone waits
for all of them.
A rule stays if each class it names occurs somewhere in the templates, the code or the scripts, or if it names none.
Where the part was not made (a tree that was never set up), the whole stylesheet is served under the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.places import CACHE, NODE_MODULES, ROOT

WHOLE = NODE_MODULES / "@uswds" / "uswds" / "dist" / "css" / "uswds.min.css"
PART = CACHE / "static" / "vendor" / "uswds" / "css" / WHOLE.name
READ = {"templates": "*.html", "apps": "*.py", "static/js": "*.js"}
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^\"')]*\)|/\*.*?\*/", re.S)


def classes_in_use(root: Path = ROOT) -> set[str]:
    """Each word that may be a class, wherever it stands."""
    sources = (path for folder, kind in READ.items() for path in sorted((root / folder).rglob(kind)))
    return {word for path in sources for word in _WORD.findall(path.read_text(encoding="utf-8"))}


def make_stylesheet() -> None:
    """Write the part, if it is not there already."""
    part = part_of(WHOLE.read_text(encoding="utf-8"), classes_in_use())
    if not PART.exists() or PART.read_text(encoding="utf-8") != part:
        PART.parent.mkdir(parents=True, exist_ok=True)
        PART.write_text(part, encoding="utf-8")


def part_of(sheet: str, used: Iterable[str]) -> str:
    """The rules of `sheet` that can apply where only `used` classes occur."""
    return "".join(_kept(sheet, frozenset(used)))


def _kept(sheet: str, used: frozenset[str]) -> Iterator[str]:
    for head, body in _rules(sheet):
        name = head.strip()
        if body is None or name.startswith(("@font-face", "@keyframes", "@-webkit-keyframes", "@page")):
            yield head if body is None else f"{head}{{{body}}}"
        elif name.startswith("@"):
            inner = "".join(_kept(body, used))
            if inner:
                yield f"{head}{{{inner}}}"
        else:
            selectors = [one for one in _split(head) if _names_only(one, used)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _names_only(selector: str, used: frozenset[str]) -> bool:
    return all(name.replace("\\", "") in used for name in _CLASS.findall(_STRING.sub("", selector)))


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Each rule as what stands before its braces and in them; a statement such as @charset has no braces."""
    # Strings may hold braces: they are blanked, at the same places, for looking.
    blank = _STRING.sub(lambda found: " " * len(found[0]), sheet)
    start = position = 0
    while (found := re.compile(r"[{;]").search(blank, position)) is not None:
        if found[0] == ";":
            yield sheet[start : found.end()], None
            start = position = found.end()
            continue
        depth, end = 1, found.end()
        while depth:
            brace = re.compile(r"[{}]").search(blank, end)
            if brace is None:
                raise ValueError("a brace of the stylesheet is never closed")
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
        yield sheet[start : found.start()], sheet[found.end() : end - 1]
        start = position = end


def _split(selectors: str) -> list[str]:
    """At the commas between selectors, not at those within :is(…) and :not(…)."""
    parts, depth, current = [], 0, ""
    for character in selectors:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


if __name__ == "__main__":
    make_stylesheet()
