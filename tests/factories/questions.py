"""What a page asks the database, and what of that it asks twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection


def asked_twice(ask: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The answer of `ask`, and each SELECT that was run more than once with the same values, with how often."""
    asked: Counter[tuple[str, str]] = Counter()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT"):
            asked[sql, repr(params)] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = ask()
    return answer, [f"{times} times: {sql} {values}" for (sql, values), times in asked.items() if times > 1]
