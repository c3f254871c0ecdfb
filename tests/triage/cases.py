"""Cases as the rules read them, and small files of rules."""

from datetime import date, datetime
from pathlib import Path

from summarizer.models import Author, Channel
from summarizer.rules import DeadlineRules, UrgencyRules
from summarizer.triage.reading import CaseReading, Passage, Said
from summarizer.yamlfile import read_yaml

__all__ = [
    "DEADLINES",
    "REPOSITORY",
    "URGENCY",
    "day",
    "deadline_rules",
    "reading",
    "urgency_rules",
]

REPOSITORY = Path(__file__).parent.parent.parent

DEADLINES = """
guards: {boilerplate: ['\\bif you ']}
jurisdictions:
  US: {countries: [US], zone: America/New_York, holidays: {financial: FED}}
  UK: {countries: [GB, UK], zone: Europe/London, holidays: {country: GB, subdivision: ENG}}
notices:
  error: {words: an error, patterns: ['\\berror\\b'], issue_types: [mistake], hints: ['\\bodd\\b']}
  formal: {words: a formal letter, patterns: ['\\bformal notice\\b']}
conditions:
  new_account: {words: the account is new, patterns: ['\\bnew account\\b']}
rules:
  - id: answer
    citation: Law 1
    jurisdiction: US
    notice: [error]
    renewed_by: [formal]
    authors: [customer, agent]
    channels: [letter]
    about: ['\\bdebit\\b']
    not_about: ['\\bcredit\\b']
    count: 10
    unit: business_days
    longer: [{condition: new_account, count: 20, citation: Law 1(b)}]
    because: 'Answer within {computed}.'
    examples:
      holds: [{says: An error., at: 2026-03-02T12:00:00-05:00, due: 2026-03-16}]
      holds_not: [All is well.]
  - id: told
    citation: Law 2
    jurisdiction: US
    kind: customer
    notice: [error]
    start_field: statement_date
    count: 60
    unit: days
    because: 'Tell us within {computed}.'
    examples:
      holds: [{says: An error., fields: {statement_date: '2026-03-02'}, due: 2026-05-01}]
      holds_not: [An error.]
  - id: reply
    citation: Law 3
    jurisdiction: UK
    notice: [error]
    count: 8
    unit: weeks
    because: 'Reply within {computed}.'
    examples:
      holds: [{says: An error., at: 2026-03-02T12:00:00Z, due: 2026-04-27}]
      holds_not: [All is well.]
"""

URGENCY = """
guards:
  negations: ['no', 'not', "\\\\w+n't"]
  unless: ['\\bhypothetically\\b']
  boilerplate: ['\\bif you ']
near_deadline: {level: high, within_days: 3}
rules:
  - id: rent
    level: high
    because: Rent is at stake.
    patterns: ['\\brent due\\b']
    notes: ['\\brent is due\\b']
    examples: {holds: [My rent due Friday.], holds_not: [I pay rent.]}
  - id: scam
    level: critical
    because: A scam is under way.
    patterns: ['\\bsafe account\\b']
    together_with: ['\\bnow\\b']
    unless: ['\\blast year\\b']
    examples: {holds: [A safe account now.], holds_not: [A safe account.]}
"""


def deadline_rules(folder: Path, text: str = DEADLINES) -> DeadlineRules:
    """Read deadlines.yaml with a text."""
    path = folder / "deadlines.yaml"
    path.write_text(text)
    return read_yaml(path, DeadlineRules)


def urgency_rules(folder: Path, text: str = URGENCY) -> UrgencyRules:
    """Read urgency.yaml with a text."""
    path = folder / "urgency.yaml"
    path.write_text(text)
    return read_yaml(path, UrgencyRules)


def reading(
    *texts: str | tuple[Author, str],
    jurisdiction: str | None = "US",
    channel: Channel | None = None,
    at: str | None = "2026-03-02T12:00:00-05:00",
    fields: tuple[tuple[str, str], ...] = (),
) -> CaseReading:
    """Make a case of messages that all have one time; a text alone is the customer's."""
    said = []
    for number, text in enumerate(texts):
        author, body = text if isinstance(text, tuple) else ("customer", text)
        moment = None if at is None else datetime.fromisoformat(at)
        passage = Passage(body, of_customer=author == "customer")
        said.append(Said(f"m{number + 1}", f"messages[{number}]", author, moment, passage))
    return CaseReading(jurisdiction, channel, tuple(said), fields)


def day(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)
