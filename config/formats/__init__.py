"""How people read dates and times: one style in each language, by the clock that the city chose."""

_STYLES = {"en": ("N j, Y", "{date}, {time}"), "es": (r"j \d\e F \d\e Y", r"{date} \a \l\a\s {time}")}
_CLOCKS = {12: "P", 24: "H:i"}
_USUAL = {"en": 12, "es": 24}


def formats(language: str, hours: int) -> tuple[str, str, str]:
    """DATE_FORMAT, TIME_FORMAT and DATETIME_FORMAT for a clock of 12 or 24 hours; 0 is what the language is used to."""
    date, both = _STYLES[language]
    time = _CLOCKS[hours or _USUAL[language]]
    return date, time, both.format(date=date, time=time)
