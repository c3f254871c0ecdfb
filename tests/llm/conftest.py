"""The misbehaving provider, for every test that sends something."""

from collections.abc import Iterator

import pytest

from tests.providers import Provider, misbehaving_provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with misbehaving_provider() as provider:
        yield provider
