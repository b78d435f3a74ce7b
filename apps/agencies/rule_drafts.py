"""Drafts of an agency's rules: what a program manager typed and has not put in force yet.

They are no acts: nothing follows from them, and the ledger does not know them. Each manager has one of each rule, so
that nobody writes over a colleague's; a colleague may read it and go on from it. It ends when its author puts the rule
in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, RuleDraft, RuleName
from apps.core.errors import InvalidInput, NotFound
from apps.core.locks import locked

VALUES_MOST, VALUE_MOST, NAME_MOST = 300, 2000, 200


def save_rule_draft(*, agency: Agency, rule: str, values: Mapping[str, str], by: User) -> RuleDraft:
    """Keep what the manager typed, as it was typed, also what would be refused. The last of two windows counts.

    Raises NotAllowed for others than a program manager of the agency, InvalidInput for what no form holds.
    """
    kept = _checked(rule, values)
    with transaction.atomic():
        acting_as(by, agency, Role.PROGRAM_MANAGER)
        agency = locked(Agency.objects).get(pk=agency.pk)
        draft, _created = RuleDraft.objects.update_or_create(
            agency=agency, author=by, rule=rule, defaults={"values": kept, "saved_at": timezone.now()}
        )
        return draft


def discard_rule_draft(*, agency: Agency, rule: str, by: User) -> bool:
    """Throw the manager's own draft away; says whether there was one. Raises NotAllowed as `save_rule_draft`."""
    with transaction.atomic():
        acting_as(by, agency, Role.PROGRAM_MANAGER)
        agency = locked(Agency.objects).get(pk=agency.pk)
        return end_rule_draft(agency, rule, by)


def end_rule_draft(agency: Agency, rule: str, by: User) -> bool:
    """The same for a service that puts the rule in force, in its transaction, which holds the agency."""
    count, _rows = RuleDraft.objects.filter(agency=agency, rule=rule, author=by).delete()
    return bool(count)


def drafts_of_rule(agency: Agency, rule: str) -> QuerySet[RuleDraft]:
    """The drafts of all managers, the last one saved first. Who manages the agency reads them."""
    return RuleDraft.objects.filter(agency=agency, rule=rule).select_related("author").order_by("-saved_at", "-pk")


def get_rule_draft(agency: Agency, rule: str, public_id: str) -> RuleDraft:
    """One of them. Raises NotFound."""
    try:
        found = drafts_of_rule(agency, rule).filter(public_id=UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such draft. Its author has put it in force or thrown it away."))
    return found


def _checked(rule: str, values: Mapping[str, str]) -> dict[str, str]:
    sound = all(
        isinstance(one, str) and len(one) <= most
        for pair in values.items()
        for one, most in zip(pair, (NAME_MOST, VALUE_MOST), strict=True)
    )
    if rule not in RuleName.values or len(values) > VALUES_MOST or not sound or "\x00" in "".join(values.values()):
        raise InvalidInput(_("This cannot be kept as a draft. Load the page again."))
    return dict(values)
