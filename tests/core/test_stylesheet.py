"""The part of the design system's stylesheet that is served holds what the pages use, and no other component."""

from __future__ import annotations

import re

import pytest

from scripts.stylesheet import WHOLE, classes_in_use, part_of


@pytest.mark.parametrize(
    ("sheet", "part"),
    [
        ('@charset "UTF-8";a{b:c}', '@charset "UTF-8";a{b:c}'),
        (".used{a:b}.other{c:d}", ".used{a:b}"),
        (".used,.other>p,p{a:b}", ".used,p{a:b}"),
        (".used .other{a:b}", ""),
        (".used:not(.other){a:b}", ""),
        (".used:is(p,a)::before{a:b}", ".used:is(p,a)::before{a:b}"),
        ("@media print{.other{a:b}}@media screen{.used{a:b}}", "@media screen{.used{a:b}}"),
        ("@font-face{src:url(a.woff2)}", "@font-face{src:url(a.woff2)}"),
        ('.used{content:"}"}.other{a:b}', '.used{content:"}"}'),
        (r".w\:used{a:b}", ""),
    ],
)
def test_a_rule_stays_if_its_classes_are_used(sheet: str, part: str) -> None:
    assert part_of(sheet, {"used"}) == part


def test_a_brace_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        part_of("a{b:c", set())


def test_every_class_of_the_design_system_that_a_page_uses_is_served() -> None:
    whole, used = WHOLE.read_text(encoding="utf-8"), classes_in_use()
    known = re.compile(r"\.(usa-[\w-]+)")
    part = part_of(whole, used)
    assert {"usa-button", "usa-input"} <= set(known.findall(part)) == set(known.findall(whole)) & used
    assert len(part) < len(whole) / 10
