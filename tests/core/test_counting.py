"""A count of a span of time that a cache keeps, and what holds where the cache forgets."""

import time_machine
from django.core.cache import cache

from apps.core.counting import counted


def test_each_is_counted_and_a_new_span_begins_anew():
    cache.clear()
    with time_machine.travel("2026-05-01T10:00:10Z", tick=False):
        assert [counted("a", seconds=60) for _time in range(3)] == [1, 2, 3]
        assert counted("b", seconds=60) == 1
    with time_machine.travel("2026-05-01T10:01:00Z", tick=False):
        assert counted("a", seconds=60) == 1


def test_a_cache_that_forgets_at_once_refuses_nobody(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert [counted("a", seconds=60) for _time in range(2)] == [1, 1]
