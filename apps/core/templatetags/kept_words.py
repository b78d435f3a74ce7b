"""Django's `i18n`, whose `{% translate %}` looks words that stand in the template up once for each language."""

from __future__ import annotations

from collections.abc import Hashable

from django import template
from django.conf import settings
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

from apps.core.templatetags.kept import KeptNode, is_constant

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class _KeptTranslation(KeptNode):
    def question(self, context: Context) -> Hashable:
        return get_language()


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Django's own, kept where nothing but the language decides it."""
    node: i18n.TranslateNode = i18n.do_translate(parser, token)
    same = not node.asvar and not node.message_context and is_constant(node.filter_expression)
    # While templates are written, catalogs change under a running process.
    return _KeptTranslation(node) if same and not settings.DEBUG else node
