"""What every test may use."""

import pytest

from summarizer.pii.models import default_models
from summarizer.pii.presidio import PresidioDetector
from summarizer.pii.ticket import TicketDetector


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the service runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def presidio() -> PresidioDetector:
    """Stock Presidio, the reference; it takes more than a second to load."""
    return PresidioDetector()


@pytest.fixture(scope="session")
def detector() -> TicketDetector:
    """The detector in use, with its name models."""
    return TicketDetector(default_models())
