"""The table of the ASVS says how each line is met, and what it names as evidence is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.+?) \| (\S+) \| (.*?) ?\| (.*?) ?\|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text())
# How many lines of levels 1 and 2 each chapter has in version 5.0.0; files, authorization and logging have level 3 too.
LINES = {
    **{1: 27, 2: 12, 3: 19, 4: 10, 5: 13, 6: 35, 7: 18, 8: 13, 9: 7, 10: 29, 11: 14, 12: 9},
    **{13: 13, 14: 9, 15: 13, 16: 17, 17: 7},
}


def test_every_line_is_there_once() -> None:
    assert max(Counter(row[0] for row in ROWS).values()) == 1
    assert Counter(int(row[0].partition(".")[0]) for row in ROWS) == LINES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_line_says_how_it_is_met_and_its_evidence_exists(row: tuple[str, ...]) -> None:
    _number, _level, _words, met, evidence, remark = row
    named = re.findall(r"`([^`]+)`", evidence)
    assert met in ("yes", "partly", "no", "site", "n/a")
    assert named or met not in ("yes", "partly", "site")
    assert remark or met not in ("no", "partly")
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_summary_counts_right() -> None:
    said = re.search(
        r"Of (\d+) lines (\d+) are met, (\d+) partly, (\d+) are not, (\d+) are the site's, and (\d+) do not apply",
        PAGE.read_text(),
    )
    counted = Counter(row[3] for row in ROWS)
    kinds = ("yes", "partly", "no", "site", "n/a")
    assert said is not None
    assert [int(number) for number in said.groups()] == [len(ROWS), *(counted[kind] for kind in kinds)]
