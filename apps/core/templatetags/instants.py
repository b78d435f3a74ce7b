"""`{{ moment|instant }}`: an instant as staff read it, with its zone."""

from __future__ import annotations

from django import template

from apps.core.instants import show_instant

register = template.Library()
register.filter("instant", show_instant)
