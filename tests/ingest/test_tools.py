"""All sources: one way to read them, whatever comes, and nothing of it past redaction."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import ConfigurationError, TicketError
from summarizer.ingest.case import to_case
from summarizer.ingest.tools import SOURCES, parse_payload, source_named
from summarizer.models import Ticket
from summarizer.redact.redactor import Redactor
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.ingest.payloads import FIXTURES, LIMITS, received
from tests.routes import default_policy

PAYLOADS = {
    "zendesk": ("zendesk_ticket.json", "zendesk_event.json"),
    "servicenow": ("servicenow_incident.json", "servicenow_case.json"),
    "salesforce": ("salesforce_case.json",),
}
MAILS = ("thread.mbox", "html_only.eml")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


@st.composite
def mutated_json(draw: st.DrawFn) -> tuple[str, bytes]:
    """A tool's payload in which up to three values are something else, or gone."""
    source = draw(st.sampled_from(sorted(PAYLOADS)))
    name = draw(st.sampled_from(PAYLOADS[source]))
    payload = json.loads((FIXTURES / name).read_text())
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([place for place in _places(payload) if place]))
        target = payload
        for step in path:
            target = target[step]
        if draw(st.booleans()):
            target[last] = draw(JSON)
        else:
            del target[last]
        if not payload:
            break
    return source, json.dumps(payload).encode()


@st.composite
def mutated_mail(draw: st.DrawFn) -> bytes:
    """A mail in which some bytes are something else."""
    data = bytearray((FIXTURES / draw(st.sampled_from(MAILS))).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 40))] = draw(
            st.binary(max_size=40)
            | st.sampled_from([b"\n", b"=?utf-8?B?", b"\r\n\r\n", b'"', b"<"])
        )
    return bytes(data)


HEADERS = st.sampled_from([
    "From",
    "Date",
    "Subject",
    "Message-ID",
    "References",
    "Content-Type",
    "Content-Disposition",
    "Content-Transfer-Encoding",
])


@given(mutated_json())
def test_whatever_a_tool_sends_is_read_or_refused(sent: tuple[str, bytes]) -> None:
    source, data = sent
    with suppress(TicketError):
        parse_payload(source_named(source), data, LIMITS)


@given(st.sampled_from(SOURCES), st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_read_or_refused(source: str, data: bytes) -> None:
    with suppress(TicketError):
        parse_payload(source_named(source), data, LIMITS)


@given(mutated_mail())
def test_whatever_mail_comes_is_read_or_refused(data: bytes) -> None:
    for found in source_named("email", mail_domains=["bank.example"]).read(data, LIMITS, 1):
        if not isinstance(found, TicketError):
            assert isinstance(found.ticket, Ticket)


@given(st.lists(st.tuples(HEADERS, st.text(max_size=60)), max_size=6), st.binary(max_size=60))
def test_whatever_headers_say_is_read_or_refused(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    block = "".join(f"{name}: {value}\n" for name, value in headers)
    data = f"From: a@example.org\n{block}\n".encode("utf-8", "surrogatepass") + body
    with suppress(TicketError):
        parse_payload(source_named("email"), data, LIMITS)


def test_an_unknown_source_is_refused_and_names_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="native, zendesk, servicenow, salesforce, email"):
        source_named("jira")


def test_our_own_form_is_a_source_like_the_others() -> None:
    data = b'{"id": "T-1", "messages": [{"author": "customer", "body": "Help"}]}'
    found = parse_payload(source_named("native"), data, LIMITS)

    assert found.ticket.id == "T-1"
    assert found.post_back is None


def test_what_was_received_shows_nothing_of_the_customer() -> None:
    source = source_named("zendesk")
    found = parse_payload(source, (FIXTURES / "zendesk_ticket.json").read_bytes(), LIMITS)

    assert "Hannah" not in repr(found)


GUIDE = (FIXTURES.parent.parent.parent / "docs" / "case-tools.md").read_text()


def _examples() -> Iterator[tuple[str, str]]:
    for section in GUIDE.split("\n## ")[1:]:
        title, *_ = section.splitlines()
        for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL):
            yield title.casefold(), block


@pytest.mark.parametrize(("source", "payload"), list(_examples()))
def test_every_payload_of_the_guide_is_read(source: str, payload: str) -> None:
    found = received(source, payload.encode())

    assert found.ticket.messages
    assert found.post_back is not None


def test_the_guide_has_every_source() -> None:
    assert [name for name in SOURCES if f"| `{name}` |" not in GUIDE] == []


HANNAH = ("Hannah", "Whitfield", "hannah.whitfield", "828-555-0142")


@pytest.mark.parametrize(
    ("source", "data", "personal"),
    [
        (
            "zendesk",
            "zendesk_ticket.json",
            (*HANNAH, "CUST-7741902", "ahg35h3jh", "198.51.100.23", "Asheville", "Owen", "Priya"),
        ),
        ("servicenow", "servicenow_incident.json", (*HANNAH, "828-555-0199", "Priya", "priya.")),
        ("servicenow", "servicenow_case.json", ("Maria", "Lopez", "312-555-0164", "Priya")),
        (
            "salesforce",
            "salesforce_case.json",
            (*HANNAH, "h.whitfield@example.net", "828-555-0199", "Owen", "owen.", "Priya"),
        ),
        ("email", "html_only.eml", ("Sam", "Doe", "sam.doe@example.org")),
    ],
)
def test_what_a_tool_knows_of_people_is_masked_by_its_place(
    source: str, data: str, personal: tuple[str, ...]
) -> None:
    """The detector finds nothing here, so that the place of a value alone decides."""
    redactor = Redactor(
        detector=FakeDetector(), anonymizer=SpliceAnonymizer(), policy=default_policy()
    )
    case = to_case(received(source, data).ticket, LIMITS)
    sent = " ".join(text.text for text in redactor.redact(case).case.texts)

    # Branches and titles are fields, which the detector searches; these hold no person.
    assert [value for value in personal if value in sent.replace("Asheville Downtown", "")] == []
