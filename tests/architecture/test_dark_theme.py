"""The dark theme is chosen by a person or by their system: both choices get the same colors."""

from __future__ import annotations

import re

from django.conf import settings


def test_both_ways_into_the_dark_theme_set_the_same_colors() -> None:
    sheet = (settings.BASE_DIR / "static/css/admin.css").read_text()
    chosen, system = (
        dict(
            re.findall(r"(--[\w-]+):\s*([^;]+);", sheet.split(f'html[data-theme="{theme}"] {{', 1)[1].split("}", 1)[0])
        )
        for theme in ("dark", "auto")
    )
    assert chosen
    assert chosen == system
