"""What is the same for every reader of a kind is worked out once a process.

`{% kept footer language_now %}…{% endkept %}` keeps a part of a page for each value of what follows its name; nothing
about a person may stand in it. `{% url 'web:home' %}` is Django's own, and keeps the address where it has no arguments:
a page has dozens of these, and Django reverses each anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.urls import get_script_prefix, get_urlconf

register = template.Library()
MOST_PARTS = 500
parts: dict[tuple[str, ...], str] = {}
"""The parts of pages that are kept."""


class KeptNode(Node):
    """A node of Django whose output depends on its question alone, with the answers so far."""

    child_nodelists = ()

    def __init__(self, node: Any) -> None:
        self.node = node
        self.answers: dict[Hashable, Any] = {}

    def question(self, context: Context) -> Hashable:
        """What decides the output."""
        raise NotImplementedError

    def render(self, context: Context) -> Any:
        question = self.question(context)
        answer = self.answers.get(question)
        if answer is None:
            answer = self.answers[question] = self.node.render(context)
        return answer


class _KeptAddress(KeptNode):
    def question(self, context: Context) -> Hashable:
        request = getattr(context, "request", None)
        place = getattr(getattr(request, "resolver_match", None), "namespace", None)
        asked = getattr(request, "current_app", place)
        return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), asked, context.autoescape


class _Part(Node):
    def __init__(self, name: str, differs_by: list[FilterExpression], nodelist: template.NodeList) -> None:
        self.name, self.differs_by, self.nodelist = name, differs_by, nodelist

    def render(self, context: Context) -> Any:
        question = (self.name, *(str(one.resolve(context)) for one in self.differs_by))
        answer = parts.get(question)
        if answer is None:
            answer = self.nodelist.render(context)
            if len(parts) >= MOST_PARTS:
                parts.clear()
            if not settings.DEBUG:  # a template that was changed is seen at once
                parts[question] = answer
        return answer


@register.tag
def kept(parser: Parser, token: Token) -> Node:
    """`{% kept name value … %}`: one name for one part of one template."""
    _tag, name, *differs_by = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return _Part(name, [parser.compile_filter(one) for one in differs_by], nodelist)


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's own; an address without arguments is reversed once."""
    node: URLNode = url_tag(parser, token)
    same = not node.asvar and not node.args and not node.kwargs and is_constant(node.view_name)
    return _KeptAddress(node) if same else node


def is_constant(expression: FilterExpression) -> bool:
    """Whether the template itself says it, and no filter changes it."""
    return not expression.filters and (not isinstance(expression.var, Variable) or expression.var.lookups is None)
