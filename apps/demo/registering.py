"""Second chapter: partners join over three months, and a program manager looks at what they register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera, CatalogEntry
from apps.cameras.services import add_site, approve_camera, register_camera, return_camera, withdraw_camera
from apps.demo import people
from apps.demo.clock import Calendar, as_of
from apps.demo.equipment import equipment
from apps.demo.founding import person, staff
from apps.demo.keys import key
from apps.demo.register import TWIN, PartnerPlan, plan_partners, plan_twins
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.partners.services import join_program
from apps.terms.digests import digest_of
from apps.terms.selectors import documents_in_force
from apps.terms.services import accept_documents
from apps.terms.services.accepting import Shown

FIRST_DAY, LAST_DAY = -95.0, -6.0
# One in so many registrations: still waits, was returned, was withdrawn by its owner.
WAITS, RETURNED, WITHDRAWN = 71, 149, 199
SIGN_IN = {people.RESIDENT[0], people.BUSINESS[0], people.ASSOCIATION[0], people.UNIVERSITY[0]} | {
    one[0] for one in (people.DUE, people.LAPSED, people.PAUSED)
}


def fill_register(calendar: Calendar, tell: Callable[[int], None] = lambda percent: None) -> int:
    """Let every planned partner join and register; returns the number of cameras. Tells how many percent are done."""
    plans = [*plan_partners(), *plan_twins()]
    step = (LAST_DAY - FIRST_DAY) / len(plans)
    manager = staff("manager@tpd.example")
    agencies = {agency.short_name: agency for agency in Agency.objects.all()}
    purpose, serial = None, 0
    for number, plan in enumerate(plans):
        if number % 10 == 0:
            tell(100 * number // len(plans))
        moment = calendar.at(FIRST_DAY + number * step, 9)
        with as_of(moment):
            registered = register_partner(plan, agencies)
        with as_of(moment + timedelta(hours=2)):
            if purpose is None or purpose.ends_at < moment + timedelta(hours=2):
                purpose = review_purpose(manager, agencies["TPD"])
            for user, camera in registered:
                serial += 1
                _review(serial, plan, user, camera, manager, purpose)
    return serial


def register_partner(plan: PartnerPlan, agencies: dict[str, Agency]) -> list[tuple[User, Camera]]:
    """Let the partner join, accept the terms and register its cameras; returns each with who registered it."""
    user = person(plan.email, plan.person, password=people.PASSWORD if plan.email in SIGN_IN else None)
    actor = actor_for(user)
    partner = join_program(
        user=user,
        kind=plan.kind,
        name=plan.name,
        agencies=[agencies[name] for name in plan.agencies],
        request_key=key(f"{plan.key}:join"),
        actor=actor,
    )
    _accept(partner, user, actor)
    registered = []
    for place, site_plan in enumerate(plan.sites):
        site = add_site(
            partner=partner,
            user=user,
            name=site_plan.name,
            address=site_plan.address,
            request_key=key(f"{plan.key}:site:{place}"),
            actor=actor,
        )
        for position, camera in enumerate(site_plan.cameras):
            registered.append(
                (
                    user,
                    register_camera(
                        site=site,
                        details=CameraDetails.checked(
                            name=camera.name,
                            latitude=camera.latitude,
                            longitude=camera.longitude,
                            bearing=camera.bearing,
                            field_of_view=camera.field_of_view,
                            range_m=camera.range_m,
                            retention_hours=camera.retention_hours,
                            records_sound=camera.records_sound,
                            **(equipment(f"{plan.key}:{place}:{position}") | _made(camera.made)),
                        ),
                        request_key=key(f"{plan.key}:camera:{place}:{position}"),
                        user=user,
                        actor=actor,
                    ),
                )
            )
    return registered


def _made(made: tuple[str, str] | None) -> dict[str, Any]:
    """What the catalog knows of a camera that somebody chose there."""
    if made is None:
        return {}
    entry = CatalogEntry.objects.get(maker=made[0], name=made[1])
    facts = ("recording", "picture_height", "frame_rate", "clock", "night_view")
    return {"catalog_entry": entry, **{name: getattr(entry, name) for name in facts}}


def _accept(partner: Partner, user: User, actor: Actor) -> None:
    shown = [Shown(one.public_id, "en", digest_of(one.text["en"])) for one in documents_in_force()]
    accept_documents(partner=partner, user=user, shown=shown, actor=actor)


def review_purpose(manager: User, agency: Agency) -> Purpose:
    """The manager's ground for a day of reviewing."""
    return open_purpose(
        user=manager,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason="Daily review of new registrations.",
    )


def _review(number: int, plan: PartnerPlan, user: User, camera: Camera, manager: User, purpose: Purpose) -> None:
    ours = plan.email in SIGN_IN
    if (number % WAITS == 0 and not ours) or plan.key.startswith(TWIN):
        return
    if number % RETURNED == 0 and not ours:
        return_camera(
            camera=camera,
            version=camera.version,
            causes=["pin"],
            reason="The map shows it in the middle of the street.",
            purpose=purpose,
            user=manager,
        )
    elif number % WITHDRAWN == 0 and not ours:
        withdraw_camera(camera=camera, version=camera.version, user=user, actor=actor_for(user))
    else:
        approve_camera(camera=camera, version=camera.version, purpose=purpose, user=manager)
