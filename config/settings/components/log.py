"""What is logged, and how; figures for those who watch the portal."""

import os
from pathlib import Path

from config.settings.components.environment import env

# `json` for machines, `line` for people at a terminal. Production's default is json.
_IS_PRODUCTION = os.environ.get("DJANGO_SETTINGS_MODULE") == "config.settings.production"
LOG_FORMAT: str = env.str("LOG_FORMAT", default="json" if _IS_PRODUCTION else "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "config.json_log.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "fido2": {"level": "WARNING"},  # it would name each passkey at each use
        "psycopg.pool": {"level": "ERROR"},  # it tells of each attempt while a server is away; so do we, once
        # Forty tasks a minute that found nothing to do hide the one line that matters.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
# What /readyz and /metrics ask for; empty: they are not there.
MONITOR_TOKEN: str = env.str("MONITOR_TOKEN", default="")
# Where processes keep their counters for /metrics, empty at each start of the computer. Empty: each web process answers
# for itself, and workers for nobody. The library reads its own variable when it is first imported.
METRICS_DIR: str = env.str("METRICS_DIR", default="")
if METRICS_DIR:
    Path(METRICS_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR
