"""What is different between two texts, paragraph by paragraph and, where a paragraph changed, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Beyond this a changed paragraph is shown as taken out and put in: comparing word by word takes quadratic time.
WORDS_MAX = 1_500
# Paragraphs that share less than this are two different ones, not one that changed.
ALIKE = 0.4


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of a paragraph whose pieces say more


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph: the same, added or removed."""

    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of either text. `heading` says that it is one."""

    mark: Mark
    pieces: tuple[Piece, ...]
    heading: bool

    @property
    def words(self) -> str:
        return "".join(piece.words for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighboring paragraphs that are all unchanged, or all not."""

    changed: bool
    paragraphs: tuple[Paragraph, ...]
    under: str = ""  # the heading before it, where the passage does not begin with one


@dataclass(frozen=True, slots=True)
class Comparison:
    """The new text with what was taken out, in reading order."""

    passages: tuple[Passage, ...]

    @property
    def changed(self) -> int:
        """How many paragraphs were added, removed or changed."""
        return sum(len(passage.paragraphs) for passage in self.passages if passage.changed)


def compare(old: str, new: str) -> Comparison:
    """The difference from old to new. The same text has no changed passage."""
    before, after = list(_paragraphs(old)), list(_paragraphs(new))
    found: list[Paragraph] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found += [_whole(Mark.SAME, words) for words in after[j1:j2]]
        else:
            found += _replaced(before[i1:i2], after[j1:j2])
    return Comparison(tuple(_passages(found)))


def _paragraphs(text: str) -> Iterator[str]:
    """Blocks apart by empty lines; a heading, and each point of a list, is a paragraph of its own."""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines: list[str] = []
        for line in block.split("\n"):
            starts = line.startswith(("- ", "#")) or (lines and lines[-1].startswith("#"))
            if starts or not lines:
                lines.append(line.strip())
            else:
                lines[-1] = f"{lines[-1]} {line.strip()}"
        yield from (line for line in lines if line)


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """Pairs each new paragraph with the first old one that is like it, in order; the rest was removed or added."""
    at = 0
    for words in after:
        partner = next((k for k in range(at, len(before)) if _alike(before[k], words)), None)
        if partner is None:
            yield _whole(Mark.ADDED, words)
            continue
        yield from (_whole(Mark.REMOVED, gone) for gone in before[at:partner])
        yield _changed(before[partner], words)
        at = partner + 1
    yield from (_whole(Mark.REMOVED, gone) for gone in before[at:])


def _alike(old: str, new: str) -> bool:
    if old.startswith("#") != new.startswith("#"):
        return False
    first, second = old.split(), new.split()
    if max(len(first), len(second)) > WORDS_MAX:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _changed(old: str, new: str) -> Paragraph:
    before, after = _tokens(_plain(old)), _tokens(_plain(new))
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, "".join(after[j1:j2])))
            continue
        gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
        pieces += [Piece(Mark.REMOVED, gone)] if gone.strip() else []
        pieces += [Piece(Mark.ADDED, come)] if come.strip() else [Piece(Mark.SAME, come)] if come else []
    return Paragraph(Mark.CHANGED, tuple(pieces), new.startswith("#"))


def _tokens(words: str) -> list[str]:
    """Words with the white space behind them, so that joined they are the text again."""
    return re.findall(r"\S+\s*", words)


def _plain(words: str) -> str:
    return re.sub(r"^(#+|-)\s+", "", words)


def _whole(mark: Mark, words: str) -> Paragraph:
    return Paragraph(mark, (Piece(mark, _plain(words)),), words.startswith("#"))


def _passages(paragraphs: Sequence[Paragraph]) -> Iterator[Passage]:
    run: list[Paragraph] = []
    heading = under = ""
    for one in paragraphs:
        if run and (run[0].mark == Mark.SAME) != (one.mark == Mark.SAME):
            yield Passage(run[0].mark != Mark.SAME, tuple(run), under)
            run = []
        if not run:
            under = "" if one.heading else heading
        run.append(one)
        heading = one.words if one.heading and one.mark != Mark.REMOVED else heading
    if run:
        yield Passage(run[0].mark != Mark.SAME, tuple(run), under)
