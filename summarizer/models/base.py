"""What every value shares: it is frozen, and what it holds of a customer is never shown."""

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["PublicModel", "RawModel"]

_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RawModel(BaseModel):
    """A value with raw customer text in it: no repr, no echo of the input in errors."""

    model_config = _CONFIG

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


class PublicModel(BaseModel):
    """A value that holds redacted text or no text at all."""

    model_config = _CONFIG
