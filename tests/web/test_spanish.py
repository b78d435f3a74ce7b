"""Everything that a resident reads on the way from the front page to a receipt is there in Spanish."""

import json
import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from tests.factories.cameras import pending_camera
from tests.factories.footage_requests import open_request
from tests.factories.items import sealed_item
from tests.factories.people import AgencyFactory, registrant, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

CATALOG = settings.BASE_DIR / "locale/es/LC_MESSAGES/django.po"
# Names and words that are the same in both languages, or data of the test.
SAME = re.compile(
    r"English|Español|Community Camera Partnership|Tallahassee|Agency \d+|AG\d+|Person \d+|SHA-256|Front door|Home"
    r"|Household \d+|JavaScript|OpenAPI|API|IP|No|EST|EDT|UTC|bytes|camera 1\.mp4|A person in a red jacket\."
    r"|1 Secret Lane|detective|supervisor|[0-9a-f]{16,}|[0-9a-f-]{36}|[A-Z0-9-]{4,}|[\w.+-]+@[\w.-]+|https?://\S+"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


class Words(HTMLParser):
    """The texts of a page and the texts in its labels, titles and data attributes."""

    SPOKEN = ("alt", "title", "aria-label", "placeholder")

    def __init__(self):
        super().__init__()
        self.found, self._skip, self._data = set(), 0, False

    def handle_starttag(self, tag, attrs):
        self._skip += tag in ("script", "style", "option")
        self._data = ("type", "application/json") in attrs
        for name, value in attrs:
            if value and (name in self.SPOKEN or (name.startswith("data-") and " " in value)):
                self.found.add(" ".join(value.split()))

    def handle_endtag(self, tag):
        self._skip -= tag in ("script", "style", "option")

    def handle_data(self, data):
        if self._data and self._skip:
            self.found |= {text for text in sentences(json.loads(data)) if " " in text}
        if not self._skip and re.search(r"[A-Za-z]{3}", data):
            self.found.add(" ".join(data.split()))


def sentences(value):
    """Every text in a block of data for scripts."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from sentences(inner)


def words_of(content):
    reader = Words()
    reader.feed(content.decode())
    return reader.found


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    cache.clear()
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    (tmp_path / "evidence").mkdir()


@pytest.fixture
def partner_pages(client):
    """A registrant with a camera in each state, an open request and a gift, and the addresses of all pages."""
    opened = open_request(AgencyFactory.create())
    item = sealed_item(b"video", sent_through=opened.invitation)
    partner = opened.invitation.partner
    user = partner.memberships.get().user
    sign_in(client, user)
    camera = Camera.objects.get(site__partner=partner)
    for state in (CameraState.RETURNED, CameraState.LAPSED, CameraState.PENDING):
        Camera.objects.filter(pk=pending_camera(partner, site=camera.site).pk).update(state=state)
    own = [
        reverse(f"web:{name}")
        for name in ("cameras", "add_camera", "requests", "given", "account", "consents", "leave", "terms", "home")
    ]
    people_and_places = (
        "members",
        "member_leave",
        "members_history",
        "sites",
        "site_add",
        "associations",
        "join_another",
    )
    own += [reverse(f"web:{name}") for name in people_and_places]
    one = [reverse(f"web:{name}", args=[camera.public_id]) for name in ("edit_camera", "withdraw_camera")]
    by_link = [
        reverse("footage_requests:invitation", args=[opened.invitation.public_id]),
        reverse("links:code"),
        reverse("evidence:upload", args=[opened.invitation.public_id]),
        reverse("evidence:receipt", args=[item.submission.public_id]),
    ]
    allauth = ["account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]
    allauth += ["mfa_add_webauthn", "mfa_activate_totp", "account_reauthenticate"]
    return user, own + one + by_link + [reverse(name) for name in allauth]


def shared(client, address, **how):
    """What a page says in the same words in both languages."""
    texts = []
    for language in ("en", "es"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.get(address, follow=True, **how)
        assert response.status_code in (200, 404), address
        texts.append(words_of(response.content))
    return {text for text in texts[0] & texts[1] if not re.fullmatch(rf"(\W|\d|{SAME.pattern})+", text)}


def test_no_page_of_a_partner_speaks_english_to_a_spanish_reader(client, partner_pages):
    user, addresses = partner_pages
    assert user.language == ""
    left = {address: words for address in addresses if (words := shared(client, address))}
    assert left == {}


def test_no_page_before_signing_in_speaks_english_to_a_spanish_reader(client):
    terms_in_force()
    names = ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]
    names += ["account_inactive", "account_password_reset_completed", "web:home", "web:terms"]
    addresses = [reverse(name) for name in names] + ["/nothing/here/"]
    left = {address: words for address in addresses if (words := shared(client, address))}
    assert left == {}


def test_refusals_are_said_in_spanish(client):
    user, _partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    response = client.post(reverse("web:add_camera"), {"latitude": "91", "longitude": "west"})
    errors = str(response.context["form"].errors)
    assert "Complete este campo." in errors
    assert "Indique un número entre -90 y 90." in errors
    assert not re.search(r"\b(the|this|please|enter)\b", errors, re.I)


def test_a_code_is_mailed_in_the_language_of_the_page(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    client.post(reverse("account_signup"), {"email": "ada@example.org"})
    assert "es su código" in mail.outbox[0].subject
    assert "Nunca le pediremos su contraseña" in mail.outbox[0].body


def test_translations_keep_the_placeholders_of_their_originals():
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale="es")
    for message in catalog:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        # Of one thing a sentence may leave the number out where the original does.
        wanted = [set(PLACEHOLDER.findall(original)) for original in originals]
        for place, text in enumerate(words):
            assert not text or set(PLACEHOLDER.findall(text)) in (wanted[place], wanted[-1]), message.id


def test_the_catalog_is_compiled():
    with translation.override("es"):
        assert translation.gettext("My cameras") == "Mis cámaras"
