"""Originals are shown to a virus scanner: what it says is a fact, nothing waits for it, and nothing is altered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.disclosure.export_selectors import second_reasons
from apps.disclosure.export_states import SecondReason
from apps.evidence.clamd import ScannerAway, Verdict, scan, version
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import scan_in_words
from apps.evidence.services import scanning
from apps.evidence.services.working import subject_of
from apps.evidence.states import ItemState, ScanOutcome
from apps.evidence.storage import original_key, store
from apps.findings.models import Finding
from apps.ledger import selectors as ledger
from scripts import clamd as real
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def scanner() -> Iterator[str]:
    """A real clamd."""
    if why := real.fetch():
        pytest.skip(why)
    with real.clamd(most="1M") as address:
        yield address


def scanned(item: EvidenceItem) -> EvidenceItem:
    item.refresh_from_db()
    return item


def acts_on(item: EvidenceItem) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(subject_of(item))]


def test_a_real_scanner_tells_clean_from_found_and_says_what_is_too_large(scanner: str) -> None:
    assert scan(scanner, [b"a film " * 5000], seconds=30) == Verdict()
    assert (
        scan(scanner, [b"before ", real.TEST_STRING, b" after"], seconds=30).found == "Portal.Test.Signature.UNOFFICIAL"
    )
    assert scan(scanner, [bytes(500_000)] * 8, seconds=30) == Verdict(refused="too_large")


def test_what_it_finds_is_a_fact_a_finding_and_changes_nothing(scanner: str, settings: Settings) -> None:
    settings.CLAMD_URL = scanner
    bad, good, large = (sealed_item(one) for one in (real.TEST_STRING, b"frames" * 90, bytes(1_500_000)))
    assert scanning.scan_due_items() == 3
    assert [scanned(one).scan for one in (bad, good, large)] == [
        ScanOutcome.FOUND,
        ScanOutcome.CLEAN,
        ScanOutcome.TOO_LARGE,
    ]
    assert bad.scan_found == "Portal.Test.Signature.UNOFFICIAL"
    assert store().read_back(original_key(bad.digest)) == bad.digest
    assert bad.state == ItemState.SEALED
    assert acts_on(bad).count("scanned") == 1
    finding = Finding.objects.get(kind="evidence.malware_found")
    assert finding.about_id == str(bad.public_id)
    assert scanning.scan_due_items() == 0
    assert SecondReason.MALWARE in second_reasons([bad], originals=True, places=False)
    assert SecondReason.MALWARE not in second_reasons([bad], originals=False, places=False)


def test_taking_the_original_asks_whether_one_knows(scanner: str, settings: Settings) -> None:
    settings.CLAMD_URL = scanner
    item = sealed_item(real.TEST_STRING)
    scanning.scan_due_items()
    user = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(user, item)
    client = sign_in(Client(), user)
    page = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    assert "A virus scanner found something" in client.get(page).content.decode()
    take = reverse("admin:evidence_evidenceitem_original", args=[item.public_id])
    assert client.post(take).url == page  # type: ignore[attr-defined]
    assert "original_downloaded" not in acts_on(item)
    answer = client.post(take, {"knows": "malware"}, follow=True)
    assert b"".join(answer.streaming_content) == real.TEST_STRING  # type: ignore[attr-defined]


def test_without_a_scanner_nothing_is_asked_and_the_page_says_so(settings: Settings) -> None:
    settings.CLAMD_URL = ""
    item = sealed_item(b"frames")
    assert scanning.scan_due_items() == 0
    assert "no scanner is set up" in scan_in_words(scanned(item))


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:9"])
def test_a_scanner_that_is_away_is_asked_again_and_nothing_is_recorded(settings: Settings, address: str) -> None:
    settings.CLAMD_URL = address
    item = sealed_item(b"frames")
    assert scanning.scan_due_items() == 0
    assert "not scanned yet" in scan_in_words(scanned(item))
    assert "scanned" not in acts_on(item)
    assert list(scanning.due_scans()) == [item.pk]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM: Can't allocate memory ERROR\0", b"stream: "])
def test_an_answer_that_says_nothing_about_the_bytes_is_no_verdict(tmp_path: Path, answer: bytes) -> None:
    path = tmp_path / "line"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        door.listen()

        def speak() -> None:
            line, _address = door.accept()
            with line:
                heard = b""
                while not heard.endswith(bytes(4)):
                    heard += line.recv(65536)
                line.sendall(answer)

        threading.Thread(target=speak, daemon=True).start()
        with pytest.raises(ScannerAway):
            scan(f"unix://{path}", [b"frames"], seconds=5)


def test_two_workers_record_one_verdict(scanner: str, settings: Settings) -> None:
    settings.CLAMD_URL = scanner
    item = sealed_item(b"frames")
    said = [scanning.scan_item(item_pk=item.pk) for _time in range(2)]
    assert said == [True, False]
    assert acts_on(item).count("scanned") == 1


@pytest.mark.parametrize("address", ["http://example.org/", "unix://", "tcp://host", "clamd"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="CLAMD_URL"):
        scan(address, [b""], seconds=1)


def scanned_days_ago(item: EvidenceItem, days: float) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(scanned_at=timezone.now() - timedelta(days=days))


@pytest.fixture(scope="module")
def yesterday() -> Iterator[str]:
    """A real clamd whose signatures do not know the test's malware yet."""
    if why := real.fetch():
        pytest.skip(why)
    with real.clamd(most="1M", daily=27000, knows=real.NOTHING_OF_IT) as address:
        yield address


