"""Queries of one shape, whose SQL is put together once a process.

Django builds the SQL of each query anew. On a page that is read all day this costs more than the database does: three
milliseconds for a join with two conditions, of which the database takes a twentieth. A prepared query is written as
any other, with `Given` where its values go, and each reading only binds them. The rows themselves are never kept.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
# Each page of a list is a shape of its own; pages far back are put together anew.
MOST_SHAPES = 8
_PLAIN = re.compile(r"[\w .:-]*", re.ASCII)


class Given(Expression):
    """Where a value of a prepared query goes: its name, and the kind of field that it is compared with."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A compiled query: its SQL, its values with `Given` among them, how its columns become values of Python."""

    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    converters: dict[int, Any]

    def get_compiler(self, using: str, values: dict[str, Any]) -> SQLCompiler:
        """A compiler for one reading, on the connection of this thread."""
        connection = connections[using]
        bound = tuple(
            one.output_field.get_db_prep_value(values[one.name], connection) if isinstance(one, Given) else one
            for one in self.params
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (self.sql, bound)  # type: ignore[method-assign]
        compiler.get_converters = lambda _: self.converters  # type: ignore[method-assign,assignment]
        return compiler


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a query set asks of its query when it is read."""

    shape: _Shape
    values: dict[str, Any]

    def get_compiler(self, using: str, *_: Any, **__: Any) -> SQLCompiler:
        return self.shape.get_compiler(using, self.values)


class PreparedQuery(Generic[M]):
    """`PreparedQuery(lambda: Site.objects.filter(partner_id=Given("partner", BigIntegerField())))`.

    The function runs once. So whatever differs from one reading to the next is given: the time, and settings too. A
    list of values cannot be given, nor is anything prefetched.
    """

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._shapes: dict[tuple[int | None, int | None], _Shape] = {}

    def given(self, **values: Any) -> PreparedRows[M]:
        """The rows for these values. They are read when they are looped over, or when a slice is taken of them."""
        return PreparedRows(self, values)

    def read(self, values: dict[str, Any], start: int | None = None, stop: int | None = None) -> list[M]:
        """The rows from `start` to before `stop`."""
        shape = self._shapes.get((start, stop))
        if shape is None:
            shape = self._compiled(start, stop)
            if len(self._shapes) < MOST_SHAPES:
                self._shapes[start, stop] = shape
        model = cast(type[M], shape.compiler.query.model)
        return list(QuerySet(model, query=cast(Query, _Bound(shape, values)), using=DEFAULT_DB_ALIAS))

    def _compiled(self, start: int | None, stop: int | None) -> _Shape:
        compiler = self._build()[start:stop].query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = _with_constants(*compiler.as_sql())
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return _Shape(compiler, sql, params, compiler.get_converters(columns))


def _with_constants(sql: str, params: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """The SQL with its plain constants written out, and the values that are left.

    SQLite plans a statement anew each time that it is run where a bound value decides whether a partial index serves.
    """
    pieces, left = sql.split("%s"), []
    if len(pieces) != len(params) + 1:  # a percent sign of another kind
        return sql, tuple(params)
    written = [pieces[0]]
    for value, piece in zip(params, pieces[1:], strict=True):
        literal = _literal(value)
        if literal is None:
            left.append(value)
        written += [literal or "%s", piece]
    return "".join(written), tuple(left)


def _literal(value: Any) -> str | None:
    """A constant of ours as SQL, None for whatever is not as plain as a name or a number."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return f"'{value}'"
    return str(value) if type(value) is int and value >= 0 else None


@dataclass(frozen=True, slots=True)
class PreparedRows(Generic[M]):
    """The rows of a prepared query for some values."""

    query: PreparedQuery[M]
    values: dict[str, Any]

    def __iter__(self) -> Iterator[M]:
        return iter(self.query.read(self.values))

    def __getitem__(self, part: slice) -> list[M]:
        return self.query.read(self.values, part.start, part.stop)
