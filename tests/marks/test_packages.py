"""A package tells of a still by digest and origin, has no file of it, and not a word of any mark."""

from __future__ import annotations

import json

import pytest

from apps.agencies.models import Role
from apps.disclosure.package.verify_package import verify
from apps.evidence.selectors import purpose_for
from apps.evidence.services.excerpts import ask_excerpt, make_excerpt
from apps.ledger.checkpoints import verifier_key
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.exports import built, bytes_of, export_of, unpacked
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.marks import mark_on
from tests.factories.people import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]

CANARY = "Nightjarcanary"


def test_no_mark_leaves_and_a_still_is_told_by_its_digest(tmp_path):
    item = playable_item()
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    mark = mark_on(item, detective, f"{CANARY} by the gate.", work_product=True)
    mark_on(item, detective, f"{CANARY} again.")
    excerpt = ask_excerpt(
        item=item,
        case=mark.case,
        kind="still",
        pictures=(10, 10),
        user=detective,
        purpose=purpose_for(detective, item),
    )
    assert make_excerpt(pk=excerpt.pk)
    excerpt.refresh_from_db()
    export = built(export_of(item, working_copies=True))
    assert CANARY.encode() not in bytes_of(export)
    assert str(mark.public_id).encode() not in bytes_of(export)
    folder = unpacked(export, tmp_path)
    assert verify(folder, verifier_key()).wrong == []
    (told,) = json.loads((folder / "data/sidecars/0001.json").read_text())["derivatives"]
    assert (told["kind"], told["sha256"], told["from_original"]) == ("still", excerpt.made.digest, item.digest)
    assert told["pictures"] == [10, 10]
    assert CANARY not in (folder / "data/custody/case.jsonld").read_text()
