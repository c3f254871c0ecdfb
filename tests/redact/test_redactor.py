"""What stands in the redacted case, and that everything can be put back."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import ConfigurationError
from summarizer.models import CaseText
from summarizer.pii import Detection
from summarizer.redact.redactor import Redacted, Redactor
from summarizer.redact.tokens import TOKEN
from summarizer.redact.values import find_values, is_weak
from summarizer.textfold import compact
from summarizer.textmap import TextMap
from tests.fakes import FakeDetector, SpliceAnonymizer
from tests.redact.cases import case, policy, redactor


def bodies(redacted: Redacted) -> list[str]:
    return [text.text for text in redacted.case.texts if ".body" in text.where]


def test_a_person_has_one_token_under_every_form_of_the_name() -> None:
    redact = redactor({
        "PERSON": ["Maria Lopez", "Lopez, Maria", "M. Lopez", "Mrs Lopez", "Ann Lee"]
    })

    redacted = redact.redact(
        case(
            "This is Maria Lopez. Ann Lee helped me.",
            "Dear Mrs Lopez, M. Lopez and Lopez, Maria are the same; so is maria's card.",
        )
    )

    assert bodies(redacted) == [
        "This is <PERSON_1>. <PERSON_2> helped me.",
        "Dear <PERSON_1>, <PERSON_1> and <PERSON_1> are the same; so is <PERSON_1>'s card.",
    ]
    assert redacted.vault.reveal("<PERSON_1> met <PERSON_2>") == "Maria Lopez met Ann Lee"


def test_two_people_with_one_family_name_stay_two_and_the_bare_name_is_neither() -> None:
    redact = redactor({"PERSON": ["Maria Lopez", "Juan Lopez", "Lopez"]})

    redacted = redact.redact(case("Maria Lopez and Juan Lopez. Lopez called."))

    assert bodies(redacted) == ["<PERSON_1> and <PERSON_2>. <PERSON_3> called."]


def test_a_value_found_once_is_held_back_everywhere_however_it_is_written() -> None:
    redact = redactor({"CUSTOMER_ID": ["AB-123456"], "PERSON": ["Priya"]})

    redacted = redact.redact(
        case("Customer AB-123456, Priya.", "ab 123456? ab123456! PRIYA, priya."),
    )

    assert bodies(redacted) == [
        "Customer <CUSTOMER_ID_1>, <PERSON_1>.",
        "<CUSTOMER_ID_1>? <CUSTOMER_ID_1>! <PERSON_1>, <PERSON_1>.",
    ]


def test_a_name_that_is_a_common_word_is_held_back_only_where_it_was_found() -> None:
    redact = redactor({"PERSON": ["May"]})

    redacted = redact.redact(case("May called. You may pay in may."))

    assert bodies(redacted) == ["<PERSON_1> called. You may pay in may."]


@pytest.mark.parametrize(
    "lookalike", ["<PERSON_1>", "<person_1>", "< PERSON_1 >", "<CREDIT-CARD_2>", "<LITERAL_1>"]
)
def test_text_that_looks_like_a_placeholder_becomes_one_of_its_own(lookalike: str) -> None:
    redact = redactor({"PERSON": ["Maria"]})

    redacted = redact.redact(case(f"Maria wrote {lookalike}."))

    assert bodies(redacted) == ["<PERSON_1> wrote <LITERAL_1>."]
    assert redacted.vault.reveal("<LITERAL_1>") == lookalike
    assert list(redacted.vault.restore(redacted.case).values()) == [f"Maria wrote {lookalike}."]


def test_values_by_place_are_held_back_without_any_detector() -> None:
    redacted = redactor().redact(
        case("hi its chidi here, chidi anagonye", name=("PERSON", "Chidi Anagonye"))
    )

    assert bodies(redacted) == ["hi its <PERSON_1> here, <PERSON_1>"]


def test_actions_other_than_placeholder_come_back_in_the_case_but_not_in_a_summary() -> None:
    redact = redactor(
        {"CREDIT_CARD": ["4111 1111 1111 1111"], "IP_ADDRESS": ["10.1.2.3"], "UUID": ["abc123"]},
        CREDIT_CARD={"action": "mask", "keep_first": 6, "keep_last": 4},
        IP_ADDRESS={"action": "generalise"},
        UUID={"action": "drop"},
    )
    text = "Card 4111 1111 1111 1111 from 10.1.2.3 on abc123."

    redacted = redact.redact(case(text))

    assert bodies(redacted) == [
        "Card [4111 11** **** 1111] from [IP address in 10.1] on [uuid removed]."
    ]
    assert redacted.vault.restore(redacted.case) == {"messages[0].body": text}
    assert redacted.vault.reveal(bodies(redacted)[0]) == bodies(redacted)[0]
    assert redacted.case.placeholders == frozenset()


def test_an_entity_below_its_threshold_or_not_detected_stays() -> None:
    redact = redactor(
        {"UUID": ["abc"], "URL": ["xyz"]}, UUID={"detect": False}, URL={"threshold": 0.95}
    )

    assert bodies(redact.redact(case("abc xyz"))) == ["abc xyz"]


def test_spans_name_offsets_in_the_raw_value() -> None:
    raw = "&amp; Maria"
    text = TextMap("& Maria", TextMap.identity("& Maria").segments, 7)
    mapped = TextMap(
        text.text,
        (
            text.segments[0]._replace(end=1, source_end=5, verbatim=False),
            text.segments[0]._replace(start=1, source_start=5, source_end=11),
        ),
        len(raw),
    )
    one = case("x")
    prepared = type(one)(
        one.id, one.source_message_ids, None, None, one.messages,
        (CaseText("messages[0].body", mapped),),
    )  # fmt: skip

    redacted = redactor({"PERSON": ["Maria"]}).redact(prepared)

    (span,) = redacted.case.spans
    assert raw[span.start : span.end] == "Maria"


def test_quoted_ranges_move_with_the_text_and_never_cut_a_placeholder() -> None:
    one = case("Hi Maria, > Maria wrote")
    text = CaseText("messages[0].body", one.texts[0].map, repeats=((10, 23), (4, 5)))
    prepared = type(one)(one.id, one.source_message_ids, None, None, one.messages, (text,))

    redacted = redactor({"PERSON": ["Maria"]}).redact(prepared)

    (out,) = redacted.case.texts
    assert [out.text[start:end] for start, end in out.repeats] == ["> <PERSON_1> wrote"]


def test_a_policy_that_names_an_unknown_entity_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="SHOE_SIZE"):
        redactor(None, SHOE_SIZE={"action": "drop"})


_PIECES = st.sampled_from([
    "Maria", "Maria Lopez", "Lopez", "4111 1111 1111 1111", "GB33BUKB20201555555555", "<PERSON_1>",
    "<PERSON_", "1>", "536-90-4399", "m@example.com", "\u202e", "\u200b", "e\u0301", "\u0130", "ß",
    " ", "\n", "[", "]", "١٢٣٤٥٦", "ﬁ", "<", ">", "May", "may",
])  # fmt: skip
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=14).map("".join)
_VALUES = {
    "PERSON": ["Maria", "Maria Lopez", "Lopez", "May"],
    "EMAIL_ADDRESS": ["m@example.com"],
    "UUID": ["1>", "<PERSON_"],
}


class _Everywhere(FakeDetector):
    """Finds overlapping ranges too, in the middle of words and with spaces at their ends."""

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        return [
            [
                *found,
                *(Detection(at, at + 3, "URL", 0.5, "noise") for at in range(0, len(text) - 3, 7)),
            ]
            for text, found in zip(texts, super().detect(texts), strict=True)
        ]


@settings(max_examples=300, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=4), st.sampled_from(["placeholder", "mask", "drop"]))
def test_every_case_comes_back_exactly_and_no_found_value_is_left(
    texts: list[str], action: str
) -> None:
    redact = Redactor(
        detector=_Everywhere(_VALUES),
        anonymizer=SpliceAnonymizer(),
        policy=policy(PERSON={"action": action}),
    )
    one = case(*texts)

    redacted = redact.redact(one)

    assert redacted.vault.restore(redacted.case) == {
        text.where: text.map.text for text in one.texts
    }
    for text in redacted.case.texts:
        assert redacted.case.placeholders.issuperset(TOKEN.findall(text.text))
        kept = TOKEN.sub("\x00", text.text)
        for value in redacted.vault.values:
            if not is_weak(value.text) and len(compact(value.text)) >= 6:
                assert not list(find_values([kept], [value])), value.text


def test_a_value_inside_a_longer_one_is_held_back_elsewhere_too() -> None:
    redact = redactor(
        {"EMAIL_ADDRESS": ["536-90-4399@example.com"], "US_SSN": ["536-90-4399"]},
    )

    redacted = redact.redact(case("536-90-4399@example.com", "it is 536904399"))

    assert "536904399" not in bodies(redacted)[1]


def test_the_most_severe_action_decides_where_values_overlap() -> None:
    redact = redactor(
        {"EMAIL_ADDRESS": ["4111111111111111@example.com"]},
        CREDIT_CARD={"action": "mask", "keep_last": 4},
    )

    redacted = redact.redact(case("4111111111111111@example.com", "<card 4111 1111 1111 1111>"))

    assert redacted.case.entities == {"CREDIT_CARD": 2}
    assert redacted.case.placeholders == frozenset()


@pytest.mark.parametrize(
    ("entity", "one", "other"),
    [
        ("URL", "https://my-bank.com", "https://mybank.com"),
        ("EMAIL_ADDRESS", "service@pay-pal.com", "service@paypal.com"),
        ("IP_ADDRESS", "10.11.1.12", "101.1.11.2"),
    ],
)
def test_addresses_that_differ_in_punctuation_alone_stay_apart(
    entity: str, one: str, other: str
) -> None:
    redacted = redactor({entity: [one, other]}).redact(case(f"{one} and {other}"))

    assert bodies(redacted) == [f"<{entity}_1> and <{entity}_2>"]


def test_mr_and_mrs_stay_two() -> None:
    redact = redactor({"PERSON": ["Mrs Maria Lopez", "Mr Lopez"]})

    assert bodies(redact.redact(case("Mrs Maria Lopez. Mr Lopez called."))) == [
        "<PERSON_1>. <PERSON_2> called."
    ]


@pytest.mark.parametrize(
    "lookalike",
    ["<PERSON\u200b_1>", "＜PERSON_1＞", "&lt;PERSON_1&gt;", "<PERSON1>", "</PERSON_1>",
     "<PERSON_1/>", "<РERSON_1>", "‹PERSON_1›"],
)  # fmt: skip
def test_what_a_model_could_tidy_into_a_placeholder_is_escaped(lookalike: str) -> None:
    assert bodies(redactor().redact(case(f"see {lookalike} ok"))) == ["see <LITERAL_1> ok"]


def test_a_mask_or_a_coarser_value_cannot_carry_a_placeholder() -> None:
    redact = redactor(
        EMAIL_ADDRESS={"action": "generalise"}, CUSTOMER_ID={"action": "mask", "keep_first": 8}
    )

    redacted = redact.redact(
        case("x", mail=("EMAIL_ADDRESS", "x@<PERSON_1>"), id=("CUSTOMER_ID", "<PERSON_1>-abcdef"))
    )

    assert redacted.case.placeholders == frozenset()


def test_a_name_from_the_form_is_held_back_although_it_is_a_word() -> None:
    redacted = redactor().redact(
        case(
            "Mark and Mr Young called. Mark as paid? You may mark it.",
            name=("PERSON", "Mark Young"),
        )
    )

    assert "Young" not in bodies(redacted)[0]
    assert "mark it" in bodies(redacted)[0]


class _DoubtfulOfTy(FakeDetector):
    """Takes the name before "wrote" for a person, and is not sure."""

    def detect(
        self, texts: Sequence[str], before: Sequence[str] | None = None
    ) -> list[list[Detection]]:
        return [
            [Detection(at, at + 2, "PERSON", 0.5, "fake")]
            if (at := text.find("Ty wrote")) >= 0
            else []
            for text in texts
        ]


def test_a_short_name_of_the_form_stays_certain_though_it_is_doubted_elsewhere() -> None:
    redact = Redactor(detector=_DoubtfulOfTy(), anonymizer=SpliceAnonymizer(), policy=policy())

    redacted = redact.redact(case("Ty, where is it?", "then Ty wrote", name=("PERSON", "Ty")))

    assert bodies(redacted) == ["<PERSON_1>, where is it?", "then <PERSON_1> wrote"]
