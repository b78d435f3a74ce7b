"""What is no film: a sound, a photograph, a text, a document. Each gets a preview where one is safe.

Which of them a file is, its content says and never its name. All are sealed like films before anything opens them.
"""

from __future__ import annotations

import logging
from pathlib import Path

from django.db import transaction

from apps.core.connections import let_go_of_connection
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import (
    WORKER,
    add_derivative,
    end_step,
    held,
    keep_derivative,
    record_facts,
    subject_of,
)
from apps.evidence.states import PAGES, DerivativeKind, ItemKind, ItemState
from apps.evidence.storage import store
from apps.ledger import services as ledger
from apps.media import formats, recipes
from apps.media.errors import Undecodable
from apps.media.pages import make_page
from apps.media.photographs import make_preview
from apps.media.plain_text import beginning_of
from apps.media.sound import make_sound_copy, make_waveform, probe_sound

logger = logging.getLogger(__name__)

_KINDS = {
    "picture": ItemKind.PHOTO,
    "heic": ItemKind.PHOTO,
    "text": ItemKind.TEXT,
    "document": ItemKind.DOCUMENT,
    "sound_only": ItemKind.SOUND,
    "empty": ItemKind.OTHER,
    "archive": ItemKind.OTHER,
    "program": ItemKind.OTHER,
    "playlist": ItemKind.OTHER,
    "unknown_format": ItemKind.OTHER,
    "no_video": ItemKind.OTHER,
}


def kind_of(refusal: Undecodable, source: Path) -> ItemKind:
    """What a file is that the probe of films refused, by that reason and the file's first bytes."""
    with source.open("rb") as file:
        head = file.read(formats.HEAD)
    if refusal.code in ("unknown_format", "damaged", "no_video") and formats.begins_like_sound(head):
        return ItemKind.SOUND
    if refusal.code == "archive" and formats.is_office_document(head):
        return ItemKind.DOCUMENT
    # What is damaged, encrypted or has a strange codec is a film all the same.
    return _KINDS.get(refusal.code, ItemKind.VIDEO)


def make_viewable(item: EvidenceItem, source: Path, scratch: Path, refusal: Undecodable) -> None:
    """Record what the file is, and make what shows it. Raises Undecodable with the reason where nothing does."""
    kind = kind_of(refusal, source)
    if kind == ItemKind.SOUND:
        _sound(item, source, scratch)
        return
    record_kind(item, kind)
    if kind == ItemKind.PHOTO and refusal.code != "heic":
        _photo(item, source, scratch)
    elif kind == ItemKind.TEXT:
        _text(item, source, scratch)
    elif kind == ItemKind.DOCUMENT:
        _document(item, source, scratch)
    else:
        raise refusal


def record_kind(item: EvidenceItem, kind: ItemKind) -> None:
    """Keep what the file is; the act that ends the step says so in the ledger. The same again changes nothing."""
    if item.kind == kind:
        return
    with transaction.atomic():
        mine = held(item)
        mine.kind = kind
        mine.save(update_fields=["kind"])
    item.kind = kind


def _sound(item: EvidenceItem, source: Path, scratch: Path) -> None:
    record_kind(item, ItemKind.SOUND)
    let_go_of_connection()
    facts = probe_sound(source, scratch=scratch)
    record_facts(item, facts)
    picture, copy = scratch / "waveform.jpg", scratch / "sound.mp4"
    let_go_of_connection()
    try:
        make_waveform(source, picture, facts, scratch=scratch)
        add_derivative(
            item, DerivativeKind.POSTER, picture, recipe=recipes.name_of("waveform"), act="evidence_item.poster_made"
        )
    except Undecodable as error:
        logger.info("Item %s has no waveform: %s", item.public_id, error)
    let_go_of_connection()
    make_sound_copy(source, copy, facts, scratch=scratch)
    _finish(item, DerivativeKind.WORKING_COPY, copy, "audio/mp4", recipes.name_of("sound"))


def _photo(item: EvidenceItem, source: Path, scratch: Path) -> None:
    let_go_of_connection()
    small, large = scratch / "small.jpg", scratch / "photo.jpg"
    make_preview(source, large, scratch=scratch)
    make_preview(large, small, scratch=scratch, longest_side=recipes.POSTER_SIDE)
    add_derivative(item, DerivativeKind.POSTER, small, recipe=recipes.name_of("still"), act="evidence_item.poster_made")
    _finish(item, DerivativeKind.WORKING_COPY, large, "image/jpeg", recipes.name_of("photo"))


def _text(item: EvidenceItem, source: Path, scratch: Path) -> None:
    text, is_all = beginning_of(source)
    target = scratch / "text.txt"
    target.write_text(text, encoding="utf-8")
    problem = "" if is_all else "text_cut"
    _finish(item, DerivativeKind.WORKING_COPY, target, "text/plain; charset=utf-8", recipes.name_of("text"), problem)


def _document(item: EvidenceItem, source: Path, scratch: Path) -> None:
    with source.open("rb") as file:
        if not file.read(formats.HEAD).startswith(b"%PDF-"):
            raise Undecodable("no_preview")
    pages: list[Path] = []
    let_go_of_connection()
    for number in range(1, len(PAGES) + 1):
        target = scratch / f"page-{number}.jpg"
        try:
            make_page(source, target, number, scratch=scratch)
        except Undecodable as error:
            if not pages:
                raise Undecodable("no_preview") from error
            break
        pages.append(target)
    *before, (kind, last) = zip(PAGES, pages, strict=False)
    for one, page in before:
        add_derivative(item, one, page, recipe=recipes.name_of("page"), act="evidence_item.poster_made")
    _finish(item, kind, last, "image/jpeg", recipes.name_of("page"))


def _finish(
    item: EvidenceItem, kind: DerivativeKind, made: Path, content_type: str, recipe: str, problem: str = ""
) -> None:
    stored = store().put_derivative(made)
    with transaction.atomic():
        mine = held(item)
        kept, _created = keep_derivative(mine, kind, stored, content_type=content_type, recipe=recipe)
        end_step(mine, ItemState.PLAYABLE, problem=problem)
        ledger.record(
            "evidence_item.playable",
            subject_of(item),
            WORKER,
            digest=kept.digest,
            size=kept.size,
            recipe=kept.recipe,
            kind=mine.kind,
            problem=mine.problem,
            times="",
        )
