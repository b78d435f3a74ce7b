"""A redacted copy is shared in place of its video: whoever gets it never gets the original or its working copy."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotFound
from apps.evidence.media_tokens import ORIGINAL, fingerprint, played_thing, taken_thing
from apps.evidence.models import EvidenceItem
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import derivative_key, store
from apps.ledger.models import Entry
from apps.redaction.models import Redaction
from apps.sharing.disclosure_list import as_csv
from apps.sharing.models import Grant, GrantItem
from apps.sharing.selectors import what_was_shared
from apps.sharing.services import add_later_items
from apps.sharing.services.looking import savable, things_of
from apps.sharing.shared_tokens import STAFF, SharedAccess
from apps.sharing.shared_view import item_for_access
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.people import staff
from tests.factories.redaction import proven, submitted
from tests.factories.sessions import sign_in
from tests.factories.sharing import accepted, grant_of, video_agreement
from tests.sharing.test_looking import Reader
from tests.sharing.test_outside import Counsel, given_outside

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = {"downloads": True, "originals": True}


@pytest.fixture
def item(own_folders: object) -> EvidenceItem:  # noqa: F811 - the fixture above
    return accepted(playable_item(clip("h264")))


@pytest.fixture
def copy(item: EvidenceItem) -> Redaction:
    return proven(item)


def bytes_of(copy: Redaction) -> bytes:
    return b"".join(store().open_range(derivative_key(copy.made.digest), 0, copy.made.size))


@pytest.mark.parametrize("how", [{}, {"downloads": True}, EVERYTHING])
def test_nothing_but_the_copy_is_given_whatever_the_grant_allows(item, copy, how):
    grant = grant_of(item, redacted=[copy.public_id], **how)
    assert things_of(grant, item) == {DerivativeKind.REDACTED: played_thing(copy.made.public_id)}
    assert savable(grant, item) == ([taken_thing(copy.made.public_id)] if how else [])


def test_of_the_matrix_of_things_only_the_copy_opens(item, copy):
    """Also with a token that was signed for something else: each range asks the grant."""
    grant = grant_of(item, redacted=[copy.public_id], **EVERYTHING)
    reader = Reader(grant)
    reader.page("watch", item.public_id)
    key = reader.client.session.session_key
    opened = SharedAccess(grant.public_id, item.public_id, "", STAFF, reader.user.public_id, fingerprint(key))
    other = proven(item)
    names = [*DerivativeKind.values, ORIGINAL]
    names += [played_thing(other.made.public_id), taken_thing(other.made.public_id)]
    for saves in (False, True):
        for name in names:
            with pytest.raises(NotFound):
                item_for_access(_with(opened, name, saves), reader.user, key)
    assert item_for_access(_with(opened, played_thing(copy.made.public_id), saves=False), reader.user, key) == item
    assert item_for_access(_with(opened, taken_thing(copy.made.public_id), saves=True), reader.user, key) == item


def _with(access: SharedAccess, thing: str, saves: bool) -> SharedAccess:
    return SharedAccess(access.grant, access.item, thing, access.kind, access.holder, access.session, saves)


def test_where_the_whole_video_is_given_no_redacted_copy_opens(item, copy):
    grant = grant_of(item, **EVERYTHING)
    assert DerivativeKind.REDACTED not in things_of(grant, item)
    assert savable(grant, item) == [DerivativeKind.WORKING_COPY, ORIGINAL]


def test_staff_of_another_agency_play_and_save_the_copy(item, copy):
    grant = grant_of(item, redacted=[copy.public_id], **EVERYTHING)
    reader = Reader(grant)
    page = reader.page("watch", item.public_id).content.decode()
    (played,) = re.findall(r'<video[^>]* src="([^"]+)"', page)
    assert b"".join(reader.client.get(played).streaming_content) == bytes_of(copy)
    assert "s. 119.071(2)(d), F.S." in page
    assert "A face" not in page
    assert copy.made.digest in page
    assert item.digest not in page
    assert "original" not in page.split("Save a copy")[1].split("</section>")[0]
    saved = reader.page("save", item.public_id, post={})
    answer = reader.client.get(saved["Location"])
    assert b"".join(answer.streaming_content) == bytes_of(copy)
    assert answer["Content-Disposition"].startswith('attachment; filename="redacted-')
    assert reader.page("save", item.public_id, post={"thing": "original"}).status_code == 403
    viewed = Entry.objects.get(action="evidence_item.shared_viewed")
    saved_entry = Entry.objects.get(action="evidence_item.shared_saved")
    assert viewed.facts["redacted"] == saved_entry.facts["redacted"] == copy.made.digest
    assert saved_entry.facts["thing"] == "redacted"


def test_somebody_outside_gets_the_copy_and_nothing_else(item, copy):
    counsel = Counsel(given_outside(item, redacted=[copy.public_id], **EVERYTHING)).enter()
    client, save = counsel.client, counsel.url("shared_save", item.public_id)
    assert b"".join(client.get(counsel.video(item)).streaming_content) == bytes_of(copy)
    assert b"".join(client.get(client.post(save)["Location"]).streaming_content) == bytes_of(copy)
    assert client.post(save, {"thing": "original"}).status_code == 403


def test_the_custodian_chooses_it_beside_the_video(client, item, copy):
    custodian, agreement = staff(Role.RECORDS_CUSTODIAN, item.agency), video_agreement(item.agency)
    sign_in(client, custodian)
    url = reverse("admin:sharing_grant_give", args=[item.submission.case.public_id])
    page = client.get(url).content.decode()
    assert f'<option value="{copy.public_id}">' in page
    said: dict[str, Any] = {
        "agreement": agreement.public_id,
        "items": [item.public_id],
        "redacted": [str(copy.public_id)],
        "last_day": "2099-01-01",
        "reason": "The same series.",
        "request_key": uuid4(),
    }
    refused = client.post(url, said)
    assert refused.status_code == 422
    assert f'<option value="{copy.public_id}" selected>' in refused.content.decode()
    assert client.post(url, said | {"last_day": today_in(item.agency).isoformat()}).status_code == 303
    grant = Grant.objects.get()
    assert GrantItem.objects.get(grant=grant).redaction == copy
    shown = client.get(reverse("admin:sharing_grant_change", args=[grant.public_id])).content.decode()
    assert copy.made.digest in shown
    assert Entry.objects.get(action="grant.given").facts["redacted"] == {str(item.public_id): str(copy.public_id)}
    assert Entry.objects.get(action="evidence_item.shared").facts["redacted"] == copy.made.digest


def test_the_disclosure_list_names_the_copy(item, copy):
    grant = grant_of(item, redacted=[copy.public_id])
    listed = b"".join(as_csv(grant, staff(Role.RECORDS_CUSTODIAN, item.agency))).decode()
    assert copy.made.digest in listed
    assert item.digest not in listed


def test_the_owner_reads_that_a_redacted_copy_was_shared(item, copy):
    grant_of(item, redacted=[copy.public_id])
    assert [one.is_redacted for one in what_was_shared(item)] == [True]


def test_a_live_folder_gives_later_videos_and_leaves_the_copy_a_copy(item, copy):
    grant = grant_of(item, redacted=[copy.public_id], later_items=True)
    later = accepted(playable_item(clip("h264"), sent_through=item.submission.invitation))
    assert add_later_items(grant_pk=grant.pk) == 1
    assert dict(GrantItem.objects.values_list("item", "redaction")) == {item.pk: copy.pk, later.pk: None}
    assert add_later_items(grant_pk=grant.pk) == 0


def test_only_a_proven_copy_of_a_chosen_video_is_given(item, copy):
    for wanted in ([uuid4()], [submitted(item).public_id], [copy.public_id, proven(item).public_id]):
        with pytest.raises(InvalidInput) as refused:
            grant_of(item, redacted=wanted)
        assert list(refused.value.fields) == ["redacted"]
    assert not Grant.objects.exists()
