"""Cache-Control, Expires, Date and Age -> how long an answer stays fresh (RFC 9111)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from monitor.values import http_date

_DIRECTIVE = re.compile(r'([\w-]+)(?:[ \t]*=[ \t]*(?:"([^"]*)"|([^\s,"]*)))?')
_SECONDS = re.compile(r"[0-9]{1,4000}")
_LONGEST = 2**31  # seconds; what is longer means this (RFC 9111 1.2.2)


def fresh_for(control: str, expires: str | None, date: str | None, age: str | None, now: datetime) -> timedelta | None:
    """How long asking again is pointless, None when nothing says so; `control` is all of Cache-Control, joined.

    `s-maxage` is for shared caches, which this is not. What cannot be read is ignored, but for Expires, where it means
    the past. `date` stands for the moment of the answer, `now` where the server sent none.
    """
    directives: dict[str, str | None] = {}
    for name, quoted, plain in _DIRECTIVE.findall(control):
        directives.setdefault(name.lower(), quoted or plain or None)
    # With a list of fields, no-cache forbids only the reuse of these.
    if "no-store" in directives or directives.get("no-cache", "") is None:
        return None
    life: float | None = _seconds(directives.get("max-age"))
    if life is None:
        end = http_date(expires or "")
        life = (end - (http_date(date or "") or now)).total_seconds() if end else 0
    left = min(life, _LONGEST) - (_seconds(age) or 0)
    return timedelta(seconds=left) if left > 0 else None


def _seconds(value: str | None) -> int | None:
    value = (value or "").strip()
    return min(int(value), _LONGEST) if _SECONDS.fullmatch(value) else None
