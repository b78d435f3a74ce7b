"""One word for one thing, also in Spanish."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

# What must not come back, by the word that is used instead.
INSTEAD = {
    "comprobante": r"\brecibos?\b",
    "solicitud": r"\bpetici(?:ón|ones)\b",
    "participante": r"\bsocios?\b",
    "volante": r"\bfolletos?\b",
    "clave de acceso": r"\bllaves? de acceso\b",
    "video": r"\bvídeos?\b",
    "iniciar sesión": r"\bentrar (?:con|por|como|otra vez)\b|\bpágina de entrada\b|\bformas? de entrar\b",
    "correo": r"(?<![(\w])e-?mails?\b",
}


@pytest.mark.parametrize(("word", "other"), INSTEAD.items())
def test_one_thing_has_one_word(word: str, other: str) -> None:
    with (settings.BASE_DIR / "locale/es/LC_MESSAGES/django.po").open("rb") as file:
        catalog = read_po(file, locale="es")
    said = [text for message in catalog if message.id for text in [message.string] if isinstance(text, str)]
    said += [text for message in catalog if isinstance(message.string, tuple) for text in message.string]
    assert [text for text in said if re.search(other, text, re.I)] == [], f"say {word}"
