"""The installation specification, version by version."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel, Versioned
from apps.specifications.states import SpecificationState


class Specification(PublicModel, Versioned):
    """A versioned list of checks that a camera should meet. `version` is the draft's, against two editors."""

    number = models.PositiveIntegerField(
        _("number"), unique=True, null=True, blank=True, help_text=_("Given when it is put in force.")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=SpecificationState.choices, default=SpecificationState.DRAFT
    )
    checks = models.JSONField(_("checks"), help_text=_("List of {rule, level, value, words and advice by language}."))
    in_force_at = models.DateTimeField(_("in force at"), null=True, blank=True)

    class Meta:
        verbose_name = _("installation specification")
        verbose_name_plural = _("installation specifications")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_force"), name="specification_one_in_force"
            ),
            # Two managers who start a draft at once write in the same one.
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="draft"), name="specification_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "discarded"]) | models.Q(number__isnull=False),
                name="specification_published_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"specification {self.number or self.state}"
