"""Staff come in through their agency's own provider, a real one on loopback; nobody else does."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import EventKind, SignInEvent, User
from apps.agencies.models import Role, RoleGrant
from apps.agencies.policies import agencies_of
from apps.agencies.staff_services import end_staff_account
from config.settings.identity import as_library_settings
from tests.factories.oidc_provider import Provider
from tests.factories.people import PASSWORD, AgencyFactory, StaffFactory, UserFactory, staff
from tests.factories.staff_codes import ready, try_password

pytestmark = pytest.mark.django_db
ADDRESS = "dana@tpd.example"


@pytest.fixture
def provider(settings):
    cache.clear()
    running = Provider()
    running.person = {"sub": "u-1", "email": ADDRESS, "email_verified": True, "name": "Dana Ruiz"}
    one = {
        "id": "tpd",
        "agency": "TPD",
        "name": "Tallahassee Police",
        "kind": "oidc",
        "server_url": running.url,
        "client_id": "portal",
        "secret": "s3cret",
        "domains": ["tpd.example"],
        "second_factor": ["mfa", "urn:acr:2fa"],
    }
    settings.STAFF_IDENTITY_PROVIDERS = [one]
    settings.SOCIALACCOUNT_PROVIDERS = as_library_settings([one], longest_s=12 * 3600)
    yield running
    running.close()


@pytest.fixture
def agency():
    return AgencyFactory.create(short_name="TPD")


def start(client, **query):
    return client.post(reverse("openid_connect_login", args=["tpd"]), query)


def come_back(client, leading):
    """The browser goes to the provider, where the person signs in, and comes back with the code."""
    back = requests.get(leading.url, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    assert parts.hostname == "testserver"
    return client.get(f"{parts.path}?{parts.query}")


def through(client, **query):
    return come_back(client, start(client, **query))


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_an_unknown_colleague_gets_an_account_without_any_right(client, provider):
    provider.claims = {"amr": ["pwd", "mfa"], "auth_time": int(time.time())}
    through(client)
    person = User.objects.get(email=ADDRESS)
    assert signed_in(client) == str(person.pk)
    assert (person.is_staff, person.name, person.has_usable_password()) == (True, "Dana Ruiz", False)
    assert not agencies_of(person).exists()
    client.post(reverse("staff:notice"))
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert SocialAccount.objects.get(user=person).extra_data == {}


def test_an_opened_account_of_the_agency_is_tied_and_its_password_closed(client, provider, agency):
    person = ready(staff(Role.DETECTIVE, agency))
    User.objects.filter(pk=person.pk).update(email=ADDRESS)
    EmailAddress.objects.filter(user=person).update(email=ADDRESS)
    provider.claims = {"amr": ["mfa"]}
    through(client)
    assert signed_in(client) == str(person.pk)
    other = Client()
    try_password(other, ADDRESS, PASSWORD)
    assert "account_login" not in other.session
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("claims", [{}, {"amr": ["pwd"]}, {"acr": "urn:acr:1"}, {"amr": "mfax"}])
def test_without_a_second_factor_there_ours_is_asked(client, provider, agency, claims):
    person = ready(StaffFactory.create(email=ADDRESS))
    provider.claims = claims
    answer = through(client)
    assert answer.url == reverse("mfa_authenticate")
    assert signed_in(client) is None
    assert not SignInEvent.objects.filter(user=person, kind=EventKind.SIGN_IN, succeeded=True).exists()


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:acr:2fa"}])
def test_a_second_factor_there_counts_where_the_configuration_says_so(client, provider, claims, settings):
    person = ready(StaffFactory.create(email=ADDRESS))
    provider.claims = claims
    through(client)
    assert signed_in(client) == str(person.pk)
    settings.STAFF_IDENTITY_PROVIDERS[0]["second_factor"] = []
    second = Client()
    assert through(second).url == reverse("mfa_authenticate")


def test_a_colleague_without_our_factor_sets_it_up_where_theirs_does_not_count(client, provider):
    through(client)
    assert signed_in(client) is not None
    assert client.get(reverse("admin:index")).url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("where", ["account", "second address"])
def test_a_private_account_is_neither_taken_nor_tied(client, provider, where):
    resident = UserFactory.create(email=ADDRESS if where == "account" else "dana@home.example")
    EmailAddress.objects.create(user=resident, email=ADDRESS, verified=True, primary=where == "account")
    provider.claims = {"amr": ["mfa"]}
    answer = through(client)
    assert answer.status_code == 403
    assert "private account" in answer.content.decode()
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()
    resident.refresh_from_db()
    assert not resident.is_staff
    assert User.objects.count() == 1
    assert SignInEvent.objects.filter(kind=EventKind.SIGN_IN, succeeded=False, user=None).count() == 1


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "u-1", "email": "dana@elsewhere.example", "email_verified": True},
        {"sub": "u-1", "email": ADDRESS, "email_verified": False},
        {"sub": "u-1", "email": "dana@tpd.example.evil.example", "email_verified": True},
        {"sub": "u-1"},
    ],
)
def test_an_address_that_the_agency_does_not_vouch_for_opens_nothing(client, provider, person):
    provider.person = person
    assert through(client).status_code == 403
    assert not User.objects.exists()


def test_a_provider_does_not_open_another_agencys_accounts(client, provider):
    colleague = staff(Role.SUPERVISOR, AgencyFactory.create(short_name="LCSO"))
    User.objects.filter(pk=colleague.pk).update(email=ADDRESS)
    assert through(client).status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_address_given_to_the_next_colleague_does_not_open_the_old_account(client, provider, agency):
    person = ready(staff(Role.DETECTIVE, agency))
    User.objects.filter(pk=person.pk).update(email=ADDRESS)
    through(Client())
    provider.person = provider.person | {"sub": "u-2"}
    assert through(client).status_code == 403
    assert signed_in(client) is None


def test_an_account_that_was_ended_stays_shut_to_the_provider(client, provider, agency):
    person = ready(staff(Role.DETECTIVE, agency))
    User.objects.filter(pk=person.pk).update(email=ADDRESS)
    manager = staff(Role.PROGRAM_MANAGER, agency)
    from tests.factories.actors import actor_for

    end_staff_account(person=person, agency=agency, reason="retired", by=manager, actor=actor_for(manager))
    provider.claims = {"amr": ["mfa"]}
    assert through(client).status_code == 403
    assert signed_in(client) is None


@pytest.mark.parametrize("forged", ["key", "audience", "issuer", "expired"])
def test_a_forged_token_is_refused_though_it_came_from_the_token_address(client, provider, forged):
    if forged == "key":
        provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        wrong = {"audience": {"aud": "another"}, "issuer": {"iss": "http://evil.example"}, "expired": {"exp": 1}}
        provider.claims = wrong[forged]
    answer = through(client)
    assert answer.status_code == 401
    assert "did not work" in answer.content.decode()
    assert not User.objects.exists()


def test_an_answer_works_once_and_in_the_browser_that_asked(client, provider):
    provider.claims = {"amr": ["mfa"]}
    leading = start(client)
    back = requests.get(leading.url, allow_redirects=False, timeout=5).headers["Location"]
    path = back.removeprefix("http://testserver")
    other = Client()
    assert other.get(path).status_code == 401
    assert signed_in(other) is None
    client.get(path)
    assert signed_in(client) is not None
    client.post(reverse("account_logout"))
    assert client.get(path).status_code == 401
    assert signed_in(client) is None


def test_no_other_site_can_send_somebody_there_without_a_press(client, provider):
    answer = client.get(reverse("openid_connect_login", args=["tpd"]))
    assert answer.status_code == 200
    assert "Tallahassee Police" in answer.content.decode()
    assert client.get(reverse("openid_connect_login", args=["nobody"])).status_code == 404


def test_the_session_goes_back_to_the_provider_after_twelve_hours_however_busy(client, provider, agency):
    person = ready(staff(Role.DETECTIVE, agency))
    User.objects.filter(pk=person.pk).update(email=ADDRESS)
    provider.claims = {"amr": ["mfa"]}
    through(client)
    client.post(reverse("staff:notice"))
    start_at = timezone.now()
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(start_at + timedelta(minutes=minutes), tick=False):
            assert client.get(reverse("admin:index")).status_code == 200, minutes
    with time_machine.travel(start_at + timedelta(hours=12, minutes=1), tick=True):
        locked = client.get(reverse("admin:index"))
        assert locked.url.startswith(reverse("staff:locked"))
        page = client.get(locked.url)
        way = page.context["ways"][0]["url"]
        leading = client.post(way)
        assert parse_qs(urlsplit(leading.url).query)["prompt"] == ["login"]
        provider.claims = {"amr": ["mfa"], "auth_time": int(time.time())}
        assert come_back(client, leading).url == reverse("admin:index")
        assert client.get(reverse("admin:index")).status_code == 200


def test_an_old_sign_in_at_the_provider_is_no_fresh_proof(client, provider):
    provider.claims = {"amr": ["mfa"], "auth_time": int(time.time()) - 13 * 3600}
    through(client)
    client.post(reverse("staff:notice"))
    assert client.get(reverse("admin:index")).url.startswith(reverse("staff:locked"))


def test_another_persons_sign_in_does_not_unlock_a_session(client, provider):
    provider.claims = {"amr": ["mfa"]}
    through(client)
    mine = signed_in(client)
    leading = client.post(reverse("openid_connect_login", args=["tpd"]) + "?process=redirect&next=/admin/")
    provider.person = {"sub": "u-9", "email": "other@tpd.example", "email_verified": True}
    assert come_back(client, leading).status_code == 403
    assert signed_in(client) == mine


def test_nothing_ties_an_open_private_session_to_a_provider(client, provider):
    resident = UserFactory.create()
    client.force_login(resident)
    leading = client.post(reverse("openid_connect_login", args=["tpd"]) + "?process=connect")
    assert come_back(client, leading).status_code == 403
    assert not SocialAccount.objects.exists()


def test_without_configuration_there_is_no_such_address(client):
    assert client.post(reverse("openid_connect_login", args=["tpd"])).status_code == 404
    assert "sign in there" not in client.get(reverse("account_login")).content.decode()


def test_a_role_given_afterwards_counts(client, provider, agency):
    provider.claims = {"amr": ["mfa"]}
    through(client)
    person = User.objects.get(email=ADDRESS)
    RoleGrant.objects.create(user=person, agency=agency, role=Role.AUDITOR)
    client.post(reverse("staff:notice"))
    assert client.get(reverse("admin:accounts_signinevent_changelist")).status_code == 200
