"""Abstract bases. Nothing here has a table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def now() -> datetime:
    """The default of a time: asks the clock when the row is made, so that a demo's or a test's turned clock counts."""
    return timezone.now()


class PublicModel(models.Model):
    """A bigint key inside; a random UUID wherever the outside sees the row (URLs, ledger entries, file names)."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("UTC."))

    class Meta:
        abstract = True


class RequestKeyed(models.Model):
    """Created by a service that takes a `request_key`: a repeat of the key finds the first row instead of a second."""

    request_key = models.UUIDField(_("request key"), null=True, blank=True, unique=True, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """`version` grows with each change; an editor who read an older one is told instead of overwriting."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class Claimable(models.Model):
    """A row that a worker claims, works on without a transaction, and records; see `core.claims`."""

    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False, help_text=_("UTC."))
    attempts = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("Claims of the present step that did not end.")
    )
    failure_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True


class NameWord(models.Model):
    """One word of `owner`'s name, or the beginning of one: see `core.name_words`."""

    kind: ClassVar[str]
    digest = models.CharField(max_length=32)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"a word of a {self.kind}'s name"
