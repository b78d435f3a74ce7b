"""Work is enqueued by the name of its task: each name has a task, and the task takes what it is given."""

from __future__ import annotations

import ast
import inspect

import pytest
from celery import Task
from django.conf import settings
from django.utils.module_loading import import_string

from tests.architecture.test_source_rules import SOURCES, where


def enqueueings() -> list[tuple[str, str, int]]:
    """Place, name of the task, and number of arguments of each call."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "enqueue_after_commit":
                name = node.args[0]
                assert isinstance(name, ast.Constant), f"{where(path, node.lineno)}: the name is a literal"
                found.append((where(path, node.lineno), name.value, len(node.args) - 1))
    return found


@pytest.mark.parametrize(("place", "name", "count"), enqueueings())
def test_each_enqueued_task_exists_and_takes_its_arguments(place: str, name: str, count: int) -> None:
    task = import_string(name)
    assert isinstance(task, Task)
    assert task.name == name
    inspect.signature(task.run).bind(*range(count))


def test_services_enqueue_and_the_schedule_and_the_routes_name_tasks_that_exist() -> None:
    assert len(enqueueings()) > 8
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    for name in [*scheduled, *settings.CELERY_TASK_ROUTES]:
        task = import_string(str(name))
        assert task.name == name
        if name in scheduled:
            inspect.signature(task.run).bind()
