"""Belonging to an association, and what its contact may do: codes, letters, ending, forwarding."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.ledger.models import Entry
from apps.links.services import issue_link
from apps.notifications.delivery import Courier
from apps.notifications.models import Message
from apps.notifications.sending import send_message
from apps.partners import policies, selectors, services
from apps.partners.link_kinds import STOP
from apps.partners.models import Affiliation, AppealReader, ForwardedAppeal, MemberRole, Membership, PartnerKind
from apps.partners.services.associations import ENDINGS_PER_DAY
from tests.factories.actors import actor_for
from tests.factories.links import post_secret
from tests.factories.people import PartnerFactory, UserFactory, member, registrant, staff, verified

pytestmark = pytest.mark.django_db
APPEAL = {"title": "Who saw the van?", "text_": "A white van, Tuesday at nine.", "link": "https://police.example.gov/a"}


@pytest.fixture(autouse=True)
def _settings(settings):
    cache.clear()
    settings.APPEAL_HOSTS = ["police.example.gov"]
    settings.SITE_URL = "https://portal.example.gov"


@pytest.fixture
def association():
    """A contact, the association and its code."""
    contact = verified(UserFactory.create())
    partner = PartnerFactory.create(kind=PartnerKind.ASSOCIATION, name="Oak Hill")
    Membership.objects.create(partner=partner, user=contact, role=MemberRole.OWNER)
    row = services.renew_join_code(association=partner, user=contact, actor=actor_for(contact))
    return contact, partner, row.code


def belong(partner, user, code, appeals=True):
    return services.affiliate(partner=partner, code=code, wants_appeals=appeals, user=user, actor=actor_for(user))


def forward(association, contact, key=None, **changes):
    return services.forward_appeal(
        association=association, user=contact, request_key=key, actor=actor_for(contact), **(APPEAL | changes)
    )


def test_a_partner_says_that_it_belongs_and_saying_it_again_changes_nothing(association):
    _contact, oak, code = association
    user, home = registrant()
    typed = code.lower().replace("-", " ").replace("0", "o")
    assert belong(home, user, code) == belong(home, user, typed)
    assert [row.association for row in selectors.affiliations_of(home)] == [oak]
    assert Entry.objects.filter(action="affiliation.began").count() == 1
    assert AppealReader.objects.count() == 1


def test_an_old_code_and_a_code_of_who_left_open_nothing(association):
    contact, oak, code = association
    user, home = registrant()
    fresh = services.renew_join_code(association=oak, user=contact, actor=actor_for(contact)).code
    with pytest.raises(NotFound):
        belong(home, user, code)
    services.leave_program(partner=oak, user=contact, actor=actor_for(contact))
    with pytest.raises(NotFound):
        belong(home, user, fresh)


def test_who_may_say_it(association):
    contact, oak, code = association
    _owner, home = registrant()
    with pytest.raises(NotAllowed):
        belong(home, member(home), code)
    with pytest.raises(NotFound):
        belong(home, registrant()[0], code)
    with pytest.raises(WrongState):
        belong(oak, contact, code)


def test_only_the_contact_of_an_association_leads_it(association):
    contact, oak, _code = association
    owner, home = registrant()
    people = {
        "contact": (contact, True),
        "manager": (member(oak, MemberRole.MANAGER), True),
        "responder": (member(oak), False),
        "stranger": (owner, False),
        "program manager": (staff("program_manager"), False),
    }
    code = selectors.join_code_of(oak)
    for name, (user, leads) in people.items():
        assert policies.leads_association(user, oak) is leads, name
        assert policies.led_associations(user).filter(pk=oak.pk).exists() is leads, name
        assert policies.can_view_join_code(user, code) is leads, name
        assert policies.viewable_join_codes(user).filter(pk=code.pk).exists() is leads, name
        if not leads:
            with pytest.raises(NotFound):
                services.renew_join_code(association=oak, user=user, actor=actor_for(user))
            with pytest.raises(NotFound):
                forward(oak, user)
    assert not policies.leads_association(owner, home)


def test_the_contact_never_sees_a_row_of_who_belongs(association):
    contact, oak, code = association
    user, home = registrant()
    row = belong(home, user, code)
    for person, sees in ((user, True), (contact, False), (staff("auditor"), False)):
        assert policies.can_view_affiliation(person, row) is sees
        assert policies.viewable_affiliations(person).filter(pk=row.pk).exists() is sees
    assert not policies.can_view_partner(contact, home)


def test_either_side_ends_it_and_the_letters_end_with_it(association):
    contact, oak, code = association
    user, home = registrant()
    row = belong(home, user, code)
    for _ in range(2):
        services.end_affiliation(affiliation=row, user=user, actor=actor_for(user))
    assert not selectors.affiliations_of(home).exists()
    assert AppealReader.objects.get().ended_at
    assert Entry.objects.filter(action="affiliation.ended").count() == 1
    belong(home, user, code)
    services.end_affiliation_of(association=oak, email=user.email, user=contact, actor=actor_for(contact))
    assert not selectors.affiliations_of(home).exists()


def test_ending_by_address_looks_the_same_whether_somebody_belonged(association):
    contact, oak, code = association
    user, home = registrant()
    belong(home, user, code)
    seen = []
    for email in (user.email, "nobody@example.org", staff().email):
        services.end_affiliation_of(association=oak, email=email, user=contact, actor=actor_for(contact))
        letter = Message.objects.filter(kind="association.ended").last()
        text = re.sub(r"/no-mail/\S+", "", letter.text)
        seen.append((letter.recipient == email, letter.subject, text))
    assert seen[0] == seen[1] == seen[2]


def test_an_association_ends_and_writes_only_so_often_a_day(association, settings):
    contact, oak, _code = association

    def end(number):
        services.end_affiliation_of(
            association=oak, email=f"a{number}@example.org", user=contact, actor=actor_for(contact)
        )

    def invite(number):
        services.invite_to_association(
            association=oak, email=f"b{number}@example.org", language="en", user=contact, actor=actor_for(contact)
        )

    # Letters of both kinds count together.
    for act, most in ((end, ENDINGS_PER_DAY), (invite, settings.ASSOCIATION_LETTERS_PER_DAY - ENDINGS_PER_DAY)):
        for number in range(most):
            act(number)
        with pytest.raises(TooMany):
            act(most)


def test_the_code_goes_by_mail_and_the_address_is_kept_nowhere(association):
    contact, oak, code = association
    services.invite_to_association(
        association=oak, email="Neighbor@Example.org", language="es", user=contact, actor=actor_for(contact)
    )
    letter = Message.objects.get(kind="association.invited")
    assert code in letter.text
    assert "neighbor" not in letter.dedupe_key
    entry = Entry.objects.get(action="association.invited")
    assert b"neighbor" not in bytes(entry.leaf)


def test_an_appeal_reaches_who_agreed_and_nobody_else(association):
    contact, oak, code = association
    reader, home = registrant()
    belong(home, reader, code)
    # One letter a person, though a second partner of theirs belongs too.
    second = PartnerFactory.create()
    Membership.objects.create(partner=second, user=reader, role=MemberRole.OWNER)
    belong(second, reader, code)
    silent, quiet_home = registrant()
    belong(quiet_home, silent, code, appeals=False)
    gone, gone_home = registrant()
    services.end_affiliation(affiliation=belong(gone_home, gone, code), user=gone, actor=actor_for(gone))
    removed, removed_home = registrant()
    belong(removed_home, removed, code)
    Membership.objects.filter(user=removed).update(ended_at=timezone.now())
    forward(oak, contact)
    assert [one.recipient for one in Message.objects.filter(kind="appeal.forwarded")] == [reader.email]
    entry = Entry.objects.get(action="appeal.forwarded")
    assert entry.facts == {"association": str(oak.public_id), "host": "police.example.gov"}
    assert b"van" not in bytes(entry.leaf)


def test_a_repeated_key_forwards_once(association):
    contact, oak, code = association
    user, home = registrant()
    belong(home, user, code)
    key = uuid.uuid4()
    assert forward(oak, contact, key) == forward(oak, contact, key)
    assert Message.objects.filter(kind="appeal.forwarded").count() == 1


def test_so_many_appeals_a_day_and_a_month(association, settings):
    contact, oak, _code = association
    settings.APPEALS_PER_DAY, settings.APPEALS_PER_MONTH = 2, 3
    forward(oak, contact)
    forward(oak, contact)
    with pytest.raises(TooMany):
        forward(oak, contact)
    ForwardedAppeal.objects.update(created_at=timezone.now() - timedelta(days=2))
    forward(oak, contact)
    ForwardedAppeal.objects.update(created_at=timezone.now() - timedelta(days=3))
    with pytest.raises(TooMany):
        forward(oak, contact)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("link", {"link": "https://evil.example/"}),
        ("link", {"link": "http://police.example.gov/a"}),
        ("link", {"link": "https://police.example.gov@evil.example/"}),
        ("link", {"link": "https://police.example.gov:8443/"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("link", {"link": "https://[::1"}),
        ("link", {"link": ""}),
        ("text", {"text_": "See https://evil.example"}),
        ("text", {"text_": "See evil.com for more"}),
        ("text", {"title": "www.evil.example"}),
        ("text", {"text_": ""}),
        ("title", {"title": "x" * 121}),
    ],
)
def test_an_appeal_carries_no_link_but_the_agencys(association, field, change):
    contact, oak, _code = association
    with pytest.raises(InvalidInput) as refusal:
        forward(oak, contact, **change)
    assert set(refusal.value.fields) == {field}
    assert not ForwardedAppeal.objects.exists()


def test_the_letter_has_a_way_out_in_its_head_and_its_foot_that_asks_nothing(association, mailoutbox):
    contact, oak, code = association
    user, home = registrant()
    belong(home, user, code)
    forward(oak, contact)
    message = Message.objects.get(kind="appeal.forwarded")
    with Courier() as courier:
        assert send_message(pk=message.pk, courier=courier)
    letter = mailoutbox[-1]
    way_out = re.fullmatch(r"<(.+)>", letter.extra_headers["List-Unsubscribe"])[1]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{way_out}#" in letter.body
    message.refresh_from_db()
    assert message.unsubscribe_url == ""
    path = way_out.removeprefix("https://portal.example.gov")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert AppealReader.objects.get().ended_at is None  # a scanner that follows links ends nothing
    for _ in range(2):
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert AppealReader.objects.get().ended_at
    assert Entry.objects.filter(action="appeal_reader.ended").count() == 1
    assert list(selectors.affiliations_of(home))


def test_a_way_out_that_was_made_up_stops_nothing(client):
    made_up = reverse("web:appeals_stop", args=[uuid.uuid4()])
    assert client.post(made_up, {"List-Unsubscribe": "One-Click"}).status_code == 403
    assert client.get(made_up).status_code == 200


def test_a_letters_link_shows_one_button_and_needs_its_secret(client, association):
    _contact, _oak, code = association
    user, home = registrant()
    belong(home, user, code)
    reader = AppealReader.objects.get()
    link = issue_link(kind=STOP, subject=reader.public_id)
    page = reverse("web:appeals_stop", args=[reader.public_id])
    assert "Oak Hill" not in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 403
    assert AppealReader.objects.get().ended_at is None
    post_secret(client, "stop", reader.public_id, link.token)
    assert "No more letters from Oak Hill?" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 200
    assert AppealReader.objects.get().ended_at


def test_each_person_says_for_themselves_whether_they_want_letters(association):
    _contact, _oak, code = association
    user, home = registrant()
    row = belong(home, user, code, appeals=False)
    helper = member(home)
    for person in (user, helper):
        assert services.read_appeals(affiliation=row, wants=True, user=person, actor=actor_for(person))
    assert services.read_appeals(affiliation=row, wants=False, user=helper, actor=actor_for(helper))
    assert not services.read_appeals(affiliation=row, wants=False, user=helper, actor=actor_for(helper))
    assert list(AppealReader.objects.filter(ended_at__isnull=True).values_list("user", flat=True)) == [user.pk]
    stranger = registrant()[0]
    with pytest.raises(NotFound):
        services.read_appeals(affiliation=row, wants=True, user=stranger, actor=actor_for(stranger))


def test_the_ledger_and_the_database_agree_that_one_belongs_once(association):
    _contact, oak, code = association
    user, home = registrant()
    belong(home, user, code)
    with pytest.raises(Exception, match=r"affiliation_once|UNIQUE"):
        Affiliation.objects.create(partner=home, association=oak, began_at=timezone.now())
