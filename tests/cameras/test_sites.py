"""Sites of a partner: added, renamed, closed, with or without their cameras."""

import uuid

import pytest

from apps.cameras import selectors, services
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from apps.partners.models import MemberRole
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.cameras import pending_camera, site
from tests.factories.people import member, registrant

pytestmark = pytest.mark.django_db


def close(one, user, **how):
    return services.close_site(site=one, user=user, actor=actor_for(user), **how)


def test_an_empty_site_closes_and_leaves_the_lists_and_closing_again_changes_nothing():
    user, partner = registrant()
    shop, office = site(partner, "Shop"), site(partner, "Office")
    assert close(shop, user).closed_at == close(shop, user).closed_at
    assert list(selectors.sites_of(partner)) == [office]
    assert Entry.objects.filter(action="site.closed").count() == 1


def test_a_site_with_cameras_closes_only_with_them_and_each_has_its_entry():
    user, partner = registrant()
    shop = site(partner, "Shop")
    cameras = [pending_camera(partner, site=shop) for _ in range(3)]
    services.withdraw_camera(camera=cameras[0], version=cameras[0].version, user=user, actor=actor_for(user))
    with pytest.raises(WrongState) as refusal:
        close(shop, user)
    assert refusal.value.code == "cameras"
    close(shop, user, with_cameras=True)
    assert set(Camera.objects.values_list("state", flat=True)) == {CameraState.RETIRED}
    assert Entry.objects.filter(action="camera.withdrawn").count() == 3
    assert Entry.objects.get(action="site.closed").facts["cameras_withdrawn"] == 2


def test_a_closed_site_takes_no_camera_and_no_other_name():
    user, partner = registrant()
    shop = site(partner, "Shop")
    close(shop, user)
    with pytest.raises(WrongState):
        pending_camera(partner, site=shop)
    with pytest.raises(WrongState):
        services.update_site(site=shop, user=user, name="Office", address="", actor=actor_for(user))


def test_a_renamed_site_keeps_its_cameras_and_the_ledger_names_no_address():
    user, partner = registrant()
    camera = pending_camera(partner)
    services.update_site(site=camera.site, user=user, name="Cabin", address="1 Secret Lane", actor=actor_for(user))
    camera.refresh_from_db()
    assert (camera.site.name, camera.site.address) == ("Cabin", "1 Secret Lane")
    assert b"Secret" not in bytes(Entry.objects.get(action="site.updated").leaf)


@pytest.mark.parametrize(
    ("role", "refusal"), [(MemberRole.MANAGER, None), (MemberRole.RESPONDER, NotAllowed), (None, NotFound)]
)
def test_who_runs_the_account_closes_its_sites(role, refusal):
    _owner, partner = registrant()
    shop = site(partner)
    user = member(partner, role) if role else registrant()[0]
    if refusal is None:
        assert close(shop, user).closed_at
        return
    with pytest.raises(refusal):
        close(shop, user)


@pytest.mark.django_db(transaction=True)
def test_a_camera_registered_while_its_site_closes_is_withdrawn_with_it_or_refused():
    user, partner = registrant()
    shop = site(partner, "Shop")
    key = uuid.uuid4()
    at_once(
        [
            lambda: pending_camera(partner, site=shop, request_key=key),
            lambda: close(shop, user, with_cameras=True),
        ]
    )
    assert not Camera.objects.filter(site=shop).exclude(state=CameraState.RETIRED).exists()
