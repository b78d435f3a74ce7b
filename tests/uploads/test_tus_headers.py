"""What is not clearly right in a header is refused."""

import base64

import pytest
from django.utils.datastructures import CaseInsensitiveMapping

from apps.uploads import tus


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("raw", ["-1", str(2**63), "1e9", "", "+5", "0x10", "５", "1 2", "9" * 30, "0"])
def test_bad_length_is_refused(raw: str) -> None:
    with pytest.raises(tus.BadHeader):
        tus.parse_length(CaseInsensitiveMapping({"Upload-Length": raw}))


def test_absent_length_is_refused() -> None:
    with pytest.raises(tus.BadHeader):
        tus.parse_length(CaseInsensitiveMapping({}))


def test_length_may_be_told_later() -> None:
    assert tus.parse_length(CaseInsensitiveMapping({"Upload-Defer-Length": "1"})) is None


@pytest.mark.parametrize(
    "headers",
    [{"Upload-Defer-Length": "0"}, {"Upload-Defer-Length": ""}, {"Upload-Defer-Length": "1", "Upload-Length": "5"}],
)
def test_length_that_is_neither_told_nor_deferred_clearly_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(tus.BadHeader, match="not both"):
        tus.parse_length(CaseInsensitiveMapping(headers))


def test_largest_length_is_read() -> None:
    assert tus.parse_length(CaseInsensitiveMapping({"Upload-Length": str(2**63 - 1)})) == 2**63 - 1


def test_metadata_is_read() -> None:
    assert tus.parse_metadata(f"filename {b64('cámara.mp4')},private") == {"filename": "cámara.mp4", "private": ""}
    assert tus.parse_metadata(None) == {}


@pytest.mark.parametrize(
    "raw",
    [
        "filename ####",
        "filename YQ",
        f"filename {b64('a')},filename {b64('b')}",
        f"{b64('a')},",
        "filename /w==",
        f"naïve {b64('a')}",
        f"filename {b64('a')} {b64('b')}",
        ",".join(f"k{n}" for n in range(40)),
    ],
)
def test_bad_metadata_is_refused(raw: str) -> None:
    with pytest.raises(tus.BadHeader):
        tus.parse_metadata(raw)


@pytest.mark.parametrize("raw", ["crc32 AAAA", "sha1", "sha1 ###", "sha1 "])
def test_bad_checksum_header_is_refused(raw: str) -> None:
    with pytest.raises(tus.BadHeader):
        tus.parse_checksum(raw)
