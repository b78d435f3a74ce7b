"""Stills and clips that staff have made from an original."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Case
from apps.core.models import Claimable, PublicModel
from apps.evidence.models.items import Derivative, EvidenceItem
from apps.evidence.states import ExcerptKind, ExcerptState


class Excerpt(PublicModel, Claimable):
    """A still or a clip that somebody asked for; a worker makes it from the sealed original.

    Pictures are counted from 0 in the working copy whose digest is `film`, as people saw them; seconds are the film's,
    and lead to the same pictures of the original.
    """

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="excerpts", verbose_name=_("item"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=ExcerptKind.choices)
    film = models.CharField(_("film"), max_length=64, help_text=_("Digest of the working copy in which it was chosen."))
    in_picture = models.PositiveIntegerField(_("first picture"), help_text=_("From 0."))
    out_picture = models.PositiveIntegerField(_("last picture"), help_text=_("From 0."))
    in_s = models.FloatField(_("begins"), help_text=_("Seconds of the film."))
    out_s = models.FloatField(_("ends"), help_text=_("Seconds of the film at which the last picture ends."))
    cut_s = models.FloatField(_("cut at"), help_text=_("A second between the first picture and the one before it."))
    true_in = models.DateTimeField(
        _("true time"), null=True, blank=True, help_text=_("UTC, of the first picture. Empty: nobody knows it.")
    )
    offset_s = models.IntegerField(
        _("clock offset"), default=0, help_text=_("Seconds by which the recorder was taken to be ahead of true time.")
    )
    state = models.CharField(_("state"), max_length=6, choices=ExcerptState.choices, default=ExcerptState.ASKED)
    problem = models.CharField(_("problem"), max_length=40, blank=True, help_text=_("Why it cannot be made."))
    made = models.OneToOneField(
        Derivative,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="excerpt",
        verbose_name=_("derivative"),
    )

    class Meta:
        verbose_name = _("still or clip")
        verbose_name_plural = _("stills and clips")
        indexes = [models.Index(fields=["id"], condition=models.Q(state="asked"), name="excerpt_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "film", "in_picture", "out_picture"],
                condition=~models.Q(state="failed"),
                name="excerpt_once",
            ),
            models.CheckConstraint(condition=models.Q(out_picture__gte=models.F("in_picture")), name="excerpt_forward"),
            models.CheckConstraint(
                condition=models.Q(state="made", made__isnull=False) | ~models.Q(state="made"),
                name="excerpt_made_is_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
