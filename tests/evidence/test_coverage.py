"""Whether a file covers the time that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.evidence.coverage import coverage_of
from apps.footage_requests.models import FootageRequest
from tests.factories.evidence import received_item
from tests.factories.footage_requests import open_request

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 23:00 in Tallahassee


@pytest.fixture
def item(settings, tmp_path):
    settings.STAGING_DIR = tmp_path / "staging"
    opened = open_request()
    window = {"window_start": START, "window_end": START + timedelta(minutes=20), "time_zone": "America/New_York"}
    FootageRequest.objects.filter(pk=opened.request.pk).update(**window)
    opened.invitation.refresh_from_db()
    return received_item(b"video", sent_through=opened.invitation)


@pytest.mark.parametrize(
    ("claimed", "seconds", "covers"),
    [
        ("2026-11-24T03:58:00Z", 1320, "all"),
        ("2026-11-24T04:00:00Z", 1200, "all"),
        ("2026-11-23T22:58:00", 1320, "all"),
        ("2026-11-24T03:58:00Z", 600, "part"),
        ("2026-11-24T04:19:59Z", 600, "part"),
        ("2026-11-24T03:00:00Z", 3600, "none"),
        ("2026-11-24T04:20:00Z", 600, "none"),
        (None, 600, "unknown"),
        ("2026-11-24T04:00:00Z", None, "unknown"),
        ("2026-13-45T99:00:00Z", 600, "unknown"),
    ],
)
def test_a_file_is_compared_with_the_window_asked(item, claimed, seconds, covers):
    item.probe = {"recorded_at_claimed": claimed, "duration_s": seconds}
    found = coverage_of(item)
    assert found is not None
    assert found.covers == covers


def test_the_words_name_both_spans_in_the_requests_zone(item, settings):
    settings.CLOCK_HOURS = "24"
    item.probe = {"recorded_at_claimed": "2026-11-24T03:58:00Z", "duration_s": 1320}
    words = coverage_of(item).words
    assert words in ("Covers 22:58–23:20 of 23:00–23:20", "Covers 10:58 p.m.–11:20 p.m. of 11 p.m.–11:20 p.m.")
    item.probe = {}
    assert coverage_of(item).words == "No times known"
