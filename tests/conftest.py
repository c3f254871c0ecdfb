"""What every test may use."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from summarizer.pii.models import default_models
from summarizer.pii.presidio import PresidioDetector
from summarizer.pii.ticket import TicketDetector

settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=1_000, deadline=None)
settings.load_profile("suite")
"""What lands is decided by the same examples every time; `make fuzz` looks for new ones."""


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the service runs on."""
    return "asyncio"


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """Let no test see how a command before it set up logging."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def presidio() -> PresidioDetector:
    """Stock Presidio, the reference; it takes more than a second to load."""
    return PresidioDetector()


@pytest.fixture(scope="session")
def detector() -> TicketDetector:
    """The detector in use, with its name models."""
    return TicketDetector(default_models())
