"""Names of people by their cues: greetings, signatures, introductions, titles, prefixes, fields.

A cue says that a name follows, whatever the name's language or capitals; the words that may be
part of it are limited by what ordinary words follow the same cue ("this is a test").
"""

# A list of words reads best on one line; closings are written in their own alphabets.
# ruff: noqa: E501

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from summarizer.pii.common import common_words
from summarizer.pii.recognizers.person_cues import CUES, Cue, any_of
from summarizer.pii.recognizing import Expression, Found, Needs, View, label
from summarizer.pii.words import word_kind

__all__ = ["PERSON"]

_ASKS = any_of(
    "your (?:full |first |last |sur)?name, who am i (?:speaking|talking|chatting) (?:to|with),"
    "who is this, may i (?:have|know|take) your name, name please,"
    "(?:the|a|full|payee'?s|holder'?s|recipient'?s) name, (?:whose|what) name, who is (?:the payee|it for|calling),"
    "spell (?:your|the) (?:last |first |sur)?name, name on the (?:card|account), account holder"
)
_ANSWER = re.compile(rf"{_ASKS}[^.?!\n]{{0,60}}[?.:]?\s*$", re.IGNORECASE)
_BARE = re.compile(
    r"^\s*(?:it's |its |i am |i'm |im |this is |sure,? |yes,? |ok,? )?"
    r"([^\W\d_][\w'-]*(?: [^\W\d_][\w'.-]*){0,3}?)\s*"
    r"(?:[.!,]?\s*$|,? (?:and|haha|lol|nah|my|dob|born|here)\b|, ?(?=[\d(])|\n)",
    re.IGNORECASE,
)
# `Maria`, `d'Hérouville`, but not `maria`.
_HAS_CAPITAL = re.compile(
    r"(?:[a-z]{1,2}['\u2019-])?[A-Z\u00c0-\u00de\u0100-\u024f\u0370-\u03ab\u0410-\u042f]"
)
_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "la", "le", "el",
    "al", "bin", "ibn", "bint", "ben", "abu", "mac", "mc", "o", "st", "ter", "ten", "te", "zu",
    "und", "y", "e", "san", "santa", "ap", "af", "av",
})  # fmt: skip
_GIVEN_TOO = frozenset({
    "april", "june", "grace", "rose", "daisy", "ruby", "ivy", "iris", "lily", "heather", "hazel",
    "holly", "jasmine", "dawn", "carol", "jean", "jade", "pearl", "violet", "amber", "rob", "jack",
    "tony", "terry", "ray", "ralph", "jay", "randy", "russell", "victor", "robin",
})  # fmt: skip
_NEVER = frozenset({
    "team", "support", "sir", "madam", "all", "everyone", "folks", "there", "customer", "bank",
    "service", "services", "department", "someone", "somebody", "anyone", "anybody", "them", "him", "us", "me", "i", "we", "you", "he", "she", "they", "it", "my", "your",
    "our", "his", "her", "their", "the", "a", "an", "and", "or", "but", "not", "no", "yes", "ok",
    "please", "thanks", "thank", "hi", "hello", "hey", "dear", "agent", "system", "is", "was",
    "are", "to", "from", "for", "on", "at", "in", "of", "with", "about", "again", "just", "so",
    "very", "still", "here", "this", "that", "what", "when", "why", "how", "who", "calling",
    "writing", "trying", "having", "getting", "going", "unable", "sorry", "n/a", "na", "none",
    "unknown", "tbc", "null", "true", "false", "re", "fw", "fwd", "fullname", "firstname",
    "lastname", "surname", "name", "username", "subject", "date", "sent", "cc",
    "note", "status", "type", "amount", "address", "phone", "email", "mail", "account", "card",
    "है", "हूँ", "हैं", "number", "reference", "ref", "balance", "total", "reason", "issue", "update", "message",
})  # fmt: skip


