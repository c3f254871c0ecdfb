"""People: which names of a case are the same person."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["merge_rule", "name_words", "same_person"]

_HIS = frozenset({"mr", "mister", "sir", "lord", "herr", "señor", "monsieur", "shri"})
_HER = frozenset({"mrs", "ms", "miss", "madam", "lady", "frau", "señora", "madame", "smt"})
_TITLES = _HIS | _HER | {"mx", "dr", "prof", "rev", "hon"}
_POSSESSIVE = re.compile(r"['\u2019`]s?$")
_NAME_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MANY, _VERY_MANY = 40, 200


class _Form(NamedTuple):
    """What two spellings of one name share."""

    words: tuple[str, ...]
    title: str
    """`his`, `her` or nothing: Mr and Mrs Lopez are not one person."""


def name_words(name: str) -> tuple[str, ...]:
    """Return a name's words in reading order and folded case, without titles.

    `Lopez, Maria` reads as `maria lopez`; a possessive ending is left out.
    """
    return _form(name).words


def same_person(names: Iterable[str]) -> Mapping[str, str]:
    """Map each name to the fullest name of the same person in this case.

    A shorter form (a first or last name, initials) belongs to a person only if exactly one
    fuller name of the case fits; otherwise it stays a person of its own, since a wrong merge
    would show one customer as another.
    """
    forms = {name: _form(name) for name in names}
    index: dict[str, list[_Form]] = defaultdict(list)
    for form in set(forms.values()):
        for word in set(form.words):
            index[word].append(form)
    fuller = {form: _fuller(form, index) for form in set(forms.values()) if form.words}
    representative: dict[_Form, str] = {}
    for name, form in forms.items():
        kept = representative.get(form)
        if kept is None or _fullness(name) > _fullness(kept):
            representative[form] = name
    return {
        name: representative[fuller[form]] if form.words else name for name, form in forms.items()
    }


def merge_rule(name: str, full: str) -> str:
    """Say by which rule `name` was taken for the person whose fullest name is `full`.

    Returns:
        Words without any part of a name; empty where the two are written alike.
    """
    short, whole = _form(name), _form(full)
    if name == full:
        return ""
    if short.words == whole.words:
        return "the same words; title, order, case or possessive differ"
    if any(len(word) == 1 for word in short.words):
        return "initials and a name, in order, that fit only this person"
    if len(short.words) == 1:
        return "one name that only this person has"
    return "some of the names, in order, that fit only this person"


def _form(name: str) -> _Form:
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and given.strip() else name
    words = [
        _POSSESSIVE.sub("", word.casefold())
        for word in _NAME_WORD.findall(_POSSESSIVE.sub("", ordered.strip()))
    ]
    titles = {word for word in words if word in _TITLES}
    title = "his" if titles & _HIS else "her" if titles & _HER else ""
    return _Form(tuple(word for word in words if word and word not in _TITLES), title)


def _fuller(form: _Form, index: Mapping[str, Sequence[_Form]]) -> _Form:
    """Return the one fullest form that `form` is short for, else itself."""
    written_out = [word for word in form.words if len(word) > 1]
    if not written_out or _is_one_of_a_couple(form, index):
        return form
    # Where very many names share a word, a short form cannot belong to just one of them.
    near = min((index[word] for word in written_out), key=len)
    if len(near) > _VERY_MANY:
        return form
    candidates = [other for other in near if other != form and _is_short_for(form, other)]
    if len(candidates) > _MANY:
        return form
    longest = [
        candidate
        for candidate in candidates
        if not any(other != candidate and _is_short_for(candidate, other) for other in candidates)
    ]
    return longest[0] if len(longest) == 1 else form


def _is_one_of_a_couple(form: _Form, index: Mapping[str, Sequence[_Form]]) -> bool:
    """Say whether the case also has the other title with the same words: Mr and Mrs Lopez."""
    other = {"his": "her", "her": "his"}.get(form.title)
    return other is not None and _Form(form.words, other) in index[form.words[0]]


def _fullness(name: str) -> tuple[bool, int]:
    """Prefer a name in reading order, then the longer one."""
    return "," not in name, len(name)


def _is_short_for(short: _Form, full: _Form) -> bool:
    """Say whether each word of `short` stands, in order, in `full`, at least one in full."""
    if short.title and full.title and short.title != full.title:
        return False
    if len(short.words) > len(full.words) or (short.words == full.words and short.title):
        return False
    at, written_out = 0, False
    for word in short.words:
        while at < len(full.words) and not _stands_for(word, full.words[at]):
            at += 1
        if at == len(full.words):
            return False
        written_out = written_out or (word == full.words[at] and len(word) > 1)
        at += 1
    return written_out


def _stands_for(word: str, full: str) -> bool:
    return word == full or (len(word) == 1 and full.startswith(word))
