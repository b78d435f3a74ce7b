"""What a page may send as a plan of a redaction."""

from __future__ import annotations

import pytest

from apps.core.errors import InvalidInput
from apps.redaction.plan import Film, RedactionPlan
from tests.factories.redaction import face, mute, region

FILM = Film(320, 240, 50)


def test_a_plan_comes_back_as_it_went() -> None:
    plan = RedactionPlan.read({"regions": [face(), face(exemption="")], "mutes": [mute(0, 49)]}, FILM)
    assert RedactionPlan.read(plan.to_json(), FILM) == plan
    assert (plan.boxes, plan.without_ground, plan.statutes) == (4, 1, ["s. 119.071(2)(d), F.S."])


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"regions": {}},
        {"regions": ["x"]},
        {"regions": [region()]},
        {"regions": [region((50, [0, 0, 9, 9], False))]},
        {"regions": [region((-1, [0, 0, 9, 9], False))]},
        {"regions": [region((0, [312, 0, 9, 9], False))]},
        {"regions": [region((0, [0, 0, 0, 9], False))]},
        {"regions": [region((0, [0, 0, 9.5, 9], False))]},
        {"regions": [region((0, [0, 0, True, 9], False))]},
        {"regions": [region((0, [0, 0, 9, 9], 1))]},
        {"regions": [region((3, [0, 0, 9, 9], False), (3, [0, 0, 9, 9], False))]},
        {"regions": [region((3, [0, 0, 9, 9], False), (2, [0, 0, 9, 9], False))]},
        {"regions": [region((0, [0, 0, 9, 9], False), exemption="because")]},
        {"regions": [region((0, [0, 0, 9, 9], False)) | {"id": "1"}]},
        {"regions": [region((0, [0, 0, 9, 9], False)) | {"what": 7}]},
        {"regions": [face()] * 2},
        {"mutes": [mute(9, 8)]},
        {"mutes": [mute(0, 50)]},
        {"regions": [face() for _n in range(201)]},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(content: object) -> None:
    with pytest.raises(InvalidInput):
        RedactionPlan.read(content, FILM)
