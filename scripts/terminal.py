"""How the scripts speak: one line for each step, one sentence for what went wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class Stop(Exception):
    """Ends a script with one clear sentence."""


def stop(sentence: str) -> NoReturn:
    """End with `sentence` on standard error and exit code 1; `ending` turns it into both."""
    raise Stop(sentence)


@contextmanager
def ending() -> Iterator[None]:
    """Around a script's `main`: a `Stop` becomes its sentence, Ctrl-C becomes silence; no traceback for either."""
    try:
        yield
    except Stop as reason:
        print(f"{reason}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say `name`, do the step, say how long it took."""
    began = time.monotonic()
    print(f"{name} …", flush=True)
    yield
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
