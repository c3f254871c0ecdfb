"""Samples: the tickets that ship with the product -> something to try a service with.

Everybody in them is invented.
"""

import json
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Final

from summarizer.settings import bundled

__all__ = ["sample_to_try", "samples"]

_ID_BYTES: Final = 4


@cache
def samples() -> Mapping[str, bytes]:
    """Return the JSON of each ticket by its name, in the order of the names."""
    paths = sorted(bundled("samples").glob("*.json"))
    return {path.stem: path.read_bytes() for path in paths}


def sample_to_try(name: str) -> str | None:
    """Return a ticket for a person to read and send, under a case id that no case tool gives.

    Returns:
        None if there is no sample of this name.
    """
    data = samples().get(name)
    if data is None:
        return None
    ticket = json.loads(data) | {"id": f"sample-{secrets.token_hex(_ID_BYTES)}"}
    return json.dumps(ticket, indent=2, ensure_ascii=False)
