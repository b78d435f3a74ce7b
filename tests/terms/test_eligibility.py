"""Whom an agency may ask: matching's statement, the ORM and the answer for one partner agree on drawn registers."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.agencies.models import Agency
from apps.footage_requests.policies import still_askable
from apps.partners.models import Consent, Contact, ContactRules, Partner
from apps.partners.services.contacting import CAP_DAYS
from apps.terms.eligibility import askable_partners, askable_sql, may_ask, may_be_asked
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsKind, TermsState
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def draw_terms(draw: random.Random) -> list[TermsVersion]:
    versions = []
    for kind in TermsKind.values:
        newest = draw.choice([0, 1, 3, 3])
        for number in range(1, newest + 1):
            state = TermsState.IN_FORCE if number == newest else TermsState.SUPERSEDED
            holds = draw.choice([None, *range(1, number + 1)])
            versions.append(
                TermsVersion(kind=kind, number=number, state=state, holds_from=holds, material=holds is None)
            )
        versions.append(TermsVersion(kind=kind, number=newest + 1, state=TermsState.PUBLISHED))
        versions.append(TermsVersion(kind=kind, number=newest + 2, state=TermsState.WITHDRAWN))
    for version in versions:
        version.summary = version.text = {}
        version.save()
    return versions


def draw_partner(draw: random.Random, agencies: list[Agency], versions: list[TermsVersion]) -> Partner:
    now = timezone.now()
    paused = draw.random() < 0.2
    partner = Partner.objects.create(
        name="Drawn",
        kind="resident",
        left_at=now - DAY if draw.random() < 0.1 else None,
        paused_at=now - 2 * DAY if paused else None,
        paused_until=draw.choice([None, now + DAY, now - DAY]) if paused else None,
    )
    for agency in agencies:
        if draw.random() < 0.8:
            ended = draw.choice([None, None, None, now - DAY])
            Consent.objects.create(partner=partner, agency=agency, withdrawn_at=ended)
    user, careful = UserFactory.create(), draw.random() < 0.6
    for version in versions:
        if careful or draw.random() < 0.4:
            Acceptance.objects.create(
                partner=partner, user=user, version=version, language="en", digest="0" * 64, accepted_at=now
            )
    if draw.random() < 0.5:
        ContactRules.objects.create(partner=partner, most_requests=draw.choice([None, 1, 2]))
    for _ in range(draw.choice([0, 0, 1, 2, 3])):
        made, by = now - draw.choice([DAY, (CAP_DAYS + 1) * DAY]), draw.choice(agencies)
        Contact.objects.create(partner=partner, agency=by, reference=uuid.uuid4(), made_at=made)
    return partner


def by_statement(agency: Agency) -> set[int]:
    condition, parameters = askable_sql(agency)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT partner.id FROM partners_partner partner WHERE {condition}", parameters)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("seed", range(12))
def test_the_statement_the_set_and_the_single_answer_agree(seed):
    draw = random.Random(seed)
    agencies = [AgencyFactory.create(contacts_per_partner=draw.choice([None, 1, 2])) for _ in range(2)]
    versions = draw_terms(draw)
    partners = [draw_partner(draw, agencies, versions) for _ in range(20)]
    for agency in agencies:
        expected = {partner.pk for partner in partners if may_ask(agency, partner)}
        assert set(askable_partners(agency).values_list("pk", flat=True)) == expected
        assert by_statement(agency) == expected
        assert expected <= set(Partner.objects.filter(may_be_asked(agency.pk)).values_list("pk", flat=True))


def test_the_draws_reach_both_answers():
    draw, agencies = random.Random(1), [AgencyFactory.create(), AgencyFactory.create()]
    versions = draw_terms(draw)
    assert {may_ask(agencies[0], draw_partner(draw, agencies, versions)) for _ in range(40)} == {True, False}


def test_an_invitation_is_written_to_again_though_the_limit_is_reached():
    opened = open_request()
    partner, agency = opened.invitation.partner, opened.request.agency
    ContactRules.objects.create(partner=partner, most_requests=1)
    assert not may_ask(agency, partner)
    assert list(still_askable(type(opened.invitation).objects.all())) == [opened.invitation]
    Consent.objects.update(withdrawn_at=timezone.now())
    assert not still_askable(type(opened.invitation).objects.all()).exists()
