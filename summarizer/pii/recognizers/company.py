"""Companies: where the name of one ends that follows a cue, and by what it is known as one.

A name of a company has no form of its own. It is known by its legal form (Ltd, GmbH, Inc), by
its capitals in a text that is not all in capitals, or by the list of brands.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from summarizer.pii import Cue
from summarizer.pii.common import brands, fold
from summarizer.pii.recognizers.address_words import MONTHS, word_set
from summarizer.pii.recognizing import Expression, Found, Needs, View, label
from summarizer.pii.words import is_country

__all__ = ["CompanyCue", "CompanyRecognizer"]

_LONGEST = 90
"""Characters after a cue in which a name is looked for."""
_MOST_WORDS = 7
_BRAND_WORDS = 3
_QUESTION = 200
_SCORES: Final = {"form": 0.85, "capitals": 0.75, "brand": 0.75, "label": 0.8}

# Legal forms without their full stops, however they are written; those of the second set are
# words or syllables too and count in capitals as their law writes them. Source: ISO 20275 (the
# list of entity legal forms that GLEIF keeps).
_FORMS = word_set("""
    ltd limited llc llp inc incorporated corp corporation plc pllc gmbh kgaa ohg sarl srl bhd aps
    oyj sro doo ltda lda kft zrt
""")
_CAPITAL_FORMS = frozenset({
    "AB", "AG", "AS", "A/S", "BV", "Co", "CO", "Company", "Group", "KG", "KK", "LP", "NV", "Oy",
    "SA", "SAS", "SE", "SL", "SpA", "SPA", "UG", "Holdings", "Partners", "Associates",
})  # fmt: skip
_INSIDE = word_set("& + and of for the de du und et y e z pty pvt pte sdn")
_GRAMMAR = word_set("""
    a an i im me my we us our you your he him his she her it its they them their this that these
    those who which what when where why how is am are was were be been have has had do does did
    will would can could should not no yes if so but or as at on in by to from with since until
    because then there here about into over after before any some every each another other
    myself yourself himself herself ourselves
""")
# What ends a name that is known by its capitals.
_ENDS = (
    _GRAMMAR
    | MONTHS
    | word_set("""
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
    sat sun mr mrs ms miss mx dr prof sir madam amount date time ref reference total id gbp usd
    eur chf cad aud inr ok please thanks thank salary wages payroll tel email
""")
)
_NEVER_FIRST = _ENDS | word_set("""
    home night nights day days hq head office branch store shop work atm pos customer account card
    bank unknown none nil self unemployed retired student pensioner tbc n/a na full part permanent
    contract temporary address phone mobile name number payee merchant employer occupation
