"""Draws form fields with the portal's classes, so that all forms look and read the same."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.Textarea, "usa-textarea"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, ""),
    (forms.Select, "usa-select"),
    (forms.widgets.Input, "usa-input"),
]


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with its class; placeholders go, because each field has a label."""
    widget = field.field.widget
    css = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "")
    own = widget.attrs.get("class", "")
    error = f"{css}--error" if css and field.errors else ""
    classes = " ".join(name for name in (css, error, own) if name)
    attrs: dict[str, str | bool] = {"placeholder": False}
    if classes:
        attrs["class"] = classes
    if widget.attrs.get("autocomplete") == "one-time-code":
        attrs["inputmode"] = "numeric"
    return field.as_widget(attrs=attrs)


@register.filter
def shape(field: BoundField) -> str:
    """Which of the three layouts a field takes: tick, choices, or line."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "line"
