"""What `make test FAST=1` runs after a change."""

from __future__ import annotations

import pytest

from scripts.touched import choose

TESTS = {
    "tests/cameras/test_rules.py": "from apps.cameras.services import register_camera",
    "tests/evidence/test_sealing.py": "from apps.evidence.services import sealing",
    "tests/flows/test_main_job.py": "from apps.cameras import rules, services",
    "tests/architecture/test_source_rules.py": "",
}


@pytest.mark.parametrize(
    ("changed", "chosen"),
    [
        ("apps/cameras/services.py", ["tests/cameras/test_rules.py", "tests/flows/test_main_job.py"]),
        ("apps/cameras/services/__init__.py", ["tests/cameras/test_rules.py", "tests/flows/test_main_job.py"]),
        ("apps/evidence/services/sealing.py", ["tests/evidence/test_sealing.py"]),
        ("templates/evidence/item.html", ["tests/evidence/test_sealing.py"]),
        ("templates/emails/cameras/due.txt", ["tests/cameras/test_rules.py"]),
        ("tests/evidence/test_sealing.py", ["tests/evidence/test_sealing.py"]),
        ("docs/locking.md", []),
    ],
)
def test_a_change_leads_to_the_tests_that_name_it_or_lie_beside_it(changed: str, chosen: list[str]) -> None:
    assert choose([changed], TESTS) == ["tests/architecture", *chosen]


@pytest.mark.parametrize("changed", ["config/settings/base.py", "apps/core/claims.py", "tests/factories/people.py"])
def test_what_everything_stands_on_leads_to_all_tests(changed: str) -> None:
    assert choose([changed, "docs/locking.md"], TESTS) == ["tests"]
