"""set_ready_texts: a program manager keeps the agency's ready-made texts for requests."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, RuleName
from apps.agencies.rule_drafts import end_rule_draft
from apps.core.errors import Stale
from apps.core.locks import locked
from apps.footage_requests.models import ReadyTextList
from apps.footage_requests.ready_texts import GivenText, ReadyText, checked_texts, present_texts
from apps.ledger import services as ledger
from apps.ledger.values import Subject


def set_ready_texts(*, agency: Agency, texts: Sequence[GivenText], number: int, by: User) -> list[ReadyText]:
    """Make this the agency's list of texts, given the number of the list that the manager read.

    Requests keep the words that their authors took over. The same list again writes nothing. Raises NotAllowed for
    others, Stale if somebody changed the list since, InvalidInput as `checked_texts` does.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        present_number, present = present_texts(agency)
        if number != present_number:
            raise Stale(_("A colleague has changed this list meanwhile. Yours is not saved; compare the two."))
        checked = checked_texts(texts, present=present)
        end_rule_draft(agency, RuleName.READY_TEXTS, by)
        if checked != present:
            ReadyTextList.objects.create(agency=agency, number=number + 1, texts=checked)
            ledger.record(
                "agency.ready_texts_set",
                Subject.of("agency", agency.public_id),
                actor,
                number=number + 1,
                before=present,
                after=checked,
            )
        return checked
