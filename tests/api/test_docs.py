"""The page on the HTTP interface: complete, and its examples work."""

import re
from typing import Any

import httpx

from summarizer.api.problems import TITLES
from tests.routes import REPOSITORY

PAGE = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_table_of_errors_is_complete_and_right() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (\d{3}) \|", PAGE, flags=re.MULTILINE))

    assert rows == {str(code): str(code.http_status) for code in TITLES}


def test_every_endpoint_is_on_the_page(client: httpx.Client) -> None:
    paths: dict[str, Any] = client.get("/openapi.json").json()["paths"]

    for path, methods in paths.items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in PAGE


def test_the_sample_ticket_of_the_page_is_summarized(client: httpx.Client) -> None:
    sample = PAGE.partition("```json\n")[2].partition("```")[0]

    response = client.post(
        "/v1/summaries", content=sample, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 200
