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
    """Opening it; `words` are the supervisor's, for a request that is wider than usual."""

    words = _AsTyped()


class Returned(_Versioned):
    """Giving it back."""

    reason = _AsTyped()


class Reasoned(ServiceForm):
    """A sentence."""

    reason = _AsTyped()


class Closed(ServiceForm):
    """How it ended."""

    outcome = _AsTyped()
