"""The append-only log of acts: an RFC 6962 Merkle tree over the stored bytes of its entries."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.ledger.values import Actor, Subject


class Entry(models.Model):
    """One act. `leaf` holds the exact bytes that are hashed; the other columns repeat parts of it for searching."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), help_text=_("UTC, when the act's transaction wrote it."))
    action = models.CharField(_("action"), max_length=64)
    actor_kind = models.CharField(_("actor"), max_length=16)
    actor_id = models.CharField(_("actor id"), max_length=64)
    subject_kind = models.CharField(_("subject"), max_length=32)
    subject_id = models.CharField(_("subject id"), max_length=64)
    leaf = models.BinaryField(_("leaf"), help_text=_("Canonical JSON, as it was hashed."))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_entry_subject"),
            models.Index(fields=["actor_kind", "actor_id", "id"], name="ledger_entry_actor"),
            models.Index(fields=["action", "id"], name="ledger_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind}:{self.subject_id}"

    @cached_property
    def record(self) -> dict[str, Any]:
        """The whole leaf, parsed."""
        parsed: dict[str, Any] = json.loads(bytes(self.leaf))
        return parsed

    @property
    def facts(self) -> dict[str, Any]:
        """The act's facts, from the leaf."""
        facts: dict[str, Any] = self.record["facts"]
        return facts

    @property
    def actor(self) -> Actor:
        """Who acted, from the leaf."""
        actor = self.record["actor"]
        return Actor(kind=actor["kind"], public_id=actor["id"], role=actor["role"], agency=actor["agency"])

    @property
    def subject(self) -> Subject:
        """What was acted on, from the leaf."""
        subject = self.record["subject"]
        return Subject(kind=subject["kind"], public_id=subject["id"])

    @property
    def private(self) -> dict[str, Any] | None:
        """The personal data that the entry commits to; None where there was none or it was erased."""
        part: PrivatePart | None = getattr(self, "private_part", None) if "private" in self.record else None
        if part is None or part.data is None:
            return None
        data: dict[str, Any] = json.loads(part.data)
        return data


class Waiting(models.Model):
    """An entry that has no place yet. A trigger writes the row with the entry; the sequencer takes it away.

    Entries commit in another order than they got their keys, so "everything above the last key" would skip the late
    ones. No foreign key: the row lives for seconds, and its check would cost every act.
    """

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"entry {self.entry_id}"


class Place(models.Model):
    """The index that the sequencer gave an entry. A table of its own, because entries are never updated."""

    index = models.BigIntegerField(_("index"), primary_key=True, help_text=_("Position in the tree, from 0, no gaps."))
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="place")
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)

    def __str__(self) -> str:
        return f"#{self.index}"


class Subtree(models.Model):
    """The root of a full subtree of 2^height leaves (256 or more), so that a proof reads a few rows, not the tree."""

    height = models.PositiveSmallIntegerField()
    position = models.BigIntegerField(help_text=_("Counted from the left among subtrees of this height."))
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["height", "position"], name="ledger_subtree_once")]

    def __str__(self) -> str:
        return f"{self.height}/{self.position}"


class PrivatePart(models.Model):
    """Personal data that an entry commits to by a salted hash; blanking it leaves the tree whole."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="private_part", primary_key=True)
    salt = models.BinaryField(max_length=32, null=True)
    data = EncryptedTextField(_("data"), null=True, help_text=_("Canonical JSON."))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, help_text=_("UTC."))

    def __str__(self) -> str:
        return f"private part of {self.entry_id}"


class Tree(models.Model):
    """One row: how far the sequencer has come. The sequencer holds its lock."""

    size = models.BigIntegerField(_("size"), default=0)
    frontier = models.BinaryField(default=b"", help_text=_("Roots of the full subtrees, the largest first."))

    def __str__(self) -> str:
        return f"tree of {self.size}"


class Checkpoint(models.Model):
    """A signed size and root of the tree (C2SP signed note, Ed25519)."""

    number = models.BigIntegerField(_("number"), unique=True, help_text=_("From 1, without gaps."))
    size = models.BigIntegerField(_("size"), unique=True)
    root = models.BinaryField(_("root"), max_length=32)
    note = models.TextField(_("signed note"))
    signed_at = models.DateTimeField(_("signed at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("checkpoint")

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
