"""Sentences of the upload page's script. They go to the browser whole; `{…}` is filled there."""

from __future__ import annotations

from django.utils.translation import gettext as _


def upload_words() -> dict[str, str]:
    """The sentences in the reader's language, by the names that static/js/upload*.js uses."""
    return {
        "waiting": _("Waiting for the files before it."),
        "starting": _("Starting…"),
        "progress": _("{percent} ({sent} of {total})"),
        "progressWithSpeed": _("{percent} ({sent} of {total}), {speed} per second, about {left} left"),
        "progressOf": _("How much of {name} is sent"),
        "hashing": _("Computing the digest in your browser: {percent}"),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "remove": _("Do not send"),
        "paused": _("Paused. What was sent is kept."),
        "interrupted": _("The line dropped. What was sent is kept, and sending goes on by itself."),
        "checking": _("All sent. Checking…"),
        "done": _("Sent. Every byte has arrived."),
        "digest": _("Digest (SHA-256) computed by your browser: {digest}"),
        "different": _("The digest differs from the one your browser computed. The receipt says what to do."),
        "empty": _("This file is empty, so there is nothing to send."),
        "failed": _("This file could not be sent. Nothing that was sent before is lost. Please try again."),
        "linkClosed": _(
            "Your link is no longer open in this browser. Open it again from your message and "
            "choose the same file. The upload continues where it stopped."
        ),
        "goesOn": _("{name} goes on where it stopped."),
        "spokenProgress": _("{name}: {percent} sent"),
        "spokenPaused": _("{name} is paused."),
        "spokenDone": _("{name} is sent."),
        "spokenFailed": _("{name} could not be sent: {reason}"),
        "spokenRemoved": _("{name} will not be sent."),
    }
