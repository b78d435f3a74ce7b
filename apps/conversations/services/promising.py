"""set_promises: within how long an agency answers its owners, and who helps them to export."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role
from apps.agencies.policies import has_role
from apps.conversations.models import Promises
from apps.conversations.policies import WRITERS
from apps.conversations.selectors import promises_of
from apps.core.errors import InvalidInput, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Subject

HOURS_MOST = 30 * 24


def set_promises(
    *,
    agency: Agency,
    acknowledge_hours: int,
    look_hours: int,
    decide_hours: int,
    helper: User | None,
    version: int,
    by: User,
) -> Promises:
    """A program manager promises; questions that are open keep the promise that runs for them. The same again: nothing.

    `version` is the one that was read, 0 without any. Raises NotAllowed, Stale, and InvalidInput for hours that do not
    rise, and for a helper who does not answer owners in this agency.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        _check(acknowledge_hours, look_hours, decide_hours, helper, agency)
        promises = promises_of(agency)
        wanted = {
            "acknowledge_hours": acknowledge_hours,
            "look_hours": look_hours,
            "decide_hours": decide_hours,
            "helper_id": helper.pk if helper else None,
        }
        if promises.pk and all(getattr(promises, name) == value for name, value in wanted.items()):
            return promises
        if promises.version != version:
            raise Stale(_("A colleague has set other promises meanwhile. Yours are not saved; compare the two."))
        for name, value in wanted.items():
            setattr(promises, name, value)
        promises.version += 1
        promises.save()
        ledger.record(
            "agency.promises_set",
            Subject.of("agency", agency.public_id),
            actor,
            acknowledge_hours=acknowledge_hours,
            look_hours=look_hours,
            decide_hours=decide_hours,
            helper=str(helper.public_id) if helper else "",
            version=promises.version,
        )
        return promises


def _check(acknowledge: int, look: int, decide: int, helper: User | None, agency: Agency) -> None:
    problems: dict[str, str] = {}
    before = 1
    for name, hours in (("acknowledge_hours", acknowledge), ("look_hours", look), ("decide_hours", decide)):
        if not before <= hours <= HOURS_MOST:
            problems[name] = _("Give hours from %(least)d to %(most)d.") % {"least": before, "most": HOURS_MOST}
        before = max(before, hours)
    if helper is not None and not has_role(helper, agency, *WRITERS):
        problems["helper"] = _("Choose a detective, a supervisor or an analyst of this agency.")
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
