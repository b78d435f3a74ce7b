"""What staff mark in the videos of a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Case
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.evidence.models import EvidenceItem


class Mark(PublicModel, RequestKeyed, Versioned):
    """One moment of a video, or a span of it, with what somebody saw there. Removed ones stay, and can be put back.

    Pictures are counted from 0 in the working copy whose digest is `film`: one that is made anew may have others. The
    seconds and true times are those that were known when it was marked.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    film = models.CharField(_("film"), max_length=64, help_text=_("Digest of the working copy that was marked."))
    in_picture = models.PositiveIntegerField(_("first picture"), help_text=_("From 0."))
    out_picture = models.PositiveIntegerField(
        _("last picture"), help_text=_("From 0; the first picture again where one moment is marked.")
    )
    in_s = models.FloatField(_("begins"), help_text=_("Seconds of the film."))
    out_s = models.FloatField(_("ends"), help_text=_("Seconds of the film at which the last picture ends."))
    true_in = models.DateTimeField(
        _("true time"), null=True, blank=True, help_text=_("UTC, of the first picture. Empty: nobody knows it.")
    )
    offset_s = models.IntegerField(
        _("clock offset"), default=0, help_text=_("Seconds by which the recorder was taken to be ahead of true time.")
    )
    note = EncryptedTextField(_("note"), blank=True)
    is_starred = models.BooleanField(_("star"), default=False)
    work_product = models.BooleanField(_("work product"), help_text=_("Stays out of every records request."))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, help_text=_("UTC. Empty: in use."))

    class Meta:
        verbose_name = _("mark")
        indexes = [models.Index(fields=["case", "item"], name="mark_case_item")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(out_picture__gte=models.F("in_picture")) & models.Q(out_s__gte=models.F("in_s")),
                name="mark_forward",
            )
        ]

    def __str__(self) -> str:
        return f"mark {self.public_id}"

    @property
    def is_span(self) -> bool:
        """Whether it marks more than one picture."""
        return self.out_picture > self.in_picture
