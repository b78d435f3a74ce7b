"""What the buttons of a request's page send. The services judge it, with sentences of their own."""

from __future__ import annotations

from django import forms

from apps.core.forms import ServiceForm


class _AsTyped(forms.CharField):
    """Text as it was sent, whatever signs it has."""

    def __init__(self) -> None:
        super().__init__(required=False, strip=False)
        self.validators = []  # the service refuses signs that no database keeps, in words


class _Versioned(ServiceForm):
    version = _AsTyped()

    def clean_version(self) -> int:
        """Zero for what is no number: no request has that version, so the service says that something changed."""
        try:
            return int(self.cleaned_data["version"])
        except ValueError:
            return 0


class Submitted(_Versioned):
    """Handing the request to the supervisors."""


class Approved(_Versioned):
    """Opening it; one that is wider than usual needs the supervisor's words, and the rule that allows it."""

    words = _AsTyped()
    rule = _AsTyped()


class SentFirst(_Versioned):
    """Opening it before a supervisor saw it."""

    reason = _AsTyped()


class Reviewed(_Versioned):
    """Whether it was right to send it first."""

    verdict = _AsTyped()
    words = _AsTyped()


class Returned(_Versioned):
    """Giving it back."""

    reason = _AsTyped()


class Reasoned(ServiceForm):
    """A sentence."""

    reason = _AsTyped()


class TakenOut(ServiceForm):
    """Why a camera is asked no more."""

    reason = _AsTyped()
    words = _AsTyped()


class Closed(ServiceForm):
    """How it ended."""

    outcome = _AsTyped()
