"""`verify_package.py` finds whole packages whole, and names what is wrong with each kind of bad one."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import bagit
import pytest

from apps.disclosure.package.bag import SEALED_MANIFEST, VERIFIER
from apps.disclosure.package.verify_package import FILES_MOST, main, verify
from tests.factories.packages import COPY, KEY, ORIGINAL, ROOT, package_files, unpacked, with_tags, zipped

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"


@pytest.fixture
def files() -> dict[str, bytes]:
    return package_files()


def wrong_with(package: Path) -> str:
    """All that is wrong, in one text."""
    findings = verify(package, KEY)
    assert findings.wrong, findings.right
    return "\n".join(findings.wrong)


# whole


def test_a_whole_package_holds_as_zip_and_as_folder(tmp_path, files, capsys):
    for package in (zipped(tmp_path, files), unpacked(tmp_path, files)):
        assert main([str(package), "--key", KEY]) == 0
        told = capsys.readouterr().out
        assert "RIGHT  All 12 files are as listed" in told
        assert hashlib.sha256(files[TAGS]).hexdigest() in told


def test_the_library_of_congress_finds_the_bag_valid(tmp_path, files):
    assert bagit.Bag(str(unpacked(tmp_path, files))).is_valid()


def test_common_tools_unpack_the_zip(tmp_path, files):
    package = zipped(tmp_path, files)
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert verify(tmp_path / "out" / ROOT, KEY).wrong == []


def test_it_runs_alone_in_an_empty_folder(tmp_path, files):
    package = zipped(tmp_path, files)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(VERIFIER, alone)
    command = [sys.executable, "-I", "verify_package.py", "--key", KEY, str(package)]
    ran = subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_without_a_key_it_says_what_it_could_not_check(tmp_path, files, capsys):
    assert main([str(zipped(tmp_path, files))]) == 2
    assert "NOT CHECKED  Who signed the checkpoint" in capsys.readouterr().out


def test_a_package_that_is_not_there_is_not_called_wrong(tmp_path):
    findings = verify(tmp_path / "none.zip", KEY)
    assert (findings.wrong, len(findings.unchecked)) == ([], 1)


# bags that are bad, by the kinds of the BagIt conformance suite


def replaced(name: str, old: bytes, new: bytes):
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


def removed(name: str):
    return lambda files: files.pop(name)


def added(name: str, content: bytes = b"x"):
    return lambda files: files.update({name: content})


def first_line(files: dict[str, bytes], name: str = MANIFEST) -> bytes:
    return files[name].splitlines(keepends=True)[0]


BAD_BAGS = {
    "an original that changed": (replaced(ORIGINAL, b"original", b"0riginal"), f"{ORIGINAL}: its digest is"),
    "an original that was cut": (lambda f: f.update({ORIGINAL: f[ORIGINAL][:-1]}), f"{ORIGINAL}: its digest is"),
    "a payload file missing": (removed(ORIGINAL), f"{ORIGINAL}: is listed in {MANIFEST} and missing"),
    "a payload file too many": (added("data/more.txt"), f"data/more.txt: is not listed in {MANIFEST}"),
    "no payload": (lambda f: [f.pop(path) for path in [*f] if path.startswith("data/")], "there is no payload"),
    "a tag file too many": (added("notes.txt"), "notes.txt: does not belong"),
    "a folder beside data": (added("more/x.txt"), "more/x.txt: does not belong"),
    "a tag file that changed": (replaced("README.txt", b"Read", b"Reed"), "README.txt: its digest is"),
    "another program in its place": (added("verify_package.py", b"print('RIGHT')"), "verify_package.py: its digest is"),
    "fetch.txt": (added("fetch.txt", b"https://example.org/x 1 data/x\n"), "fetches nothing"),
    "no bagit.txt": (removed("bagit.txt"), "bagit.txt: is missing"),
    "no bag-info.txt": (removed("bag-info.txt"), "bag-info.txt: is missing"),
    "no manifest": (removed(MANIFEST), f"{MANIFEST}: is missing"),
    "no tag manifest": (removed(TAGS), f"{TAGS}: is missing"),
    "a second manifest by another digest": (added("manifest-md5.txt"), "manifest-md5.txt: does not belong"),
    "another version": (replaced("bagit.txt", b"1.0", b"2.0"), "is not the declaration"),
    "a version that is no number": (replaced("bagit.txt", b"1.0", b".97"), "is not the declaration"),
    "another encoding": (replaced("bagit.txt", b"UTF-8", b"UTF-16"), "is not the declaration"),
    "a byte order mark": (replaced("bagit.txt", b"BagIt", b"\xef\xbb\xbfBagIt"), "is not the declaration"),
    "blanks in bagit.txt": (replaced("bagit.txt", b": 1", b" : 1"), "is not the declaration"),
    "lines too many in bagit.txt": (replaced("bagit.txt", b"UTF-8\n", b"UTF-8\nMore: x\n"), "is not the declaration"),
    "a label without a value": (replaced("bag-info.txt", b": TPD", b":"), "no label and value"),
    "a sum that is wrong": (replaced("bag-info.txt", b"Oxum: ", b"Oxum: 1"), "Payload-Oxum"),
    "two sums": (lambda f: f.update({"bag-info.txt": f["bag-info.txt"] * 2}), "Payload-Oxum"),
    "a line twice": (lambda f: f.update({MANIFEST: f[MANIFEST] + first_line(f)}), "twice"),
    "a path twice with two digests": (
        lambda f: f.update({MANIFEST: f[MANIFEST] + b"0" * 64 + first_line(f)[64:]}),
        "twice",
    ),
    "a path with dots": (replaced(MANIFEST, b"  data/custody", b"  data/../custody"), "no digest and path inside"),
    "a path above the bag": (replaced(MANIFEST, b"  data/custody", b"  ../../etc"), "no digest and path inside"),
    "a path from the root": (replaced(MANIFEST, b"  data/custody", b"  /etc"), "no digest and path inside"),
    "a path of a home": (replaced(MANIFEST, b"  data/custody", b"  ~/custody"), "no digest and path inside"),
    "a path of Windows": (replaced(MANIFEST, b"data/custody/", b"data\\custody\\"), "no digest and path inside"),
    "a drive of Windows": (replaced(MANIFEST, b"  data/custody", b"  C:/custody"), "no digest and path inside"),
    "a path with an escape": (replaced(MANIFEST, b"data/custody/", b"data/custody%0A/"), "no digest and path inside"),
    "a path that begins with a dot": (replaced(MANIFEST, b"  data/", b"  ./data/"), "no digest and path inside"),
    "the star of md5sum": (replaced(MANIFEST, b"  data/", b" *data/"), "no digest and path inside"),
    "digests in capitals": (lambda f: f.update({MANIFEST: f[MANIFEST].upper()}), "no digest and path inside"),
    "lines that end as on Windows": (replaced(MANIFEST, b"\n", b"\r\n"), "no digest and path inside"),
    "bytes that are no text": (replaced(MANIFEST, b"data/custody", b"data/\xff"), "no digest and path inside"),
    "a last line that is cut": (lambda f: f.update({MANIFEST: f[MANIFEST][:-1]}), "its last line is cut"),
    "a tag manifest that leaves one out": (
        lambda f: f.update({TAGS: f[TAGS].replace(first_line(f, TAGS), b"")}),
        f"is not listed in {TAGS}",
    ),
    "a tag manifest that lists the payload": (
        lambda f: f.update({TAGS: f[TAGS] + first_line(f)}),
        f"is listed in {TAGS} and missing",
    ),
}


@pytest.mark.parametrize(("change", "said"), BAD_BAGS.values(), ids=BAD_BAGS.keys())
def test_a_bad_bag_is_refused_by_name(change, said, tmp_path, files):
    change(files)
    assert said in wrong_with(unpacked(tmp_path, files))
    assert said in wrong_with(zipped(tmp_path, files))


# what somebody makes who can write manifests

FORGED = {
    "an original": (replaced(ORIGINAL, b"original", b"0riginal"), f"{ORIGINAL}: no entry of the ledger states"),
    "a working copy": (replaced(COPY, b"copy", b"cony"), f"{COPY}: no entry of the ledger states"),
    "the custody": (added("data/custody/custody.pdf", b"%PDF forged"), "other digests, than the list"),
    "a file too many": (added("data/originals/0002-more.mp4"), "data/originals/0002-more.mp4: no entry"),
    "a file of another kind": (added("data/custody/more.txt"), "lists other files"),
    "the sealed list": (added(SEALED_MANIFEST, b""), "is not the list that the ledger states"),
    "an entry": (
        replaced("data/proofs/entries.json", b"evidence_item.sealed", b"evidence_item.sealeD"),
        "does not lead to the checkpoint",
    ),
    "an index": (replaced("data/proofs/entries.json", b'"index": 300', b'"index": 301'), "does not lead"),
    "an index that is a truth": (replaced("data/proofs/entries.json", b'"index": 300', b'"index": true'), "not lead"),
    "the root": (replaced("data/proofs/checkpoint.txt", b"\n303\n", b"\n303\nAAAA"), "does not lead"),
    "the size": (replaced("data/proofs/checkpoint.txt", b"\n303\n", b"\n304\n"), "does not lead"),
    "the origin": (replaced("data/proofs/checkpoint.txt", b"portal.", b"p0rtal."), "not signed by the key"),
    "the number": (replaced("data/proofs/checkpoint.txt", b"number 1", b"number 2"), "not signed by the key"),
    "no checkpoint": (removed("data/proofs/checkpoint.txt"), "data/proofs/checkpoint.txt: is missing"),
    "no entries": (removed("data/proofs/entries.json"), "data/proofs/entries.json: is missing"),
    "entries that are no JSON": (added("data/proofs/entries.json", b"{"), "cannot be read"),
    "entries that are nested": (added("data/proofs/entries.json", b"[" * 200_000), "cannot be read"),
    "a checkpoint without a size": (added("data/proofs/checkpoint.txt", b"x"), "cannot be read"),
    "another package's entries": (
        replaced("data/proofs/entries.json", b'"export": "7f0a3c1e', b'"export": "7f0a3c1f'),
        "is not the list that the ledger states",
    ),
}


@pytest.mark.parametrize(("change", "said"), FORGED.values(), ids=FORGED.keys())
def test_manifests_made_anew_hide_nothing(change, said, tmp_path, files):
    change(files)
    assert said in wrong_with(zipped(tmp_path, with_tags(files)))


def test_another_portals_key_did_not_sign_it(tmp_path, files):
    other = "portal.example.org/ledger+6f2b1d9a+AQAA"
    assert main([str(zipped(tmp_path, files)), "--key", other]) == 2


# folders and ZIPs that do harm


def test_a_symlink_in_a_folder_is_refused_and_not_followed(tmp_path, files):
    package = unpacked(tmp_path, files)
    (package / ORIGINAL).unlink()
    (package / ORIGINAL).symlink_to("/etc/hostname")
    assert "a link or a device" in wrong_with(package)


def test_a_symlink_to_a_folder_is_refused(tmp_path, files):
    package = unpacked(tmp_path, files)
    (package / "data/more").symlink_to("/etc")
    assert "a link or a device" in wrong_with(package)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: socket.socket(socket.AF_UNIX).bind(str(path))])
def test_a_pipe_is_not_opened(make, tmp_path, files, monkeypatch):
    package = unpacked(tmp_path, files)
    monkeypatch.chdir(package / "data")
    make(Path("pipe"))
    assert "a link or a device" in wrong_with(package)


def bad_zip(folder: Path, files: dict[str, bytes], more) -> Path:
    """A ZIP by the standard library, with something more in it."""
    target = folder / "bad.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"{ROOT}/{path}", content)
        more(archive)
    return target


def named(name: str, content: bytes = b"x", **changes):
    def add(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(info, key, value)
        archive.writestr(info, content)

    return add


BAD_ZIPS = {
    "a symlink": (named(f"{ROOT}/data/x", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16), "a link"),
    "a folder": (named(f"{ROOT}/data/x/", b""), "a folder"),
    "a path above": (named(f"{ROOT}/../../x"), "no path of a package"),
    "a path from the root": (named(f"/{ROOT}/x"), "one folder at its top"),
    "a path of Windows": (named(f"{ROOT}/data\\x"), "no path of a package"),
    "a letter of another alphabet": (named(f"{ROOT}/data/é"), "no path of a package"),
    "a hidden file": (named(f"{ROOT}/data/.x"), "no path of a package"),
    "a path that is very long": (named(f"{ROOT}/data/{'x' * 300}"), "no path of a package"),
    "a second folder": (named("other/x"), "one folder at its top"),
    "a file outside": (named(ROOT), "in one folder"),
    "a bomb": (named(f"{ROOT}/data/x", bytes(10**7), compress_type=zipfile.ZIP_DEFLATED), "compressed"),
    "another case": (named(f"{ROOT}/{ORIGINAL.upper()}"), "two files of this name"),
    "a file below a file": (named(f"{ROOT}/README.txt/x"), "a folder of its path is a file"),
    "a comment": (lambda archive: setattr(archive, "comment", b"hidden"), "behind the end"),
}


@pytest.mark.parametrize(("more", "said"), BAD_ZIPS.values(), ids=BAD_ZIPS.keys())
def test_a_bad_zip_is_refused(more, said, tmp_path, files):
    assert said in wrong_with(bad_zip(tmp_path, files, more))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path, files):
    assert "two files of this name" in wrong_with(bad_zip(tmp_path, files, named(f"{ROOT}/{ORIGINAL}")))


def test_a_zip_that_is_no_zip_is_refused(tmp_path):
    for content in (b"", b"PK\5\6", b"x" * 1000, b"PK\5\6" + bytes(18)):
        (tmp_path / "x.zip").write_bytes(content)
        assert wrong_with(tmp_path / "x.zip")


def test_bytes_before_between_and_behind_the_files_are_refused(tmp_path, files):
    package = zipped(tmp_path, files)
    whole = package.read_bytes()
    directory = whole.index(b"PK\1\2")
    for hidden in (b"x" + whole, whole + b"x", whole[:directory] + b"x" + whole[directory:]):
        package.write_bytes(hidden)
        assert wrong_with(package)


def test_a_name_that_differs_inside_is_refused(tmp_path, files):
    package = zipped(tmp_path, files)
    package.write_bytes(package.read_bytes().replace(b"README.txt", b"REBDME.txt", 1))
    assert "another name than the list" in wrong_with(package)


def test_a_list_that_says_more_than_there_is_is_refused(tmp_path, files):
    package = zipped(tmp_path, files)
    whole = bytearray(package.read_bytes())
    at = whole.index(b"PK\1\2") + 20
    whole[at : at + 8] = b"\xff\xff\xff\x7f" * 2
    package.write_bytes(whole)
    assert wrong_with(package)


def test_more_files_than_a_package_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("apps.disclosure.package.verify_package.FILES_MOST", 3)
    assert FILES_MOST > 10_000
    assert "more than 3 files" in wrong_with(zipped(tmp_path, package_files()))


def test_each_byte_of_the_zip_is_vouched_for(tmp_path, files):
    """Whatever byte of the ZIP is another one: something is named, or the byte is a time or a checksum of the ZIP's."""
    package = zipped(tmp_path, files)
    whole = package.read_bytes()
    for at in range(0, len(whole), 97):
        changed = bytearray(whole)
        changed[at] ^= 1
        package.write_bytes(changed)
        findings = verify(package, KEY)
        if not findings.wrong and not findings.unchecked:
            assert unpacked_is_whole(package, tmp_path / str(at))


def unpacked_is_whole(package: Path, folder: Path) -> bool:
    """Whether the files themselves are right although the ZIP has another byte."""
    with zipfile.ZipFile(package) as archive:
        for info in archive.infolist():
            info.CRC = None  # only the ZIP's own checksum may differ
            archive.extract(info, folder)
    return verify(folder / ROOT, KEY).wrong == []
