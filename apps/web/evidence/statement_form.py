"""The form of a witness statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm
from apps.evidence.services.witness_statements import ANSWER_MAX, NAME_MAX
from apps.evidence.statement_sheet import declaration
from apps.evidence.witness_questions import BY_KEY, CHOICES, QUESTIONS


class StatementForm(KeyedForm):
    """One field for each question, then the signature."""

    name = forms.CharField(label=_("Your name"), max_length=NAME_MAX)
    part = forms.CharField(
        label=_("What you are to the cameras"),
        max_length=NAME_MAX,
        help_text=_("For example: owner, or night manager."),
    )
    declares = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            field: forms.Field
            if question.choices:
                field = forms.ChoiceField(choices=CHOICES, required=False, widget=forms.RadioSelect)
            else:
                area = forms.Textarea(attrs={"rows": 2})
                field = forms.CharField(required=False, max_length=ANSWER_MAX, widget=area, help_text=question.hint)
            field.label = question.words
            self.fields[question.key] = field
        self.fields["declares"].label = declaration()
        self.order_fields([*BY_KEY, "name", "part", "declares"])

    def answers(self) -> dict[str, str]:
        """The answers by key of the question; empty where a question was left open."""
        return {key: self.cleaned_data.get(key, "") for key in BY_KEY}
