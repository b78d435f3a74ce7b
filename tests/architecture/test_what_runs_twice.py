"""The list of what runs on both databases names what exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.twice import FOLDERS, MODULES, ONCE

TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_each_folder_holds_tests(folder: str) -> None:
    assert any((TESTS / folder).rglob("test_*.py"))


@pytest.mark.parametrize("module", sorted({*MODULES, *ONCE}))
def test_each_module_exists_once(module: str) -> None:
    assert len(list(TESTS.rglob(f"{module}.py"))) == 1


def test_a_test_that_commits_runs_on_both(request: pytest.FixtureRequest, transactional_db: None) -> None:
    assert request.node.get_closest_marker("commits") is not None
    assert request.node.get_closest_marker("both") is not None


def test_a_test_without_a_database_runs_once(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("both") is None
