"""Common reasons are kept as keys, so that each registrant reads them in their own language."""

import pytest
from django.utils import translation

from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera
from apps.cameras.review_reasons import (
    RETIRE_REASONS,
    RETURN_REASONS,
    in_words,
    return_words,
)
from apps.cameras.services import retire_camera, return_camera, update_camera
from apps.core.errors import InvalidInput
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.cameras import owner_of, pending_camera, reviewer
from tests.factories.people import registrant

pytestmark = pytest.mark.django_db


def decide(service, camera, **why):
    manager, purpose = reviewer()
    return service(camera=camera, version=camera.version, purpose=purpose, user=manager, **why)


def test_the_registrant_reads_common_reasons_in_their_language_and_own_words_as_they_are():
    user, partner = registrant()
    user.language = "es"
    user.save()
    returned = decide(return_camera, pending_camera(partner), causes=["pin", "questions"], reason="Thank you!")
    told = Message.objects.get(kind="camera.returned")
    assert "Thank you!" in told.text
    assert "pin does not seem" not in told.text
    with translation.override("es"):
        assert in_words(["pin"], "") in told.text
    with translation.override("en"):
        assert return_words(returned).splitlines() == [
            str(RETURN_REASONS["pin"]),
            str(RETURN_REASONS["questions"]),
            "Thank you!",
        ]


def test_keys_go_into_the_entry_and_own_words_do_not():
    _user, partner = registrant()
    decide(return_camera, pending_camera(partner), causes=["pin"], reason="Behind the oak")
    entry = Entry.objects.get(action="camera.returned")
    assert b'"pin"' in entry.leaf
    assert b"oak" not in entry.leaf


@pytest.mark.parametrize("service", [return_camera, retire_camera])
@pytest.mark.parametrize("why", [{}, {"causes": []}, {"causes": ["nonsense"]}, {"causes": [["pin"]]}, {"reason": " "}])
def test_a_reason_is_needed_and_only_those_offered_are_taken(service, why):
    _user, partner = registrant()
    with pytest.raises(InvalidInput):
        decide(service, pending_camera(partner), **why)


def test_reasons_of_returning_are_none_of_retiring():
    assert not set(RETURN_REASONS) & set(RETIRE_REASONS)
    _user, partner = registrant()
    with pytest.raises(InvalidInput):
        decide(retire_camera, pending_camera(partner), causes=["pin"])


def test_a_correction_takes_the_reasons_away_and_begins_the_wait_anew():
    _user, partner = registrant()
    returned = decide(return_camera, pending_camera(partner), causes=["pin"])
    before = Camera.objects.get(pk=returned.pk).waiting_since
    user = owner_of(partner)
    details = CameraDetails.checked(**stated_values(returned))
    saved = update_camera(camera=returned, version=returned.version, details=details, user=user, actor=actor_for(user))
    assert (saved.return_causes, return_words(saved)) == ([], "")
    assert saved.waiting_since > before


def test_each_common_reason_is_said_in_spanish():
    for causes in (RETURN_REASONS, RETIRE_REASONS):
        for words in causes.values():
            with translation.override("en"):
                english = str(words)
            with translation.override("es"):
                assert str(words) != english
