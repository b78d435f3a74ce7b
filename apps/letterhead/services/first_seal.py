"""place_first_seal: an agency begins with its seal, before it has a manager who could publish one."""

from __future__ import annotations

import hashlib

from django.db import transaction

from apps.agencies.models import Agency
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.canonical import canonical
from apps.ledger.values import Actor, Subject
from apps.letterhead import selectors
from apps.letterhead.models import Letterhead
from apps.letterhead.services.publishing import LONGEST_SIDE
from apps.media.pictures import picture_of_form


def place_first_seal(*, agency: Agency, seal: bytes, actor: Actor) -> bool:
    """The agency's first letterhead: its seal and no words. For the operator's shell; says whether it was placed.

    An agency that has a letterhead keeps it. Raises InvalidInput for what is no picture.
    """
    if selectors.in_force(agency) is not None:
        return False
    # Before the transaction: a decoder may take seconds.
    picture = picture_of_form(seal, longest_side=LONGEST_SIDE, sender="operator", field="seal").jpeg
    with transaction.atomic():
        agency = locked(Agency.objects).get(pk=agency.pk)
        if selectors.in_force(agency) is not None:
            return False
        digest = hashlib.sha256(picture).hexdigest()
        Letterhead.objects.create(agency=agency, number=1, author=None, words={}, seal=picture, seal_digest=digest)
        ledger.record(
            "agency.letterhead_published",
            Subject.of("agency", agency.public_id),
            actor,
            number=1,
            places=[],
            words=hashlib.sha256(canonical({})).hexdigest(),
            seal=digest,
        )
        return True
