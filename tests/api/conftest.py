"""One service for the tests that only ask."""

from collections.abc import Iterator

import httpx
import pytest
from structlog.testing import capture_logs

from tests.api.services import service


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    """A request is logged after its response, when pytest may not be capturing."""
    with capture_logs():
        yield


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with service(tmp_path_factory.mktemp("data")) as client:
        yield client
