"""Each rule of a specification at its boundary, for one camera and for all of them in SQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from apps.cameras.conformance import COLUMNS, facts_of, preview_of
from apps.cameras.models import Camera
from apps.cameras.selectors import findings_of, reasons_of
from apps.core.errors import InvalidInput
from apps.specifications.answers import Clock, Premises
from apps.specifications.checks import ASK, check_list, findings, in_words, missed_at, outcome_of
from apps.specifications.first import read_checks
from apps.specifications.rules import RULES
from apps.specifications.selectors import limit_in_words
from tests.factories.cameras import pending_camera, site
from tests.factories.people import registrant

pytestmark = pytest.mark.django_db

WORDS = {"en": "It is not so.", "es": "No es así."}
ADVICE = {"en": "Change it.", "es": "Cámbielo."}


def check(rule: str, level: str = "warn", value: float | None = None) -> dict[str, Any]:
    return {"rule": rule, "level": level, "words": WORDS, "advice": ADVICE} | ({"value": value} if value else {})


# Rule, its value, what just meets it, what just misses it, and what says nothing (or None where it has to be stated).
BOUNDARIES: list[tuple[str, float | None, dict[str, Any], dict[str, Any], dict[str, Any] | None]] = [
    ("min_retention_hours", 48, {"retention_hours": 48}, {"retention_hours": 47}, None),
    ("min_picture_height", 720, {"picture_height": 720}, {"picture_height": 719}, {"picture_height": None}),
    ("min_frame_rate", 10, {"frame_rate": 10.0}, {"frame_rate": 9.99}, {"frame_rate": None}),
    ("clock_sets_itself", None, {"clock": Clock.AUTOMATIC}, {"clock": Clock.BY_HAND}, {"clock": ""}),
    ("night_view", None, {"night_view": True}, {"night_view": False}, {"night_view": None}),
    ("records_sound", None, {"records_sound": False}, {"records_sound": True}, None),
    ("sign_posted", None, {"sign_posted": True}, {"sign_posted": False}, {"sign_posted": None}),
    ("keeps_off_private", None, {"keeps_off_private": True}, {"keeps_off_private": False}, {"keeps_off_private": None}),
    ("owner_permits", None, {"premises": Premises.PERMITTED}, {"premises": Premises.NOT_PERMITTED}, {"premises": ""}),
    ("owner_permits", None, {"premises": Premises.OWNED}, {"premises": Premises.NOT_PERMITTED}, {"premises": ""}),
    ("min_field_of_view", 20, {"field_of_view": 20.0}, {"field_of_view": 19.9}, None),
    ("max_field_of_view", 180, {"field_of_view": 180.0}, {"field_of_view": 180.1}, None),
    ("max_range_m", 150, {"range_m": 150.0}, {"range_m": 150.1}, None),
]


def test_every_rule_has_its_boundary_here():
    assert {row[0] for row in BOUNDARIES} == set(RULES)


@pytest.mark.parametrize(("rule", "value", "meets", "misses", "silent"), BOUNDARIES)
@pytest.mark.parametrize("level", ["warn", "fail"])
def test_a_rule_at_its_boundary(rule, value, meets, misses, silent, level):
    _user, partner = registrant()
    home = site(partner)
    checks = check_list([check(rule, level, value)])
    good, bad = (pending_camera(partner, site=home, **facts) for facts in (meets, misses))
    assert findings(facts_of(good), checks) == []
    assert findings(facts_of(bad), checks) == [{"rule": rule, "level": level}]
    assert outcome_of(findings(facts_of(bad), checks)) == level
    missed = Camera.objects.filter(missed_at(level, checks, COLUMNS))
    assert list(missed) == [bad]
    if silent is None:
        return
    quiet = pending_camera(partner, site=home, **silent)
    assert findings(facts_of(quiet), checks) == [{"rule": rule, "level": ASK}]
    assert outcome_of(findings(facts_of(quiet), checks)) == "pass"
    assert list(missed) == [bad]


def test_what_was_not_stated_is_asked_for_in_the_readers_language():
    _user, partner = registrant()
    checks = check_list([check("sign_posted")])
    asked = findings(facts_of(pending_camera(partner)), checks)
    english, spanish = (in_words(asked, checks, language)[0] for language in ("en", "es"))
    assert english.words == "Does a sign say that there is a camera?"
    assert english.advice
    assert (spanish.words != english.words, spanish.advice != english.advice) == (True, True)


def test_sound_that_is_not_known_is_judged_with_care_and_never_stated():
    _user, partner = registrant()
    camera = pending_camera(partner, records_sound=None)
    assert camera.records_sound is None
    checks = check_list([check("records_sound")])
    found = findings(facts_of(camera), checks)
    assert outcome_of(found) == "warn"
    assert list(Camera.objects.filter(missed_at("warn", checks, COLUMNS))) == [camera]
    english, spanish = (in_words(found, checks, language)[0].words for language in ("en", "es"))
    assert english == "It is not known whether the camera records sound."
    assert spanish not in (english, WORDS["es"])


def test_a_fact_that_is_asked_for_at_two_levels_is_asked_once():
    _user, partner = registrant()
    checks = check_list([check("min_frame_rate", "warn", 10), check("min_frame_rate", "fail", 5)])
    assert findings(facts_of(pending_camera(partner)), checks) == [{"rule": "min_frame_rate", "level": ASK}]
    slow = pending_camera(partner, frame_rate=4.0)
    assert findings(facts_of(slow), checks) == [{"rule": "min_frame_rate", "level": "fail"}]


def test_the_worst_is_said_first_and_each_says_what_to_do():
    from apps.cameras.selectors import conformance_of
    from apps.ledger.values import Actor
    from apps.specifications.services import publish_specification

    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    _user, partner = registrant()
    conformance = conformance_of(
        pending_camera(partner, retention_hours=48, keeps_off_private=False, picture_height=1080)
    )
    found = findings_of(conformance, "en")
    assert [one.level for one in found][:2] == ["fail", "warn"]
    assert {one.level for one in found[2:]} == {ASK}
    assert all(one.advice for one in found)
    assert len(reasons_of(conformance, "en")) == 2


def test_the_preview_counts_what_judging_one_by_one_finds():
    _user, partner = registrant()
    home = site(partner)
    for index in range(24):
        pending_camera(
            partner,
            site=home,
            retention_hours=[12, 24, 100, 400][index % 4],
            records_sound=[True, False, None][index % 3],
            clock=["", Clock.AUTOMATIC, Clock.BY_HAND][index % 3],
            premises=["", Premises.NOT_PERMITTED, Premises.OWNED, Premises.PERMITTED, ""][index % 5],
            frame_rate=[None, 5.0, 10.0, 30.0][index % 4],
            night_view=[None, True, False][index % 3],
            range_m=[30.0, 160.0][index % 2],
        )
    pending_camera(partner, site=home)
    Camera.objects.filter(pk=Camera.objects.order_by("pk")[0].pk).update(state="retired")
    checks = read_checks()
    one_by_one = [
        outcome_of(findings(facts_of(camera), checks))
        for camera in Camera.objects.exclude(state="retired").select_related("place")
    ]
    preview = preview_of(checks)
    assert (preview.passed, preview.warned, preview.failed) == tuple(
        one_by_one.count(outcome) for outcome in ("pass", "warn", "fail")
    )
    assert preview.total == 24
    assert min(preview.passed, preview.warned, preview.failed) > 0


def test_the_preview_is_one_question_to_the_database(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert preview_of(read_checks()).total == 0


def test_the_file_a_city_starts_with_asks_every_kind_of_rule_and_says_what_to_do():
    checks = check_list(read_checks())
    assert {one["rule"] for one in checks} >= set(RULES) - {"max_field_of_view"}
    for one in checks:
        assert set(one["words"]) == set(one["advice"]) == {code for code, _name in settings.LANGUAGES}


@pytest.mark.parametrize(
    "checks",
    [
        [check("min_frame_rate", "warn", 5), check("min_frame_rate", "fail", 10)],
        [check("max_range_m", "warn", 100), check("max_range_m", "fail", 50)],
        [check("min_field_of_view", "fail", 90), check("max_field_of_view", "fail", 60)],
        [check("max_range_m", "warn", float("nan"))],
        [check("max_range_m", "warn", float("inf"))],
        [check("max_range_m", "warn", -1)],
        [check("max_range_m", "warn", True)],
        [{**check("sign_posted"), "words": {"en": "x" * 601, "es": "x"}}],
        [{**check("sign_posted"), "words": {"en": 5, "es": "x"}}],
        [{**check("sign_posted"), "words": {"en": "  ", "es": "x"}}],
        [{**check("sign_posted"), "advice": {"en": "only"}}],
        ["sign_posted"],
        [{"rule": ["sign_posted"], "level": "warn", "words": WORDS}],
    ],
)
def test_checks_that_contradict_themselves_or_are_none_are_refused(checks):
    with pytest.raises(InvalidInput):
        check_list(checks)


def test_people_read_and_write_lengths_in_feet_while_checks_keep_meters():
    rule = RULES["max_range_m"]
    assert limit_in_words(rule, check("max_range_m", "warn", 150)) == "492 feet"
    assert rule.kept(492.13) == 150
    assert limit_in_words(RULES["min_retention_hours"], check("min_retention_hours", "warn", 48)) == "48 hours"
