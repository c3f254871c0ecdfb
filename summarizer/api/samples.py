"""Samples: the tickets that ship with the product -> something to try a service with.

Everybody in them is invented.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from summarizer.settings import bundled

__all__ = ["sample_to_try", "samples"]


@cache
def samples() -> Mapping[str, bytes]:
    """Return the JSON of each ticket by its name, in the order of the names."""
    paths = sorted(bundled("samples").glob("*.json"))
    return {path.stem: path.read_bytes() for path in paths}


def sample_to_try(name: str, now: datetime) -> str | None:
    """Return a ticket for a person to read and send, under a case id that no case tool gives.

    Returns:
        None if there is no sample of this name.
    """
    data = samples().get(name)
    if data is None:
        return None
    ticket = json.loads(data) | {"id": f"sample-{now:%Y%m%d-%H%M%S}"}
    return json.dumps(ticket, indent=2, ensure_ascii=False)
