"""Which tests run on both databases. PostgreSQL runs all; SQLite runs those that a database can break.

A test that commits (`transaction=True`, a live server, another process) is one of them by itself. Pages, forms and
words are the same on both, and the journeys in a browser walk them on SQLite. A test that is given no database is the
same on both as well, whatever its folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDERS = {
    "core": "claims, transitions, the queue of SQLite's writers",
    "faults": "processes die between two commits",
    "ledger": "triggers, raw SQL, the sequencer",
    "uploads": "committed offsets, one writer an upload",
}
MODULES = {
    "test_measuring": "one row a day: inserted or replaced in one statement",
    "test_canvass_services": "a visit is stored once",
    "test_matching": "SQL of its own: boxes, partners who may be asked",
    "test_rules_of_contact": "SQL of its own: who was asked how often",
    "test_request_services": "approval stores its matches",
    "test_answering": "an answer is stored once",
    "test_importing": "a batch of rows in savepoints",
    "test_intake": "an upload becomes an item",
    "test_sealing": "claims and leases",
    "test_processing": "claims and leases",
    "test_fixity": "claims and leases",
    "test_queue_message": "one letter for one key",
    "test_sending": "claims and leases",
    "test_encrypted_fields": "bytes in a column",
}
# They commit because a decoder runs between two transactions; what they look at is a page or bytes, as on both.
ONCE = {
    "test_copy_sound",
    "test_format_guides",
    "test_item_page",
    "test_media_view",
    "test_one_long_video",
    "test_other_kinds",
    "test_replay",
    "test_story",
}
COMMITTING = {"transactional_db", "live_server", "web", "workers", "portal"}


def mark(items: list[pytest.Item]) -> None:
    """Mark what commits and what runs on both databases."""
    for item in items:
        commits = _commits(item)
        if commits:
            item.add_marker("commits")
        touches_the_database = commits and item.path.stem not in ONCE
        in_a_folder = item.get_closest_marker("django_db") and not FOLDERS.keys().isdisjoint(_folders(item.path))
        if touches_the_database or item.path.stem in MODULES or in_a_folder:
            item.add_marker("both")


def _folders(path: Path) -> tuple[str, ...]:
    return path.parent.relative_to(Path(__file__).resolve().parents[1]).parts


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    wants = marker is not None and bool(marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    return wants or not COMMITTING.isdisjoint(getattr(item, "fixturenames", ()))
