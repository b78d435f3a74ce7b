"""Files that are no evidence: private, durable, replaced as a whole, and without an address of their own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from apps.core.checks import files_have_a_place
from apps.core.private_folder import PrivateFolder
from config.settings.components.stores import files_storage
from tests.faults.dying import die_at


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    return PrivateFolder(location=str(tmp_path / "files"))


def test_a_file_is_kept_for_our_own_account_alone(folder: PrivateFolder, tmp_path: Path) -> None:
    assert folder.save("agreements/one.pdf", ContentFile(b"signed")) == "agreements/one.pdf"
    assert folder.open("agreements/one.pdf").read() == b"signed"
    for made in (tmp_path / "files").rglob("*"):
        assert stat.S_IMODE(made.stat().st_mode) & 0o077 == 0, made


def test_the_same_name_replaces_the_file_and_leaves_nothing_beside_it(folder: PrivateFolder, tmp_path: Path) -> None:
    for content in (b"first and long", b"second"):
        folder.save("one", ContentFile(content))
    assert [path.read_bytes() for path in (tmp_path / "files").iterdir()] == [b"second"]


def test_a_writer_that_is_killed_leaves_the_whole_file_or_none(folder: PrivateFolder, tmp_path: Path) -> None:
    number = 1
    while die_at(number, lambda: folder.save("one", ContentFile(b"x" * 100_000))):
        assert not folder.exists("one") or folder.open("one").read() == b"x" * 100_000
        number += 1
    assert number > 2
    assert folder.open("one").read() == b"x" * 100_000


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(folder: PrivateFolder, name: str) -> None:
    with pytest.raises(Exception, match=r"."):
        folder.save(name, ContentFile(b"x"))


def test_no_file_has_an_address(folder: PrivateFolder) -> None:
    with pytest.raises(NotImplementedError):
        folder.url("one")


@pytest.mark.parametrize("alias", ["default", "files"])
def test_whatever_names_no_storage_of_its_own_is_private(alias: str) -> None:
    assert isinstance(storages[alias], PrivateFolder)


@pytest.mark.parametrize("url", ["http://example.org/x", "file://host/x", "folder"])
def test_what_is_no_folder_and_no_bucket_is_refused(settings: LazySettings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "files": files_storage(url)}
    assert [problem.id for problem in files_have_a_place()] == ["core.E002"]
