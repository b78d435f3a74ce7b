"""The signed file: kept before its row, compared when it is given out, in a folder or in a bucket."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import storages

from apps.agencies.models import Agency
from apps.agreements.models import Agreement
from apps.agreements.services import read_file
from apps.core.errors import Unavailable
from config.settings.components.stores import files_storage
from tests.factories.agreements import PDF, agreement_of
from tests.factories.people import AgencyFactory
from tests.plugins.ceph import OWNER, Bucket

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "files": files_storage(f"file://{tmp_path}/files")}
    return tmp_path / "files"


@pytest.fixture
def pair() -> tuple[Agency, Agency]:
    return AgencyFactory.create(), AgencyFactory.create()


def test_the_file_lies_under_its_digest_and_comes_back(folder: Path, pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    assert read_file(agreement) == PDF
    assert [path.name for path in (folder / "agreements").iterdir()] == [f"{agreement.signed_file.digest}.pdf"]


def test_no_agreement_is_made_while_its_file_cannot_be_kept(folder: Path, pair: tuple[Agency, Agency]) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        agreement_of(*pair)
    assert not Agreement.objects.exists()


def test_a_file_that_was_changed_or_is_gone_is_not_given_out(folder: Path, pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    kept = folder / "agreements" / f"{agreement.signed_file.digest}.pdf"
    kept.write_bytes(PDF + b"more")
    with pytest.raises(Unavailable, match="not the one that was signed"):
        read_file(agreement)
    kept.unlink()
    with pytest.raises(Unavailable, match="try again"):
        read_file(agreement)


@pytest.fixture
def in_bucket(bucket: Bucket, settings: LazySettings) -> Bucket:
    entry = files_storage(bucket.url.replace("portal", "files"))
    entry["OPTIONS"] |= {"key_id": OWNER[0], "secret": OWNER[1], "addressing": "path"}
    settings.STORAGES = {**settings.STORAGES, "files": entry}
    return bucket


@pytest.mark.s3
def test_in_a_bucket_it_is_kept_byte_by_byte_and_private(in_bucket: Bucket, pair: tuple[Agency, Agency]) -> None:
    large = PDF.replace(b"<<>>", b"<<" + b"/A (text that gets small when it is packed) " * 100_000 + b">>", 1)
    agreement = agreement_of(*pair, file=io.BytesIO(large))
    assert read_file(agreement) == large
    named = {
        "Bucket": in_bucket.address.bucket,
        "Key": f"the files/agreements/{agreement.signed_file.digest}.pdf",
    }
    assert in_bucket.owner.head_object(**named)["ContentLength"] == len(large)
    grants = in_bucket.owner.get_object_acl(**named)["Grants"]
    assert [grant["Grantee"].get("ID") for grant in grants] == ["city"]
    with pytest.raises(NotImplementedError):
        storages["files"].url(named["Key"])


@pytest.mark.s3
def test_no_agreement_is_made_while_the_bucket_is_away(
    in_bucket: Bucket, settings: LazySettings, pair: tuple[Agency, Agency]
) -> None:
    entry = settings.STORAGES["files"]
    entry["OPTIONS"] |= {"url": "s3://elsewhere/files?endpoint=http://127.0.0.1:9"}
    settings.STORAGES = {**settings.STORAGES, "files": entry}
    with pytest.raises(Unavailable):
        agreement_of(*pair)
    assert not Agreement.objects.exists()
