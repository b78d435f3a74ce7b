"""What a process has loaded for good is not looked through for garbage again."""

import gc


def keep_what_is_loaded() -> None:
    """Load the addresses with all their pages, and set aside everything that is there now.

    A full search for garbage held up every thread of a server for more than a tenth of a second, on and off.
    """
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
