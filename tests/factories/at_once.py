"""Several threads that begin together, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(n)` in that many threads that start together. Returns its results, or what it raised."""
    together, results = Barrier(count), []

    def run(n: int) -> None:
        try:
            together.wait(30)
            results.append(work(n))
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results
