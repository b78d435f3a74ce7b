"""Models of staff's work on the register as a whole: jobs that go through all cameras, and cameras that look alike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.models import Purpose
from apps.cameras.states import OPEN_RUNS, RunState
from apps.core.claims import MAX_ATTEMPTS
from apps.core.models import Claimable, PublicModel


class RegisterRun(PublicModel, Claimable):
    """A job that goes through all cameras in the order of their keys, in batches, and bears being killed anywhere.

    `cursor` is the key up to which all is done; it moves in the transaction that wrote what the batch found.
    """

    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.WORKING)
    total = models.PositiveIntegerField(_("cameras in all"), default=0)
    done = models.PositiveIntegerField(_("cameras done"), default=0)
    cursor = models.BigIntegerField(default=0, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        abstract = True

    @property
    def is_given_up(self) -> bool:
        """Whether it waits for a person: one batch failed as often as is tried."""
        lease_over = self.leased_until is None or self.leased_until <= timezone.now()
        return self.state in OPEN_RUNS and self.attempts >= MAX_ATTEMPTS and lease_over


class Evaluation(RegisterRun):
    """All cameras are judged against a version that came into force; then owners are told whose camera does worse."""

    specification = models.OneToOneField(
        "specifications.Specification", on_delete=models.PROTECT, related_name="+", verbose_name=_("specification")
    )
    passed = models.PositiveIntegerField(_("meet it"), default=0)
    warned = models.PositiveIntegerField(_("meet it with a warning"), default=0)
    failed = models.PositiveIntegerField(_("do not meet it"), default=0)
    worsened = models.PositiveIntegerField(_("do worse than before"), default=0)
    told = models.PositiveIntegerField(_("partners told"), default=0)

    class Meta:
        verbose_name = _("evaluation")

    def __str__(self) -> str:
        return f"evaluation {self.public_id}"


class Rezoning(RegisterRun):
    """All cameras are put into zones again, because the agencies' zones changed."""

    zones_digest = models.CharField(_("digest of the zones"), max_length=64)
    changed = models.PositiveIntegerField(_("cameras in another zone"), default=0)

    class Meta:
        verbose_name = _("rezoning")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="working"), name="rezoning_one_at_work")
        ]

    def __str__(self) -> str:
        return f"rezoning {self.public_id}"


class CameraPair(PublicModel):
    """What staff decided about two cameras that look alike, so that nobody is asked again. It has no places."""

    # The camera with the lower key is `one`: a pair has one row, whichever of the two was on the screen.
    one = models.ForeignKey("cameras.Camera", on_delete=models.PROTECT, related_name="+", verbose_name=_("one camera"))
    other = models.ForeignKey("cameras.Camera", on_delete=models.PROTECT, related_name="+", verbose_name=_("the other"))
    kept = models.ForeignKey(
        "cameras.Camera",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept"),
        help_text=_("The one that stays, where both are the same camera; empty where they are not."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+", verbose_name=_("purpose"))

    class Meta:
        verbose_name = _("pair of cameras")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="camera_pair_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="camera_pair_in_order"),
            models.CheckConstraint(
                condition=models.Q(kept__isnull=True)
                | models.Q(kept=models.F("one"))
                | models.Q(kept=models.F("other")),
                name="camera_pair_keeps_one_of_them",
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.public_id}"
