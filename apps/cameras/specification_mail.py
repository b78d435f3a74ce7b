"""What an owner reads when a new specification makes cameras do worse: one message for all of a partner's cameras."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Conformance
from apps.notifications.services import Draft, queue_messages
from apps.partners.models import MemberRole, Membership, Partner
from apps.specifications.checks import ASK, in_words
from apps.specifications.models import Specification

# A business with hundreds of cameras reads the first ones in the message and the others on its page.
MOST_NAMED = 10


def tell_of_specification(specification: Specification, conformances: Sequence[Conformance]) -> int:
    """Queue one message for each owner of each partner whose cameras these are; returns how many partners have one.

    The conformances come with camera, site and partner. Repeating it queues nothing twice.
    """
    by_partner: dict[Partner, list[Conformance]] = defaultdict(list)
    for conformance in conformances:
        by_partner[conformance.camera.site.partner].append(conformance)
    owners = Membership.objects.select_related("user").filter(
        partner__in=by_partner, role=MemberRole.OWNER, ended_at__isnull=True, user__is_active=True
    )
    drafts = [
        _draft(specification, membership.user, membership.partner_id, found)
        for membership in owners.order_by("pk")
        for partner, found in by_partner.items()
        if partner.pk == membership.partner_id
    ]
    queue_messages(drafts)
    return len({membership.partner_id for membership in owners})


def _draft(specification: Specification, person: User, partner_pk: int, found: list[Conformance]) -> Draft:
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "person": person,
            "cameras": [
                {
                    "name": one.camera.name,
                    "findings": [
                        finding
                        for finding in in_words(one.reasons, specification.checks, language.split("-")[0])
                        if finding.level != ASK
                    ],
                }
                for one in found[:MOST_NAMED]
            ],
            "count": len(found),
            "more": len(found) - MOST_NAMED,
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        return Draft(
            kind="camera.specification",
            recipient=person.email,
            subject=_("The advice for your camera has changed"),
            text=render_to_string("emails/cameras/specification.txt", context),
            dedupe_key=f"camera.specification:{specification.public_id}:{partner_pk}:{person.public_id}",
        )
