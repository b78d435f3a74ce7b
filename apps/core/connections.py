"""Giving a database connection up while something slow goes on."""

from __future__ import annotations

from django.db import connection


def let_go_of_connection() -> None:
    """Give the database connection up before bytes are read or sent (invariant 11); the next query opens another."""
    if not connection.in_atomic_block:
        connection.close()
