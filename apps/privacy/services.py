"""Acts of a person about everything held on them."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def record_data_download(*, user: User, form: str, actor: Actor) -> None:
    """The person took everything held about them, as a page or a file: recorded, because a thief could have done it."""
    with transaction.atomic():
        subject = Subject.of("user", user.public_id)
        ledger.record("account.data_disclosed", subject, actor, form=form)