@pytest.fixture(scope="module")
def today() -> Iterator[str]:
    """The same with the signatures of the next day."""
    if why := real.fetch():
        pytest.skip(why)
    with real.clamd(most="1M", daily=27001) as address:
        yield address


def test_newer_signatures_find_later_what_they_did_not_know(yesterday: str, today: str, settings: Settings) -> None:
    assert "/27000/" in version(yesterday, seconds=30)
    settings.CLAMD_URL = yesterday
    bad, good = sealed_item(real.TEST_STRING), sealed_item(b"frames" * 90)
    assert scanning.scan_due_items() == 2
    assert [scanned(one).scan for one in (bad, good)] == [ScanOutcome.CLEAN, ScanOutcome.CLEAN]
    settings.CLAMD_URL = today
    assert scanning.scan_due_items() == 0  # each at most once a day
    for one in (bad, good):
        scanned_days_ago(one, 2)
    assert scanning.scan_due_items() == 2
    assert scanned(bad).scan_found == "Portal.Test.Signature.UNOFFICIAL"
    assert scanned(good).scan == ScanOutcome.CLEAN
    assert "27001" in scan_in_words(good)
    assert Finding.objects.get(kind="evidence.malware_found").about_id == str(bad.public_id)
    assert SecondReason.MALWARE in second_reasons([bad], originals=True, places=False)
    assert (acts_on(bad).count("scanned"), acts_on(good).count("scanned")) == (2, 1)
    assert store().read_back(original_key(bad.digest)) == bad.digest
    for one in (bad, good):
        scanned_days_ago(one, 2)
    assert scanning.scan_due_items() == 0  # the same signatures have nothing new to say


def test_what_was_seen_longest_ago_comes_first_and_a_day_has_a_bound(
    yesterday: str, today: str, settings: Settings
) -> None:
    settings.CLAMD_URL = yesterday
    items = [sealed_item(b"frames %d" % number) for number in range(3)]
    scanning.scan_due_items()
    for item, days in zip(items, (2, 4, 3), strict=True):
        scanned_days_ago(item, days)
    settings.CLAMD_URL, settings.CLAMD_RESCANS_PER_DAY = today, 2
    assert list(scanning.due_rescans(signatures="newer")) == [items[1].pk, items[2].pk]
    assert scanning.scan_due_items() == 2
    assert scanning.scan_due_items() == 0
    assert [scanned(one).scans for one in items] == [1, 2, 2]
    settings.CLAMD_RESCANS_PER_DAY = 3
    assert scanning.scan_due_items() == 1


def test_what_was_found_stays_found(yesterday: str, today: str, settings: Settings) -> None:
    settings.CLAMD_URL = today
    item = sealed_item(real.TEST_STRING)
    scanning.scan_due_items()
    scanned_days_ago(item, 2)
    settings.CLAMD_URL = yesterday
    assert scanning.scan_due_items() == 0
    assert scanned(item).scan == ScanOutcome.FOUND
