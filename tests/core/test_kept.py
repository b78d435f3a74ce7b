"""Tags that keep what they found give what Django's own give, to each reader."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import reverse, set_script_prefix
from django.utils import translation

from apps.core.templatetags import kept


@pytest.fixture(autouse=True)
def _empty():
    kept.parts.clear()


def test_words_are_those_of_each_language():
    page = Template('{% load i18n %}{% translate "Sign in" %}|{% translate "Sign in" as words %}{{ words }}')
    shown = []
    for language in ("en", "es", "en"):
        with translation.override(language):
            assert page.render(Context()) == "|".join([translation.gettext("Sign in")] * 2)
            shown.append(page.render(Context()))
    assert shown[0] == shown[2] != shown[1]


def test_words_that_a_page_brings_are_not_kept():
    page = Template("{% load i18n %}{% translate words %}")
    assert [page.render(Context({"words": words})) for words in ("One", "Two", "<b>")] == ["One", "Two", "&lt;b&gt;"]


def test_a_percent_sign_and_a_filter_are_as_in_django():
    page = Template('{% load i18n %}{% translate "100 % sure" %} {% translate "door"|upper %}')
    assert [page.render(Context()) for _twice in range(2)] == ["100 % sure DOOR"] * 2


def test_an_address_is_that_of_the_prefix_and_the_site():
    page = Template("{% url 'web:home' %} {% url name %}")
    assert page.render(Context({"name": "web:help"})) == f"{reverse('web:home')} {reverse('web:help')}"
    assert page.render(Context({"name": "web:terms"})) == f"{reverse('web:home')} {reverse('web:terms')}"
    set_script_prefix("/portal/")
    try:
        assert page.render(Context({"name": "web:help"})) == f"{reverse('web:home')} {reverse('web:help')}"
        assert reverse("web:home").startswith("/portal/")
    finally:
        set_script_prefix("/")


def test_a_part_is_kept_for_each_value():
    page = Template("{% kept part reader %}{{ reader }} {{ other }}{% endkept %}")
    assert page.render(Context({"reader": "a", "other": 1})) == "a 1"
    assert page.render(Context({"reader": "b", "other": 2})) == "b 2"
    assert page.render(Context({"reader": "a", "other": 3})) == "a 1"


def test_nothing_is_kept_while_templates_are_written(settings):
    settings.DEBUG = True
    page = Template("{% kept part %}{{ other }}{% endkept %}")
    assert [page.render(Context({"other": number})) for number in (1, 2)] == ["1", "2"]


def test_no_more_parts_are_kept_than_fit(monkeypatch):
    monkeypatch.setattr(kept, "MOST_PARTS", 3)
    page = Template("{% kept part reader %}{{ reader }}{% endkept %}")
    assert [page.render(Context({"reader": number})) for number in range(10)] == [str(number) for number in range(10)]
    assert len(kept.parts) <= 3
