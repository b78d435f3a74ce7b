"""What an item's page says of gaps, missing and doubled pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import facts_of
from apps.media.timing import Timing
from tests.factories.clips import clip
from tests.factories.items import decoded

STEADY = Timing(
    pictures=9000,
    usual_s=0.04,
    shortest_s=0.04,
    longest_s=0.04,
    steady=True,
    still=0,
    still_s=0,
    still_at_s=0,
    missing=0,
    doubled=0,
    longest_group=50,
)


def words_of(timing: Timing | None) -> dict[str, str]:
    probe = decoded(clip("h264")).facts.to_json()
    if timing:
        probe["timing"] = timing.to_json()
    return {fact.name: fact.value for fact in facts_of(EvidenceItem(filename="a.mp4", size=1, probe=probe))}


@pytest.mark.parametrize(
    ("timing", "name", "words"),
    [
        (STEADY, "Number of pictures", "9,000"),
        (replace(STEADY, pictures=40), "Number of pictures", "40; the original has 50"),
        (STEADY, "Distance of pictures", "steady, 0.040 s"),
        (STEADY, "Gaps", "none"),
        (replace(STEADY, still=1, still_s=2.4, still_at_s=612), "Gaps", "1 gap: 2.4 s at 10:12."),
        (
            replace(STEADY, still=3, still_s=2.4, still_at_s=3612, missing=144),
            "Gaps",
            "3 gaps: the longest 2.4 s at 1:00:12. About 144 pictures are missing.",
        ),
        (
            replace(STEADY, steady=False, shortest_s=0.02, longest_s=2),
            "Distance of pictures",
            "changing: usually 0.040 s, at least 0.020 s, at most 2.000 s",
        ),
        (replace(STEADY, doubled=1), "Doubled pictures", "1 picture has the time of another and is not shown."),
        (
            replace(STEADY, longest_group=300),
            "Groups of pictures",
            "Up to 300 pictures hang together, so a jump or a step back takes longer.",
        ),
    ],
)
def test_facts_of_times_are_sentences(timing: Timing, name: str, words: str) -> None:
    assert words_of(timing)[name] == words


def test_nothing_is_said_where_nothing_is_odd_or_known() -> None:
    assert not {"Doubled pictures", "Groups of pictures"} & words_of(STEADY).keys()
    assert not {"Number of pictures", "Gaps"} & words_of(None).keys()