@dataclass(frozen=True)
class _PersonRecognizer:
    """Finds names after cues, and a bare name that answers the question for one."""

    name: str = "person"
    entities: frozenset[str] = frozenset({"PERSON"})
    needs: Needs = "letter"
    examples: tuple[str, ...] = (
        "hi my name is [[tunde bakare]] and my card is blocked",
        "Dear Ms [[Okonkwo]], thank you",
        "Hello [[Siobhan]],\nwe have looked",
        "Kind regards,\n[[Anh Nguyen]]\nCard team",
        "[[Priya Raghunathan]]: hello there",
        "fullName: [[Chukwuemeka Okafor]]",
        "Who am I speaking with? ⏎ [[maria]]",
        "i spoke to [[Deepak]] on monday",
        "my mum [[Doreen]] is here",
        "May I have your full name and date of birth? ⏎ [[ama serwaa]], 4/7/1991",
        "Mr [[Ieuan Prothero]] and Mrs [[Sioned Prothero-Banks]]. We enclose",
        "mi nombre [[wilmer ajquejay]]",
        "My daughter [[April]] was charged",
        "i/b call 14:22. cust [[Olumide Adebayo]] verif ok",
        "Hochachtungsvoll\n[[F.-W. zu Sayn-Hollberg]]",
        "Bien à vous,\n[[Jean-Baptiste d'Hérouville]]",
        "Please look, Grüße, [[HANNELORE ZIMMERSCHIED]]",
        "hey my names [[dashawn pettigrew]] i cant log in",
        "flytta min dotter [[Saga]] till eget konto",
        "pinadala ko kay ate [[marites]] na po",
        "Ans by brother ([[Nguyễn Văn Hùng]]), no auth",
        "her nephew [[Jeevan s/o Rajendran]] alone",
        "a retired teacher, [[Mwalimu Ezekiel Kipchirchir arap Sang]]. My",
        "director [[Mdm Lim Siew Hoon @ Lim Ah Moi]] lost it",
        'My grandfather [[Ichiro "Itch" Nakagawa]] (5/5/1929)',
        "cn u tell [[pav]] in mortgages i sent it",
        "Member: [[Young, May L]]\nTrigger",
        "मेरा नाम [[रामेश्वर प्रसाद तिवारी]] है",
        "my carer [[june]] does my shopping",
        "From: [[Okonkwo, Chukwuemeka]] <c.okonkwo@example.com>",
        "i am [[phạm đức thịnh]], i need a letter",
        "My plumber is [[Old Ned Tolliver]] and he waits",
        "die Witwe, geb. [[Wisniowiecka]], wohnt",
        "Q3. Who is the policy holder? [[Lettice Garland]]\nQ4. Since",
        "Name of tenant ........ [[Rose, Violet]]",
        "two on the line: [[김도윤 (Kim Do-yun]] on the card)",
    )
    negatives: tuple[str, ...] = (
        "Dear Sir or Madam,",
        "Hi team,\nthe payment is late",
        "this is a test",
        "im having trouble with my card",
        "Thanks for your help.",
        "Status: pending",
        "i spoke to someone on monday",
        "It's unacceptable.",
        "Daytime telephone: on file",
        "My landlord hasn't got the money yet",
        "Dear Valued Customer:",
        "Oggetto: Bonifico non arrivato",
        "i asked for refund, and they tell me no",
        "speak to someone about my son needing a card",
        "my son called Monday",
        "Chief Executive Officer of the bank",
        "my doctor is away until Monday",
        "Which product? Home Loan\nQ2",
        "Name of product ........ see over",
        "i am très fâché",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each name that follows a cue."""
        cues = _compiled()
        met = view.outline.met(cues[-1][2].demand)
        for cue, part, expression in cues:
            if expression.demand not in met:
                continue
            if not all(character in view.text for character in cue.requires):
                continue
            if part is not None and not part.is_in(view):
                continue
            for match in expression.search(view):
                span = _cued(cue, view.text, *match.span(1))
                if span is not None:
                    words = label(view, match.start(), match.start(1))
                    yield Found(*span, "PERSON", 0.8, f"person.{cue.name}", words)
        if view.before and _ANSWER.search(view.before):
            bare = _BARE.match(view.text)
            if bare is not None:
                span = _trimmed(view.text, *bare.span(1), trusted=True)
                if span is not None:
                    yield Found(*span, "PERSON", 0.75, "person.answer")


def _cued(cue: Cue, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return what of a cue's find is a name, if any of it is."""
    found = text[start:end]
    if "\n" in found:
        return None
    if cue.is_whole:
        return (start, end) if cue.names_anything or _has_name(found) else None
    return _trimmed(text, start, end, trusted=cue.names_anything)


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[Cue, Expression | None, Expression], ...]:
    return tuple(
        (cue, Expression.of(cue.part) if cue.part else None, Expression.of(cue.regex))
        for cue in CUES
    )


def _is_word(word: str) -> bool:
    """Say whether a word is an ordinary one, of English or of another language."""
    return word.casefold() in common_words() or word_kind(word).is_no_name


def _has_name(text: str) -> bool:
    return any(not _is_word(word) for word in re.findall(r"[^\W\d_]{2,}", text))


def _is_capital(word: str) -> bool:
    """Say whether a word has a capital, or is of a script that has none."""
    is_uncased = word[:1].lower() == word[:1].upper() and word[:1].isalpha()
    return is_uncased or _HAS_CAPITAL.match(word) is not None


def _trimmed(text: str, start: int, end: int, *, trusted: bool) -> tuple[int, int] | None:
    """Cut a candidate where an ordinary word shows that the name has ended."""
    last = start
    words = 0
    is_name = False
    for match in re.finditer(r"\S+", text[start:end]):
        word = match.group().strip(".,'\"")
        folded = word.casefold()
        if folded in _NEVER or not word:
            break
        is_name_like = folded in _PARTICLES or _is_capital(word)
        # In chat a flower or a month right after "my carer" is who she is.
        is_name_like = is_name_like or (trusted and folded in _GIVEN_TOO)
        # No list has the word and English has no such letters: the name goes on in lower case.
        is_name_like = is_name_like or (words > 0 and not word.isascii() and not _is_word(word))
        if (
            folded not in _PARTICLES
            and _is_word(word)
            and not (is_name_like and (words or trusted))
        ):
            break
        if not is_name_like and words >= (2 if trusted else 1) and not word_kind(word).is_known:
            break
        words += 1
        is_name = is_name or not word_kind(word).is_no_name
        last = start + match.end()
    if not words or not (is_name or trusted):
        return None
    while last > start and text[last - 1] in ".,'\"":
        last -= 1
    return (start, last) if last - start > 1 else None


PERSON = _PersonRecognizer()
