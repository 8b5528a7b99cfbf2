"""The values by which a route groups alerts <-> one text, which names the group of a delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args
from urllib.parse import quote, unquote

GroupBy = Literal["story", "rule", "level", "tag", "source", "alert"]
"""What a route may group by."""

_KEYS = frozenset(get_args(GroupBy))


def written_group(path: str, values: Mapping[GroupBy, Sequence[str]]) -> str:
    """The group of these values at the route of a path: `0.2 story=s-1 tag=gaz,otan`, other signs as in URLs."""
    return " ".join([path, *(f"{key}={','.join(map(quote, some))}" for key, some in values.items())]).strip()


def group_values(written: str) -> dict[str, str]:
    """The values of a group as it is written, by what they are of: `{"story": "s-1", "tag": "gaz,otan"}`.

    Of what gathers by its route alone, as digests do, there are none.
    """
    parts = [part.partition("=") for part in written.split(" ")]
    return {key: unquote(value) for key, _, value in parts if key in _KEYS}
