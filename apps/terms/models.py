"""Which text was accepted, for whom, by whom, when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel
from apps.partners.models import Partner
from apps.terms.states import TermsState


class TermsVersion(PublicModel):
    """One version of the privacy terms, in each language. Its texts never change once published."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    state = models.CharField(_("state"), max_length=12, choices=TermsState.choices, default=TermsState.DRAFT)
    summary = models.JSONField(_("summary"), help_text=_("Plain-language summary by language code."))
    text = models.JSONField(_("text"), help_text=_("Full text by language code."))
    in_force_at = models.DateTimeField(_("in force at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("terms version")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="in_force"), name="terms_one_in_force")
        ]

    def __str__(self) -> str:
        return f"terms {self.number}"


class Acceptance(PublicModel):
    """A partner accepted a version: language and digest of the very text that was shown, time, and the person."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    language = models.CharField(_("language"), max_length=5)
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of the text shown, hexadecimal."))
    accepted_at = models.DateTimeField(_("accepted at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("acceptance")
        constraints = [models.UniqueConstraint(fields=["partner", "version"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"acceptance {self.public_id}"
