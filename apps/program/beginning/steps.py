"""begin: each step of a city that has not been taken yet. Each is an act of its own, with its own entry in the ledger.

What is there already is left alone, also where it differs: since the beginning its managers keep it right. So the same
file can be run again after a stop, and after years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from apps.agencies.founding import found_agency
from apps.agencies.models import Agency, Role, RoleGrant, Zone
from apps.agencies.staff_services import appoint_manager
from apps.agencies.zones import load_zones, read_zones
from apps.cameras.catalog import FIRST as FIRST_CATALOG
from apps.cameras.catalog import read_entries
from apps.cameras.services import load_catalog
from apps.core.errors import WrongState
from apps.ledger.values import Actor
from apps.letterhead.services import place_first_seal
from apps.program.beginning.plan import AgencyPlan, Plan
from apps.specifications.first import FIRST as FIRST_CHECKS
from apps.specifications.first import read_checks
from apps.specifications.selectors import specification_in_force
from apps.specifications.services import publish_specification
from apps.streets.services import load_streets
from apps.terms.selectors import terms_in_force
from apps.terms.services import publish_and_put_in_force
from apps.terms.states import TermsKind
from apps.terms.texts import folder_of, read_texts

ACTOR = Actor.system("set_up_city")


def begin(plan: Plan) -> Iterator[str]:
    """Take the steps; a sentence for each, as it is done. Raises PortalError where one is refused."""
    for agency in plan.agencies:
        yield from _agency(agency)
    for kind in TermsKind.values:
        yield _terms(kind, plan.terms.get(kind))
    yield _specification(plan.specification or FIRST_CHECKS)
    added = load_catalog(entries=read_entries(plan.catalog or FIRST_CATALOG), actor=ACTOR)
    yield f"Catalog: {added} cameras and recorders added."
    if plan.streets:
        yield _streets(plan.streets)


def _agency(plan: AgencyPlan) -> Iterator[str]:
    agency = Agency.objects.filter(short_name__iexact=plan.short_name).first()
    if agency is None:
        agency, _new = found_agency(
            short_name=plan.short_name, details=plan.details(), case_mask=plan.case_mask, actor=ACTOR
        )
        yield f"{agency}: founded."
    elif agency.ori != plan.ori.upper():
        raise WrongState(f"{agency} is there already, with another ORI.")
    else:
        yield f"{agency}: there already; its managers keep its details."
    steps: list[tuple[object, Callable[[Agency, AgencyPlan], str]]] = [
        (plan.zones, _zones),
        (plan.seal, _seal),
        (plan.manager_email, _manager),
    ]
    for given, step in steps:
        if given:
            yield f"{agency}: {step(agency, plan)}"


def _zones(agency: Agency, plan: AgencyPlan) -> str:
    there = Zone.objects.filter(agency=agency).count()
    if there or plan.zones is None:
        return f"{there} zones are there already. Its managers change them, or load_zones."
    changes = load_zones(agency=agency, plans=read_zones(plan.zones.read_bytes()), actor=ACTOR)
    return f"{len(changes.added)} zones loaded."


def _seal(agency: Agency, plan: AgencyPlan) -> str:
    placed = plan.seal is not None and place_first_seal(agency=agency, seal=plan.seal.read_bytes(), actor=ACTOR)
    return "the seal stands on its letters." if placed else "it has a letterhead already."


def _manager(agency: Agency, plan: AgencyPlan) -> str:
    if RoleGrant.objects.filter(agency=agency, role=Role.PROGRAM_MANAGER, ended_at__isnull=True).exists():
        return "it has a program manager already."
    opened = appoint_manager(email=plan.manager_email, name=plan.manager_name, agency=agency, actor=ACTOR)
    code = f" Tell {opened.person} this code in person or by phone: {opened.code}" if opened.code else ""
    return f"{opened.person} is its program manager.{code}"


def _terms(kind: str, folder: Path | None) -> str:
    present = terms_in_force(kind)
    if present is not None:
        return f"Terms ({kind}): version {present.number} is in force already."
    summaries, texts = read_texts(folder or folder_of(kind))
    version, _changed = publish_and_put_in_force(summary=summaries, full_text=texts, kind=kind, actor=ACTOR)
    return f"Terms ({kind}): version {version.number} is in force now."


def _specification(file: Path) -> str:
    present = specification_in_force()
    if present is not None:
        return f"Specification {present.number} is in force already."
    return f"Specification {publish_specification(checks=read_checks(file), actor=ACTOR).number} is in force now."


def _streets(files: list[Path]) -> str:
    made = load_streets(
        files=files,
        name=", ".join(file.name for file in files)[:120],
        actor=ACTOR,
        near=tuple(settings.PORTAL_BOUNDS),
    )
    return f"Streets: {made.streets.count()} are in use."
