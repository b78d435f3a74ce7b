"""Words that people type."""

import pytest

from apps.core import text
from apps.core.errors import InvalidInput

KEPT = ["Ada O'Brien", "猫 👩🏽‍🚀 Ω", "مرحبا\u200f!", "x\u0301", "<b>{{ 7*7 }}</b>"]
REFUSED = ["a\x07b", "a\x1b[31mb", "a\x7fb", "a\x9bb", "\u202egpj.exe", "\u2066a\u2069", "\ud800", "\ue000code\ue000"]


@pytest.mark.parametrize("read", [text.line, text.paragraphs])
@pytest.mark.parametrize("words", KEPT)
def test_any_script_is_kept_as_it_was_typed(read, words):
    assert read(words, field="name", most=100) == words


@pytest.mark.parametrize("read", [text.line, text.paragraphs])
@pytest.mark.parametrize("words", REFUSED)
def test_signs_that_command_a_terminal_or_turn_the_writing_are_refused(read, words):
    with pytest.raises(InvalidInput):
        read(words, field="name", most=100)


def test_only_paragraphs_keep_lines():
    assert text.paragraphs("one\r\n\ttwo", field="name", most=100) == "one\n\ttwo"
    assert text.line("one\r\n\ttwo", field="name", most=100) == "one two"
