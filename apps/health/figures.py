"""Figures of all processes for Prometheus: requests by page, tasks by name, and the readings at each scrape.

With METRICS_DIR each process writes its counters into a file there (prometheus_client's multiprocess mode), and any web
process answers for all. Labels are names of the code: no address, person or id is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from apps.health.readings import readings

_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
REQUESTS = Counter("portal_requests_total", "Requests answered.", ["page", "method", "status"])
REQUEST_SECONDS = Histogram("portal_request_seconds", "Time until an answer began.", ["page"], buckets=_SECONDS)
TASKS = Counter("portal_tasks_total", "Tasks that ended.", ["task", "state"])
TASK_SECONDS = Histogram("portal_task_seconds", "Time that a task took.", ["task"], buckets=_SECONDS)


class _Readings(Collector):
    """The portal's state when it was asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for one in readings():
            good = GaugeMetricFamily(f"portal_{one.name}_good", "1 where nobody has to look.")
            good.add_metric([], float(one.good))
            yield good
            if one.value is not None:
                family = GaugeMetricFamily(f"portal_{one.name}", "See apps/health/readings.py.")
                family.add_metric([], one.value)
                yield family


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Readings())
    counted = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return bytes(generate_latest(registry) + generate_latest(counted))
