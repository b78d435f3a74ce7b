"""Letters to addresses whose readers may never have heard of the program: counted, and stopped by one tap."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel


class WayOut(NamedTuple):
    """How the reader of one letter ends all such mail: a page for people, and an address for their mail program."""

    page: str
    one_click: str


class StrangerLetter(PublicModel):
    """That a letter to a stranger was asked for. It stays when the offer is withdrawn, so that limits hold."""

    partner = models.ForeignKey(
        "partners.Partner",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("partner"),
        help_text=_("Who had it sent; empty for an agency."),
    )
    address_digest = models.CharField(max_length=64, editable=False, help_text=_("Keyed digest of the address."))

    class Meta:
        verbose_name = _("letter to a stranger")
        indexes = [
            models.Index(fields=["partner", "created_at"], name="stranger_letter_partner"),
            models.Index(fields=["address_digest", "created_at"], name="stranger_letter_address"),
        ]

    def __str__(self) -> str:
        return f"letter {self.public_id}"


class StoppedAddress(PublicModel):
    """That the reader at an address wants no mail from strangers. The address itself is not kept."""

    address_digest = models.CharField(
        max_length=64, unique=True, editable=False, help_text=_("Keyed digest of the address.")
    )

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")

    def __str__(self) -> str:
        return f"stopped address {self.public_id}"
