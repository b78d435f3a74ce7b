"""SAML: a really signed answer lets staff in; forged, changed, unsigned, replayed and stale ones do not."""

import base64

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from config.settings.identity import as_library_settings
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.saml_provider import ENTITY, MFA, PASSWORD, SamlProvider
from tests.factories.staff_codes import ready

pytestmark = pytest.mark.django_db
HOST = "http://portal.example"


@pytest.fixture(scope="module")
def provider():
    return SamlProvider()


@pytest.fixture(autouse=True)
def _configured(settings, provider):
    cache.clear()
    settings.ALLOWED_HOSTS = ["portal.example"]
    one = {
        "id": "tpd",
        "agency": "TPD",
        "name": "Tallahassee Police",
        "kind": "saml",
        "entity_id": ENTITY,
        "sso_url": "https://idp.tpd.example/sso",
        "x509cert": provider.certificate,
        "domains": ["tpd.example"],
        "second_factor": [MFA],
    }
    settings.STAFF_IDENTITY_PROVIDERS = [one]
    settings.SOCIALACCOUNT_PROVIDERS = as_library_settings([one], longest_s=12 * 3600)


@pytest.fixture
def client():
    return Client(headers={"host": "portal.example"})


def ask(client):
    leading = client.post(reverse("saml_login", args=["tpd"]))
    assert leading.url.startswith("https://idp.tpd.example/sso?")
    return SamlProvider.asked_in(leading.url)


def made_for(asked):
    return {
        "asked": asked,
        "acs": HOST + reverse("saml_acs", args=["tpd"]),
        "audience": HOST + reverse("saml_metadata", args=["tpd"]),
    }


def post_back(client, response):
    """The provider's page posts to us without our session's cookie; the next step has it again."""
    finish = client.post(reverse("saml_acs", args=["tpd"]), {"SAMLResponse": response})
    return client.get(finish.url)


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_a_signed_answer_signs_a_colleague_in_and_keeps_no_claims(client, provider):
    person = ready(StaffFactory.create(email="dana@tpd.example"))
    post_back(client, provider.answer(**made_for(ask(client))))
    assert signed_in(client) == str(person.pk)
    account = SocialAccount.objects.get(user=person)
    assert (account.provider, account.uid, account.extra_data) == ("tpd", "u-1", {})
    client.post(reverse("staff:notice"))
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_context_without_a_second_factor_asks_for_ours(client, provider):
    ready(StaffFactory.create(email="dana@tpd.example"))
    answer = post_back(client, provider.answer(context=PASSWORD, **made_for(ask(client))))
    assert answer.url == reverse("mfa_authenticate")
    assert signed_in(client) is None


def test_a_private_account_is_not_taken(client, provider):
    UserFactory.create(email="dana@tpd.example")
    assert post_back(client, provider.answer(**made_for(ask(client)))).status_code == 403
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def altered(response, before, after):
    text = base64.b64decode(response).decode()
    assert before in text
    return base64.b64encode(text.replace(before, after).encode()).decode()


@pytest.mark.parametrize("how", ["unsigned", "another key", "changed", "stale", "other audience", "not asked", "none"])
def test_whatever_is_not_a_whole_answer_to_this_question_is_refused(client, provider, how):
    asked = ask(client)
    made = made_for(asked)
    responses = {
        "unsigned": lambda: provider.answer(signed=False, **made),
        "another key": lambda: SamlProvider().answer(**made),
        "changed": lambda: altered(provider.answer(**made), "dana@tpd.example", "evil@tpd.example"),
        "stale": lambda: provider.answer(minutes=-5, **made),
        "other audience": lambda: provider.answer(**made | {"audience": "https://other.example/"}),
        "not asked": lambda: provider.answer(**made | {"asked": "ONELOGIN_" + "0" * 40}),
        "none": lambda: "bm90IHhtbA==",
    }
    answer = post_back(client, responses[how]())
    assert answer.status_code in (401, 403)
    assert signed_in(client) is None
    assert not User.objects.exists()


def test_an_answer_works_once_and_in_the_browser_that_asked(client, provider):
    response = provider.answer(**made_for(ask(client)))
    other = Client(headers={"host": "portal.example"})
    assert post_back(other, response).status_code in (401, 403)
    assert signed_in(other) is None
    post_back(client, response)
    assert signed_in(client) is not None
    client.post(reverse("account_logout"))
    assert post_back(client, response).status_code in (401, 403)
    assert signed_in(client) is None


def test_the_portal_describes_itself_to_the_provider(client):
    page = client.get(reverse("saml_metadata", args=["tpd"]))
    assert page.status_code == 200
    assert b'WantAssertionsSigned="true"' in page.content
