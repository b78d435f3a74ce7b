"""Shapes of what program managers enter on a registration's page."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.cameras.review_reasons import RETIRE_REASONS, RETURN_REASONS
from apps.core.forms import ServiceForm


class DecisionForm(ServiceForm):
    """A decision about the version of the registration that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class _ReasonsForm(ServiceForm):
    """Reasons that the registrant reads: common ones, in their language, and words of one's own."""

    causes = forms.MultipleChoiceField(
        label=_("Common reasons"),
        help_text=_("The registrant reads them in their own language."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("What else should the registrant know?"),
        help_text=_("This goes into the message, word for word."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    offered: ClassVar[dict[str, str | Promise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = cast(forms.MultipleChoiceField, self.fields["causes"])
        causes.choices = list(self.offered.items())

    def clean(self) -> dict[str, Any]:
        """One reason at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("causes") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Choose a reason, or write one."))
        return cleaned


class ReturnReasonsForm(_ReasonsForm):
    offered = RETURN_REASONS


class RetireReasonsForm(_ReasonsForm):
    offered = RETIRE_REASONS


class ReturnForm(DecisionForm, ReturnReasonsForm):
    """Return one registration."""


class RetireForm(DecisionForm, RetireReasonsForm):
    """Take one camera out of the program."""


class PairForm(DecisionForm):
    """A decision about two cameras that look alike; `version` is that of the one on the page."""

    other = forms.UUIDField(widget=forms.HiddenInput)
    other_version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        choices=[("keep_this", "keep_this"), ("keep_other", "keep_other"), ("not_same", "not_same")],
        widget=forms.HiddenInput,
    )


class BulkForm(ServiceForm):
    """What is to be done with several registrations, as they were when they were chosen."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("approve", "return", "retire")])
