"""Which text was accepted, for whom, by whom, when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.partners.models import Partner
from apps.terms.states import NoticeKind, TermsKind, TermsState


class TermsVersion(PublicModel, RequestKeyed, Versioned):
    """One version of one document, in each language. Its texts never change once published."""

    kind = models.CharField(_("document"), max_length=12, choices=TermsKind.choices, default=TermsKind.PRIVACY)
    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, help_text=_("Given at publishing; counted within one kind of document.")
    )
    state = models.CharField(_("state"), max_length=12, choices=TermsState.choices, default=TermsState.DRAFT)
    summary = models.JSONField(_("summary"), help_text=_("Plain-language summary by language code."))
    text = models.JSONField(_("text"), help_text=_("Full text by language code."))
    material = models.BooleanField(
        _("material change"),
        default=True,
        help_text=_("Partners who have not accepted a material change when it takes effect are not asked for video."),
    )
    holds_from = models.PositiveIntegerField(
        _("earlier acceptances hold from"),
        null=True,
        blank=True,
        help_text=_("Acceptances of this number and later stay good under this version. Empty: of this one and later."),
    )
    effective_at = models.DateTimeField(_("takes effect at"), null=True, blank=True, help_text=_("UTC."))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, help_text=_("UTC."))
    in_force_at = models.DateTimeField(_("in force at"), null=True, blank=True, help_text=_("UTC."))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("terms version")
        verbose_name_plural = _("terms versions")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="terms_number_once"),
            # One text holds, one is announced, one is being written: a comparison has two sides, not five.
            *(
                models.UniqueConstraint(fields=["kind"], condition=models.Q(state=state), name=f"terms_one_{state}")
                for state in ("draft", "published", "in_force")
            ),
            models.CheckConstraint(
                condition=models.Q(material=False) | models.Q(holds_from__isnull=True), name="terms_material_holds_none"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"]) | models.Q(number__isnull=False),
                name="terms_published_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} terms {self.number or '(draft)'}"


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
        verbose_name_plural = _("acceptances")
        constraints = [models.UniqueConstraint(fields=["partner", "version"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"acceptance {self.public_id}"


class TermsNotice(models.Model):
    """How far partners have been told about a version: a mailing that goes on where it stopped."""

    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind.choices)
    # Persons are told in the order of their keys; no foreign key, because the person may be gone before the next batch.
    told_up_to = models.BigIntegerField(default=0, editable=False)
    told = models.PositiveIntegerField(_("people told"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("notice about terms")
        verbose_name_plural = _("notices about terms")
        constraints = [models.UniqueConstraint(fields=["version", "kind"], name="terms_notice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version_id}"
