"""Beside: a log's URL -> where what changes lies, apart from the evidence."""

from pathlib import Path

__all__ = ["beside"]


def beside(log_url: str, file_name: str) -> str:
    """Return a file of this name beside a log in an SQLite file; the same server otherwise."""
    scheme, found, path = log_url.partition(":///")
    if scheme != "sqlite" or not found:
        return log_url
    return f"sqlite:///{Path(path).with_name(file_name)}"
