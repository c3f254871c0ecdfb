"""What every test may use."""

import pytest

from summarizer.pii.presidio import PresidioDetector


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the service runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def presidio() -> PresidioDetector:
    """The real detector; it takes more than a second to load."""
    return PresidioDetector()
