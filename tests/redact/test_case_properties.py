"""Whole cases of awkward texts: they come back exactly, and no value stands in the prompt."""

from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.prompt import PromptTemplate
from summarizer.redact.redactor import Redactor
from summarizer.redact.tokens import TOKEN
from summarizer.textfold import compact
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import case, policy
from tests.routes import KEY, REPOSITORY, default_policy

_GIVEN = ("Zephyrine", "Oluwaseun", "Mátyás", "Žaneta", "יונתן", "فاطمة")
_FAMILY = ("Quillfeather", "Adébáyò", "Przybylski", "O'Ruairc", "Ben-Ari")
_PEOPLE = tuple(f"{given} {family}" for given in _GIVEN for family in _FAMILY)
_IDS = ("QZ-7719-3305", "7719-3305-8842", "330588427719")
"""The second overlaps the first, and the third the second, once separators are left out."""
_MAIL = ("zephyrine.quillfeather@example.com", "q7719@example.org")
_VALUES = {"PERSON": [*_PEOPLE, *_FAMILY], "CUSTOMER_ID": list(_IDS), "EMAIL_ADDRESS": list(_MAIL)}
_AWKWARD = (
    "\u0301", "\u20dd", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u202e", "\u2067", "\u2069",
    "<PERSON_1>", "<person_2 >", "&lt;CUSTOMER_ID_1&gt;", "[customer id removed]", "<", ">", "_1>",
    "<message", "</message>", "{{", "}}", "\x00", "\n", "\r\n", "\t", "ﷺ", "ﬁ", "İ", "ß", "👩‍👧",
)  # fmt: skip


@st.composite
def _bodies(draw: st.DrawFn) -> str:
    pieces = st.one_of(
        st.sampled_from(_PEOPLE),
        st.sampled_from((*_FAMILY, *_IDS, *_MAIL)),
        st.sampled_from(_AWKWARD),
        st.text(max_size=5),
    )
    joint = st.sampled_from((" ", ", ", "\n", ""))
    return "".join(f"{draw(pieces)}{draw(joint)}" for _ in range(draw(st.integers(0, 10))))


_TEMPLATE = PromptTemplate(
    REPOSITORY / "prompts" / "case_summary", taxonomy=default_policy().taxonomy, key=KEY
)
_LONG = 8
"""Letters and digits from which on a value is held back anywhere, also inside longer words."""
_CASES = st.lists(_bodies(), min_size=1, max_size=4)
_ACTIONS = st.sampled_from(["placeholder", "mask", "generalise", "drop"])


def _redactor(action: str) -> Redactor:
    return Redactor(
        detector=FakeDetector(_VALUES),
        anonymizer=SpliceAnonymizer(),
        policy=policy(CUSTOMER_ID={"action": action}),
    )


@settings(max_examples=150, deadline=None)
@given(_CASES, _ACTIONS)
def test_redacting_and_restoring_is_the_identity(bodies: list[str], action: str) -> None:
    one = case(*bodies, name=("PERSON", _PEOPLE[0]))

    redacted = _redactor(action).redact(one)

    assert redacted.vault.restore(redacted.case) == {
        text.where: text.map.text for text in one.texts
    }


@settings(max_examples=150, deadline=None)
@given(_CASES, _ACTIONS)
def test_spans_are_disjoint_and_splicing_them_gives_the_redacted_text(
    bodies: list[str], action: str
) -> None:
    one = case(*bodies)

    redacted = _redactor(action).redact(one).case

    for source, text in zip(one.texts, redacted.texts, strict=True):
        parts: list[str] = []
        at = 0
        for span in (span for span in redacted.spans if span.where == text.where):
            assert at <= span.start < span.end
            parts += (source.map.text[at : span.start], span.placeholder)
            at = span.end
        assert "".join(parts) + source.map.text[at:] == text.text


@settings(max_examples=100, deadline=None)
@given(_CASES)
def test_no_redacted_value_stands_in_the_prompt(bodies: list[str]) -> None:
    """Letters and digits are compared, so that no spelling of a value slips through."""
    redacted = _redactor("placeholder").redact(case(*bodies))
    content = _TEMPLATE.render(redacted.case).messages[1].content

    parts = [compact(part) for part in TOKEN.split(content)]
    for value in redacted.vault.values:
        folded = compact(value.text)
        if len(folded) >= _LONG:
            assert not any(folded in part for part in parts), value.entity


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PEOPLE), min_size=2, max_size=12, unique=True))
def test_people_who_share_names_never_share_a_token(people: list[str]) -> None:
    redacted = _redactor("placeholder").redact(case(". ".join(people)))

    tokens = TOKEN.findall(redacted.case.texts[0].text)
    assert len(set(tokens)) == len(people)
    assert [redacted.vault.reveal(token) for token in tokens] == people
