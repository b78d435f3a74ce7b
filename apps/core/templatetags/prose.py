"""Long texts with headings and lists, written as plain lines: `# `, `## ` and `- ` mean what they look like."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def prose(text: str, level: int = 3) -> SafeString:
    """The text as headings (of this level), lists and paragraphs; all of it is escaped, nothing else is understood."""
    blocks = (block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip())
    return mark_safe("\n".join(_block(block.strip(), level) for block in blocks))  # noqa: S308 -- each block is escaped


def _block(block: str, level: int) -> SafeString:
    lines = block.split("\n")
    if lines[0].startswith("#"):
        heading = format_html("<h{0}>{1}</h{0}>", level, lines[0].lstrip("#").strip())
        rest = "\n".join(lines[1:]).strip()
        return heading + _block(rest, level) if rest else heading
    if lines[0].startswith("- "):
        items = [" ".join(item.split()) for item in "\n".join(lines)[2:].split("\n- ")]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))
    return format_html("<p>{}</p>", " ".join(lines))
