"""Invariant: no database connection is held while bytes are read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from apps.uploads import views
from tests.uploads.test_tus_protocol import begin, patch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.uploads.tus_site")]


class WatchingBody:
    """Hands its pieces out one by one and notes whether a connection is open meanwhile."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces
        self.held: list[bool] = []

    def receive_into(self, block: memoryview, timeout: float) -> int:
        self.held.append(connection.connection is not None)
        if not self.pieces:
            return 0
        piece = self.pieces.pop(0)
        block[: len(piece)] = piece
        return len(piece)


def test_no_connection_is_held_while_bytes_are_awaited(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0
    settings.UPLOAD_COMMIT_BYTES = 2  # each piece is committed, and the connection given back again
    where, upload = begin(client, 6)
    body = WatchingBody([b"ab", b"cd", b"ef"])
    monkeypatch.setattr(views, "body_of", lambda _environ: body)
    assert patch(client, where, 0, b"abcdef").status_code == 204
    assert body.held == [False] * 4
    upload.refresh_from_db()
    assert upload.offset == 6
