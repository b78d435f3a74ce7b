"""First chapter of the demo: agencies, zones, staff with their second factor, terms, specification, catalog."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.agencies.models import Agency, RoleGrant, Zone
from apps.agencies.training import end_of
from apps.cameras.catalog import read_entries
from apps.cameras.services import load_catalog
from apps.demo import city, people
from apps.evidence.format_guides import read_guides
from apps.evidence.services.format_guides import load_format_guides
from apps.ledger.values import Actor
from apps.specifications.first import FIRST, read_checks
from apps.specifications.selectors import specification_in_force
from apps.specifications.services import publish_specification
from apps.terms.services import publish_and_put_in_force
from apps.terms.states import TermsKind
from apps.terms.texts import folder_of, read_texts

LOADER = Actor.system("load_demo")


def found_program(anchor: date) -> None:
    """Make what has to stand before the first partner can join. Repeating it changes nothing.

    Trainings are from before the anchor day, not from before the founding: they hold on the day of the visit.
    """
    for plan in city.AGENCIES:
        agency, _ = Agency.objects.get_or_create(
            ori=plan.ori,
            defaults={
                "name": plan.name,
                "short_name": plan.short_name,
                "time_zone": city.TIME_ZONE,
                "case_mask": plan.case_mask,
                "training_months": plan.training_months,
                "phone": plan.phone,
            },
        )
        for code, name, ring in plan.zones:
            Zone.objects.get_or_create(agency=agency, code=code, defaults={"name": name, "ring": ring})
    for member in people.STAFF:
        user = person(member.email, member.name, password=people.PASSWORD, is_staff=True, badge=member.badge)
        agency = Agency.objects.get(short_name=member.agency)
        RoleGrant.objects.get_or_create(
            user=user, agency=agency, role=member.role, ended_at=None, defaults=_training(agency, member, anchor)
        )
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(user, generate_totp_secret())
    for kind in TermsKind.values:
        summaries, texts = read_texts(folder_of(kind))
        publish_and_put_in_force(summary=summaries, full_text=texts, kind=kind, actor=LOADER)
    load_catalog(entries=read_entries(), actor=LOADER)
    load_format_guides(guides=read_guides(), actor=LOADER)
    if specification_in_force() is None:
        publish_specification(checks=read_checks(FIRST), actor=LOADER)


def _training(agency: Agency, member: people.StaffPlan, anchor: date) -> dict[str, Any]:
    """The training of a member of the staff, where the agency asks for one."""
    if not agency.training_months or member.trained_days_ago is None:
        return {}
    held_on = anchor - timedelta(days=member.trained_days_ago)
    return {"training": people.TRAINING, "trained_on": held_on, "trained_until": end_of(held_on, agency)}


_digest_of = lru_cache(maxsize=1)(make_password)


def person(email: str, name: str, *, password: str | None = None, is_staff: bool = False, badge: str = "") -> User:
    """The account of this address, with its address verified; without a password nobody can sign in to it."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name, is_staff=is_staff, badge=badge, language="en")
        if password is not None:
            # Everybody in the demo has the same password: its slow digest is made once.
            User.objects.filter(pk=user.pk).update(password=_digest_of(password))
            user.refresh_from_db(fields=["password"])
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def staff(email: str) -> User:
    """A demo staff member."""
    return User.objects.get(email=email, is_staff=True)
