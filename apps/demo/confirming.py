"""Partners of the pilot year: one has just been asked to confirm, the camera of one lapsed, one is on a pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.models import Camera
from apps.cameras.services import (
    approve_camera,
    ask_for_confirmation,
)
from apps.cameras.services.confirmation import lapse_unconfirmed, remind_of_confirmation
from apps.demo import people
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.register import CameraPlan, PartnerPlan, SitePlan
from apps.demo.registering import register_partner, review_purpose
from apps.ledger.values import Actor
from apps.partners.models import Partner, PartnerKind
from apps.partners.services import pause_program

PORTAL = Actor.system("worker")


def remember_the_pilot(calendar: Calendar) -> None:
    """Three households that joined in the pilot year, and what became of two of them since."""
    _joins(people.DUE, (30.46121, -84.28115), ("Porch", "Garage"), calendar.at(-369, 10))
    _user, lapsed = _joins(people.LAPSED, (30.45233, -84.26874), ("Side gate",), calendar.at(-425, 10))
    user, paused = _joins(people.PAUSED, (30.44702, -84.29561), ("Balcony",), calendar.at(-200, 10))
    asked = calendar.at(-58, 9)
    with as_of(asked):
        confirmation = ask_for_confirmation(partner=lapsed, actor=PORTAL)
    assert confirmation is not None  # noqa: S101  its camera is a year old by then
    for days in (14, 28):
        with as_of(asked + timedelta(days=days, minutes=5)):
            remind_of_confirmation(confirmation=confirmation, actor=PORTAL)
            confirmation.refresh_from_db()
    with as_of(asked + timedelta(days=42, minutes=10)):
        lapse_unconfirmed(confirmation=confirmation, actor=PORTAL)
    with as_of(calendar.at(-5, 18)):
        pause_program(partner=paused, user=user, until=calendar.at(40, 0), actor=actor_for(user))


def ask_who_is_due(calendar: Calendar) -> None:
    """The letter to who is due goes through the outbox, so that the mailbox has it."""
    with as_of(calendar.at(-1, 15)):
        for partner in Partner.objects.filter(memberships__user__email=people.DUE[0]):
            ask_for_confirmation(partner=partner, actor=PORTAL)


def _joins(
    who: tuple[str, str], place: tuple[float, float], cameras: tuple[str, ...], at: datetime
) -> tuple[User, Partner]:
    email, name = who
    plans = tuple(
        CameraPlan(camera, place[0], round(place[1] + 0.00008 * number, 6), 80.0 * number, 100.0, 25.0, 240, False)
        for number, camera in enumerate(cameras)
    )
    surname = name.split()[-1]
    site = SitePlan("Home", f"{len(email) * 7} Magnolia Way", plans)
    plan = PartnerPlan(f"pilot:{email}", PartnerKind.RESIDENT, f"{surname} household", email, name, (site,))
    with as_of(at):
        registered = register_partner(plan, {agency.short_name: agency for agency in Agency.objects.all()})
    manager = staff("manager@tpd.example")
    with as_of(at + timedelta(hours=2)):
        purpose = review_purpose(manager, Agency.objects.get(short_name="TPD"))
        for _user, camera in registered:
            fresh = Camera.objects.get(pk=camera.pk)
            approve_camera(camera=fresh, version=fresh.version, purpose=purpose, user=manager)
    user, camera = registered[0]
    return user, camera.site.partner
