"""A demo city that loads in seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.demo import city, filming
from tests.evidence.conftest import own_folders

__all__ = ["own_folders"]


@pytest.fixture
def small_city(monkeypatch: pytest.MonkeyPatch) -> None:
    """About 150 cameras in every kind of place: the whole city takes the same steps eight times as often."""
    where_requests_are = {
        "Midtown": 24,
        "Betton Hills": 12,
        "Lafayette Park": 8,
        "Killearn Estates": 12,
        "Frenchtown": 5,
    }
    quarters = [replace(one, homes=where_requests_are.get(one.name, 0)) for one in city.QUARTERS]
    monkeypatch.setattr(city, "QUARTERS", tuple(quarters))
    monkeypatch.setattr(city, "STRIPS", tuple(replace(one, shops=1) for one in city.STRIPS))
    monkeypatch.setattr(city, "UNIVERSITY_SITES", tuple((*site[:3], 2) for site in city.UNIVERSITY_SITES))
    monkeypatch.setattr(city, "ASSOCIATIONS", tuple((*one[:3], 3) for one in city.ASSOCIATIONS))


@pytest.fixture
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second each; `test_demo_clips` looks at whole ones."""
    whole = filming.make_clip
    monkeypatch.setattr(filming, "make_clip", lambda *names, **wish: whole(*names, **{**wish, "seconds": 1}))