""")
_EDGES = " \"'\u2018\u2019\u201c\u201d()[]<>*,;:!?."
_BREAKS = (",", ";", ":", "!", "?", ")", "]", '"', "\u201d")
_ABBREVIATIONS = word_set("st co bros dr mt no dept univ intl mfg")


class CompanyCue(NamedTuple):
    """Words after which the name of a company follows."""

    name: str
    regex: str
    """RE2; the name begins where it ends."""
    takes: frozenset[str] = frozenset({"form", "capitals", "brand"})
    """By what a name has to be known after this cue; `label`: by standing there at all."""


class _Company(NamedTuple):
    start: int
    end: int
    known_by: str


class _Word(NamedTuple):
    start: int
    end: int
    """Without punctuation at its edges."""
    core: str
    is_last: bool
    """Whether punctuation after it ends the name."""

    @property
    def folded(self) -> str:
        return fold(self.core)

    @property
    def is_form(self) -> bool:
        return self.folded.replace(".", "") in _FORMS

    @property
    def is_capital_form(self) -> bool:
        return self.core.replace(".", "") in _CAPITAL_FORMS

    @property
    def is_capital(self) -> bool:
        """Whether it is written as a name: `Acme`, `3M`, `eBay`, not `acme` or `31`."""
        is_inside = self.core.isalnum() and any(char.isupper() for char in self.core)
        return is_inside or self.core[0].isupper()


def _words(text: str, start: int) -> list[_Word]:
    """Split what follows a cue, up to the end of the line."""
    line = text[start : start + _LONGEST].split("\n", 1)[0]
    words: list[_Word] = []
    for match in re.finditer(r"[^\s|]+", line):
        raw = match.group()
        core = raw.strip(_EDGES)
        is_next_field = bool(words) and (raw.endswith(":") or "=" in raw)
        if not core or is_next_field:
            break
        at = start + match.start() + raw.index(core)
        is_stop = raw.endswith(".") and not (
            len(core) == 1 or "." in core or fold(core) in _ABBREVIATIONS
        )
        words.append(_Word(at, at + len(core), core, is_stop or raw.endswith(_BREAKS)))
        if len(words) == _MOST_WORDS:
            break
    return words


def _company_at(text: str, start: int, takes: frozenset[str]) -> _Company | None:
    """Return the company whose name begins there, if what stands there is known as one."""
    words = _words(text, start)
    if len(words) > 1 and words[0].folded == "the":
        words = words[1:]
    if not words or words[0].folded in _NEVER_FIRST:
        return None
    for known_by, last in (
        # A field holds the name and nothing else: what stands in it longest is the name.
        ("label", max(_by_label(words), _by_form(words))),
        ("form", _by_form(words)),
        ("capitals", -1 if text.isupper() else _by_capitals(words)),
        ("brand", _by_brand(words)),
    ):
        if known_by in takes and last >= 0:
            begin, end = words[0].start, words[last].end
            return None if is_country(text[begin:end]) else _Company(begin, end, known_by)
    return None


def _by_form(words: list[_Word]) -> int:
    """Return the index of the last word of the legal form; -1 if there is none."""
    for at, word in enumerate(words):
        is_form = word.is_form or (word.is_capital_form and all(map(_is_name_word, words[:at])))
        if at and is_form:
            return _end_of_form(words, at)
        # A comma may stand before a legal form, and nowhere else: "Acme, Inc."
        is_followed = at + 1 < len(words) and words[at + 1].is_form
        if word.folded in _GRAMMAR or (word.is_last and not (is_followed and word.is_capital)):
            return -1
    return -1


def _end_of_form(words: list[_Word], at: int) -> int:
    """Go on over `Co. KG` in "GmbH & Co. KG"."""
    last = at
    while not words[at].is_last and at + 1 < len(words):
        at += 1
        if words[at].is_form or words[at].is_capital_form:
            last = at
        elif words[at].core != "&":
            break
    return last


def _is_name_word(word: _Word) -> bool:
    return word.is_capital or word.folded in _INSIDE


def _by_capitals(words: list[_Word]) -> int:
    last = -1
    for at, word in enumerate(words):
        is_name = word.is_capital and word.folded not in _ENDS
        if not is_name and not (at and word.folded in _INSIDE):
            break
        if is_name:
            last = at
        if word.is_last:
            break
    return last


def _by_brand(words: list[_Word]) -> int:
    for count in range(min(_BRAND_WORDS, len(words)), 0, -1):
        name = " ".join(word.folded for word in words[:count])
        if name in brands() and not any(word.is_last for word in words[: count - 1]):
            return count - 1
    return -1


def _by_label(words: list[_Word]) -> int:
    """Return the last word before punctuation or a word that goes on: a field has no more."""
    for at, word in enumerate(words):
        if word.folded in _GRAMMAR:
            return at - 1
        if word.is_last:
            return at
    return len(words) - 1


@dataclass(frozen=True, kw_only=True)
class CompanyRecognizer:
    """A recognizer of companies by the words around them: what they are to the customer."""

    name: str
    entity: str
    cues: tuple[CompanyCue, ...]
    question: str = ""
    """Matches the message before, in lower case, if it asks for such a company."""
    answer: str = r"^\W*"
    """What may stand in front of the answer."""
    refuses: Callable[[str], bool] = lambda _: False
    """Says of a folded name that it is no such company."""
    needs: Needs = "letter"
    examples: tuple[str, ...]
    negatives: tuple[str, ...]

    @property
    def entities(self) -> frozenset[str]:
        """The one entity it finds."""
        return frozenset({self.entity})

    def find(self, view: View) -> Iterator[Found]:
        """Yield the company after each cue, then the one that answers the question."""
        for cue, expression in self._compiled:
            for match in expression.matches(view):
                start, end = match.span()
                yield from self._found(view, end, cue, label(view, start, end))
        if self._question is None:
            return
        asked = self._question.search(view.before[-_QUESTION:].lower())
        lead = self._answer.match(view.text)
        if asked is not None and lead is not None:
            words = view.cue_before(asked.span(), _QUESTION)
            yield from self._found(view, lead.end(), CompanyCue("answer", self.answer), words)

    def _found(self, view: View, start: int, cue: CompanyCue, words: Cue | None) -> Iterator[Found]:
        company = _company_at(view.text, start, cue.takes)
        if company is not None and not self.refuses(fold(view.text[company.start : company.end])):
            score = _SCORES[company.known_by]
            yield Found(
                company.start, company.end, self.entity, score, f"{self.name}.{cue.name}", words
            )

    @cached_property
    def _compiled(self) -> tuple[tuple[CompanyCue, Expression], ...]:
        return tuple((cue, Expression.of(cue.regex)) for cue in self.cues)

    @cached_property
    def _question(self) -> "re.Pattern[str] | None":
        return re.compile(self.question) if self.question else None

    @cached_property
    def _answer(self) -> "re.Pattern[str]":
        return re.compile(self.answer, re.IGNORECASE)
