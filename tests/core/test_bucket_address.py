"""The address of a bucket: whole, and never with a key in it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.core.bucket_address import Address, read_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("s3://city/portal?endpoint=https://s3.example.org", Address("city", "portal", "https://s3.example.org")),
        ("s3://city/a%20b/c/?endpoint=http://127.0.0.1:9000/", Address("city", "a b/c", "http://127.0.0.1:9000")),
        ("s3://city", Address("city", "", "")),
    ],
)
def test_it_names_a_bucket_a_folder_and_an_endpoint(url: str, address: Address) -> None:
    assert read_address(url) == address
    assert address.full_key("x") == (f"{address.prefix}/x" if address.prefix else "x")


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:secret@city/portal",
        "s3://city/portal?endpoint=https://key:secret@s3.example.org",
        "s3://city/portal?secret=abc",
        "s3://city/portal?endpoint=http://s3.example.org",
        "s3://city/portal?endpoint=s3.example.org",
        "s3://city/portal?endpoint=https://s3.example.org/?secret=abc",
        "s3:///portal",
        "s3://city:9000/portal",
    ],
)
def test_a_key_in_it_or_a_line_that_others_read_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read_address(url)
    assert "abc" not in str(refused.value)
    assert "secret@" not in str(refused.value)
