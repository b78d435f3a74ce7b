"""What a witness remembers: of the ledgers that it watches, and of those who watch ours."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel
from apps.ledger.merkle import EMPTY_ROOT


class WatchedLedger(PublicModel):
    """A ledger of another portal that this portal is a witness for, and the newest state of it that it cosigned.

    Size and root only grow: this row is what another city's ledger is held to.
    """

    origin = models.CharField(_("ledger"), max_length=255, unique=True, help_text=_("Its name in its checkpoints."))
    verifiers = models.JSONField(_("verifier keys"), default=list, help_text=_("None: it is watched no more."))
    size = models.BigIntegerField(_("entries"), default=0)
    root = models.BinaryField(_("root"), max_length=32, default=EMPTY_ROOT)
    note = models.TextField(_("cosigned checkpoint"), blank=True)
    cosigned_at = models.DateTimeField(_("cosigned"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("watched ledger")
        verbose_name_plural = _("watched ledgers")

    def __str__(self) -> str:
        return self.origin


class Witnessed(models.Model):
    """The newest checkpoint of ours that one witness cosigned, as it was sent back."""

    verifier = models.CharField(_("witness"), max_length=400, unique=True)
    size = models.BigIntegerField(_("entries"))
    note = models.TextField(_("cosigned checkpoint"))
    cosigned_at = models.DateTimeField(_("cosigned"), help_text=_("UTC, by the witness's clock."))

    class Meta:
        verbose_name = _("checkpoint at a witness")
        verbose_name_plural = _("checkpoints at witnesses")

    def __str__(self) -> str:
        return self.witness

    @property
    def witness(self) -> str:
        """The witness's name."""
        return self.verifier.partition("+")[0]
