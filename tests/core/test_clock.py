"""People read one style of dates and times, by the clock that the city chose."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as written
from django.utils.formats import date_format

from config.formats import formats

EVENING = datetime(2026, 3, 7, 20, 5)


@pytest.mark.parametrize(
    ("language", "hours", "expected"),
    [
        ("en", 0, "March 7, 2026, 8:05 p.m."),
        ("en", 12, "March 7, 2026, 8:05 p.m."),
        ("en", 24, "March 7, 2026, 20:05"),
        ("es", 0, "7 de marzo de 2026 a las 20:05"),
        ("es", 12, "7 de marzo de 2026 a las 8:05 p.m."),
        ("es", 24, "7 de marzo de 2026 a las 20:05"),
    ],
)
def test_a_time_is_written_by_the_chosen_clock(language: str, hours: int, expected: str) -> None:
    with translation.override(language):
        assert written(EVENING, formats(language, hours)[2]) == expected


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_use_this_style(language: str) -> None:
    with translation.override(language):
        for name, form in zip(
            ("DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT"), formats(language, settings.CLOCK_HOURS), strict=True
        ):
            assert date_format(EVENING, name) == written(EVENING, form)


def test_no_template_writes_a_time_in_a_style_of_its_own() -> None:
    """Exact times of evidence, with their seconds and in one form in every language, are the exception."""
    own = re.compile(r"""(?:date|time):["']((?![^"']*:s)[^"']*[HGgPifAa][^"']*)["']""")
    found = [
        f"{path.name}: {style}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.*"))
        for style in own.findall(path.read_text())
        if style not in ("DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT")
    ]
    assert found == []


def test_staff_read_no_instant_without_its_zone() -> None:
    """Beside the zone in a sentence of its own, or by `|instant`."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((settings.BASE_DIR / "templates" / "admin").rglob("*.html"))
        for line in path.read_text().splitlines()
        for moment in re.findall(r"""([\w.]+)\|date:["']DATETIME_FORMAT["']""", line)
        if f'{moment}|date:"T"' not in line
    ]
    assert found == []
