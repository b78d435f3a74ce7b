"""Parts of a file that is sent to an object store: as few as S3 takes, and no smaller than we are told."""

from __future__ import annotations

import pytest

from apps.evidence.s3.sending import MEBIBYTE, MOST_PARTS, part_size

LEAST = 16 * MEBIBYTE


@pytest.mark.parametrize("size", [1, LEAST + 1, 40 * 1024**3, 200 * 1024**3, 5 * 1024**4])
def test_a_file_of_any_size_fits_into_the_parts_that_s3_takes(size: int) -> None:
    part = part_size(size, LEAST)
    assert part >= LEAST
    assert -(-size // part) <= MOST_PARTS


def test_a_file_of_forty_gigabytes_is_sent_in_the_smallest_parts() -> None:
    assert part_size(40 * 1024**3, LEAST) == LEAST
