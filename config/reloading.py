"""A new version by `reload`: workers begin anew, while those of the former version finish what they serve.

gunicorn's first process stays, and has loaded settings, Django and Celery of the former version. A worker is a copy of
it, so it forgets them before it loads the portal.
"""

from __future__ import annotations

import sys

# Of gunicorn's first process itself. What it runs stays as it was until a restart.
_STAYS = {"gunicorn", "__main__", "__mp_main__", "_distutils_hack"}


def forget_former_version() -> list[str]:
    """Let everything be loaded anew that is neither Python's nor gunicorn's; returns the names of packages."""
    loaded = {name.partition(".")[0] for name in sys.modules}
    compiled = {name.partition(".")[0] for name, module in list(sys.modules.items()) if _is_compiled(module)}
    gone = loaded - compiled - _STAYS - sys.stdlib_module_names
    for name in list(sys.modules):
        if name.partition(".")[0] in gone:
            del sys.modules[name]
    return sorted(gone)


def _is_compiled(module: object) -> bool:
    """Such modules cannot be loaded twice in a process."""
    return str(getattr(module, "__file__", "")).endswith(".so")
