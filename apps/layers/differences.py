"""What a load would change of a layer: new, changed and gone features, and when that is suspicious."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from apps.layers.models import Feature, Layer, LayerLoad
from apps.layers.reading import Found, Reading
from apps.layers.states import LoadState

# Of so many features, losing more than half at once is more often a broken source than a city that took them down.
_SOME = 4
_EXAMPLES = 50
_COMPARED = (
    "number",
    "name",
    "status",
    "direction",
    "field_of_view",
    "latitude",
    "longitude",
    "geometry",
    "shape",
    "size",
)


@dataclass(frozen=True, slots=True)
class Differences:
    """Features to make, to change and to delete. `touched` differ in nothing but the time that the source gives."""

    new: list[Found]
    changed: list[tuple[Feature, Found]]
    gone: list[Feature]
    touched: list[tuple[Feature, Found]]
    before: int

    @property
    def are_none(self) -> bool:
        return not (self.new or self.changed or self.gone)

    @property
    def is_suspicious(self) -> bool:
        """Whether so much is gone that a person should look before it leaves the map."""
        return self.before >= _SOME and len(self.gone) * 2 > self.before

    def counts(self) -> dict[str, int]:
        return {"new": len(self.new), "changed": len(self.changed), "gone": len(self.gone)}

    def examples(self) -> dict[str, list[str]]:
        """Some of each, as people call them."""
        return {
            "new": [one.title for one in self.new[:_EXAMPLES]],
            "changed": [one.title for _feature, one in self.changed[:_EXAMPLES]],
            "gone": [one.title for one in self.gone[:_EXAMPLES]],
        }


def differences(layer: Layer, found: Iterable[Found], unclear: Iterable[str]) -> Differences:
    """What is on the map of this layer beside what a source says. A feature whose row is unclear stays as it is."""
    there = {feature.key: feature for feature in layer.features.all()}
    new, changed, touched, seen = [], [], [], set()
    for one in found:
        seen.add(one.key)
        feature = there.get(one.key)
        if feature is None:
            new.append(one)
        elif any(getattr(feature, name) != getattr(one, name) for name in _COMPARED):
            changed.append((feature, one))
        elif feature.updated_at != parse_datetime(one.updated_at or ""):
            touched.append((feature, one))
    stays = seen | set(unclear)
    gone = [feature for key, feature in there.items() if key not in stays]
    return Differences(new, changed, gone, touched, len(there))


def put_on_map(layer: Layer, found: Differences) -> None:
    """Make the differences true, in the caller's transaction and under the layer's lock."""
    Feature.objects.filter(pk__in=[feature.pk for feature in found.gone]).delete()
    both = [*found.changed, *found.touched]
    for feature, one in both:
        _copy(one, feature)
    Feature.objects.bulk_update([feature for feature, _one in both], [*_COMPARED, "updated_at"], batch_size=200)
    Feature.objects.bulk_create((_copy(one, Feature(layer=layer, key=one.key)) for one in found.new), batch_size=500)
    layer.version += 0 if found.are_none else 1


def load_of(
    layer: Layer, reading: Reading, changes: Differences, digest: str, *, state: str, **fields: Any
) -> LayerLoad:
    """The row about a load, not saved yet. It holds the features while somebody has to decide."""
    waits = state == LoadState.OFFERED
    return LayerLoad(
        layer=layer,
        state=state,
        found=[one.as_row() for one in reading.found] if waits else [],
        unclear=sorted(reading.unclear) if waits else [],
        digest=digest,
        based_on=layer.version,
        total=len(reading.found),
        skipped=reading.skipped,
        examples={**changes.examples(), "left_out": sorted(reading.left_out.items())},
        **changes.counts(),
        **fields,
    )


def facts_of(load: LayerLoad) -> dict[str, Any]:
    """What the ledger says of a load: counts, no places."""
    counts = {name: getattr(load, name) for name in ("total", "new", "changed", "gone", "skipped")}
    return {"agency": str(load.layer.agency.public_id), **counts, "digest": load.digest}


def _copy(one: Found, feature: Feature) -> Feature:
    for name in _COMPARED:
        setattr(feature, name, getattr(one, name))
    feature.updated_at = parse_datetime(one.updated_at) if one.updated_at else None
    return feature
