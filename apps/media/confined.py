"""The child process: confines itself, then becomes ffmpeg, or reads a video, or makes a picture anew.

Started by `launcher` as `python -m apps.media.confined <job as JSON>`. Imports neither Django nor anything that the job
at hand does not need.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn

from apps.media import confinement


def main(job: dict[str, Any]) -> int:
    """Do one job; its answer, if any, is written to `answer.json` in the job's folder."""
    confinement.die_with(job["parent"])
    _step_back(idle=job["idle"])
    kind = job["kind"]
    if kind == "ffmpeg":
        _confine(job)
        _become(job["command"])
    # The libraries are loaded before the confinement closes: they have not seen a byte of the file yet, and dynamic
    # linking then needs no rights inside.
    if kind == "probe":
        from apps.media import reader, times

        _confine(job)
        answer = reader.read(job["source"], declared=job["declared"])
        if job["times"] and "error" not in answer:
            answer["times"] = times.read(job["source"], job["folder"])
    elif kind == "sound":
        from apps.media import sound_reader

        _confine(job)
        answer = sound_reader.read(job["source"])
    elif kind == "strip":
        from apps.media import strip

        _confine(job)
        answer = strip.make(job["source"], job["target"], **job["shape"])
    elif kind in ("redact", "prove"):
        from apps.media import redactor

        _confine(job)
        made = (job["made"],) if kind == "prove" else ()
        answer = (redactor.prove if made else redactor.render)(job["source"], job["folder"], *made)
    elif kind == "picture":
        from apps.media import picture

        _confine(job)
        answer = picture.clean(job["source"], job["target"], longest_side=job["longest_side"])
    else:
        from apps.media import still

        _confine(job)
        answer = still.check(job["source"], job["target"], longest_side=job["longest_side"])
    with open(os.path.join(job["folder"], "answer.json"), "w", encoding="utf-8") as out:  # noqa: PTH118, PTH123
        json.dump(answer, out)
    return 0


def _step_back(*, idle: bool) -> None:
    os.nice(19 if idle else 5)
    if idle:
        try:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        except OSError:
            return  # niceness alone, where a container forbids it


def _confine(job: dict[str, Any]) -> None:
    rules = job["rules"]
    limits = confinement.Limits(**rules.pop("limits"))
    confinement.limit(limits)
    try:
        confinement.confine(confinement.Rules(**rules, limits=limits))
    except confinement.ConfinementMissing as problem:
        if not job["allow_unconfined"]:
            sys.stderr.write(f"{confinement.NO_CONFINEMENT_MARK}{problem}\n")
            sys.stderr.flush()
            os._exit(confinement.NO_CONFINEMENT_EXIT)


def _become(command: list[str]) -> NoReturn:
    os.execve(command[0], command, dict(os.environ))  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
