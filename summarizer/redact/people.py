"""People: which names of a case are the same person."""

import re
from collections.abc import Iterable, Mapping

__all__ = ["same_person"]

_TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "lady", "lord", "rev",
    "hon", "mister", "herr", "frau", "señor", "señora", "monsieur", "madame", "shri", "smt",
})  # fmt: skip
_POSSESSIVE = re.compile(r"['\u2019`]s?$")
_NAME_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def name_words(name: str) -> tuple[str, ...]:
    """Return a name's words in reading order and folded case, without titles.

    `Lopez, Maria` reads as `maria lopez`; a possessive ending is left out.
    """
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and given.strip() else name
    words = (
        _POSSESSIVE.sub("", word.casefold())
        for word in _NAME_WORD.findall(_POSSESSIVE.sub("", ordered.strip()))
    )
    return tuple(word for word in words if word and word not in _TITLES)


def same_person(names: Iterable[str]) -> Mapping[str, str]:
    """Map each name to the fullest name of the same person in this case.

    A shorter form (a first or last name, initials) belongs to a person only if exactly one
    fuller name of the case fits; otherwise it stays a person of its own, since a wrong merge
    would show one customer as another.
    """
    words = {name: name_words(name) for name in names}
    forms = {form for form in words.values() if form}
    fuller: dict[tuple[str, ...], tuple[str, ...]] = {}
    for form in forms:
        candidates = [other for other in forms if other != form and _is_short_for(form, other)]
        longest = [
            candidate
            for candidate in candidates
            if not any(
                other != candidate and _is_short_for(candidate, other) for other in candidates
            )
        ]
        fuller[form] = longest[0] if len(longest) == 1 else form
    representative: dict[tuple[str, ...], str] = {}
    for name, form in words.items():
        kept = representative.get(form)
        if kept is None or _fullness(name) > _fullness(kept):
            representative[form] = name
    return {name: representative[fuller[form]] if form else name for name, form in words.items()}


def _fullness(name: str) -> tuple[bool, int]:
    """Prefer a name in reading order, then the longer one."""
    return "," not in name, len(name)


def _is_short_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Say whether each word of `short` stands, in order, in `full`, at least one in full."""
    if len(short) > len(full):
        return False
    at, written_out = 0, False
    for word in short:
        while at < len(full) and not _stands_for(word, full[at]):
            at += 1
        if at == len(full):
            return False
        written_out = written_out or (word == full[at] and len(word) > 1)
        at += 1
    return written_out


def _stands_for(word: str, full: str) -> bool:
    return word == full or (len(word) == 1 and full.startswith(word))
