"""E-mail addresses: as written, with spaces, broken over lines, and spelled with "at" and "dot".

Source: RFC 5322, section 3.4.1, the dot-atom form in practice; RFC 6531 (letters of all
scripts). The top-level domain may be any word: banks write of `.internal` and `.lan` too.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

from summarizer.pii.recognizers.labelled import StrictRecognizer
from summarizer.pii.recognizing import Pattern

__all__ = ["EMAIL", "EMAIL_SPACED", "EMAIL_SPOKEN"]

# A letter of any script (without the punctuation of General Punctuation), a digit, `_`.
_WORDS = r"a-z0-9_\x{c0}-\x{1fff}\x{3040}-\x{ffdc}"
_ATOM = rf"[{_WORDS}](?:[{_WORDS}.+'~^`{{}}!#$%-]{{0,62}}[{_WORDS}+-])?"
_LABEL = (
    r"[a-z0-9\x{c0}-\x{1fff}\x{3040}-\x{ffdc}](?:[a-z0-9\x{c0}-\x{1fff}\x{3040}-\x{ffdc}-]{0,61})"
)
_TOP = r"(?:xn--[a-z0-9-]{2,40}|[a-z\x{c0}-\x{1fff}\x{3040}-\x{ffdc}]{2,24})"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL}){{0,6}}\.{_TOP}"
_BREAK = r"\r?\n[>| \t]{0,8}"

# "at" and "dot" in brackets, in the languages that write so.
_OPEN, _CLOSE = r"[ ]?[(\[{<*_][ ]?", r"[ ]?[)\]}>*_][ ]?"
_AT = rf"{_OPEN}(?:at|ät|a|@|arroba|chez){_CLOSE}"
_DOT = rf"(?:{_OPEN}(?:dot|punkt|point|punto|d|\.){_CLOSE}|[ ]dot[ ]|[ ]?\.[ ]?)"
_WORD = r"[a-z0-9_+-][a-z0-9._+'-]{0,40}"
_PAUSE = r"[ ,]{1,3}"
_JOINT = rf"{_PAUSE}(?:dot|point|underscore|under score|dash|hyphen|minus|plus){_PAUSE}"
_SPELLED = r"(?:,?[ ]that'?s(?:[ ][a-z]){2,20})?"
_AS_IN = r"(?:[ ](?:as in|for)[ ][a-z]{2,12})?"
_MAILERS = (
    "gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|aol|proton|protonmail|gmx|web|"
    "btinternet|msn|me|mac|rediffmail|zoho|qq|comcast|verizon|sky|talktalk|bigpond|orange"
)


def _is_no_phrase(text: str, start: int, end: int) -> bool:
    """Say whether what stands before "@" looks like a mailbox, not like a word of a sentence."""
    local = text[start:end].split("@", maxsplit=1)[0].split(" at ", maxsplit=1)[0].strip()
    return any(character in "._-+" or character.isdigit() for character in local)


EMAIL = StrictRecognizer(
    name="email",
    entity="EMAIL_ADDRESS",
    patterns=(
        Pattern("plain", rf"({_ATOM}@{_DOMAIN})", 1.0, 1.0),
        Pattern("link", rf"(\[{_ATOM}@{_DOMAIN}\]\(mailto:{_ATOM}@{_DOMAIN}\))", 1.0, 1.0),
        Pattern("broken", rf"({_ATOM}[_+-]{_BREAK}{_ATOM}@{_DOMAIN})", 0.9),
        Pattern("broken_domain", rf"({_ATOM}@(?:{_LABEL}[.-])?{_BREAK}{_DOMAIN})", 0.8),
    ),
    needs="at",
    examples=(
        "mail [[duc.nguyen91@example.com]] please",
        "<[[o'hara+bank@sub.example.co.uk]]>",
        "both [[treasury@paie.corp]] and [[o.n@maison.lan]].",
        "[[jürgen@müller.example]], ok",
        "e-mail: [[percival.oakhurst-\n> dunne@example.net]]. Alerts",
        "to [[[a.b@example.com](mailto:a.b@example.com)]] now",
        "write to [[maria@\nexample.com]] now",
    ),
    negatives=("@handle said hi", "we met @ 5pm", "a@b", "3 items @ 4.99 each"),
)

EMAIL_SPOKEN = StrictRecognizer(
    name="email_spoken",
    entity="EMAIL_ADDRESS",
    patterns=(
        Pattern(
            "bracketed",
            rf"\b({_WORD}(?:{_DOT}{_WORD}){{0,4}}{_AT}{_WORD}(?:{_DOT}{_WORD})"
            rf"{{1,4}})",
            0.9,
        ),
        Pattern(
            "words",
            r"(?:\b(?:me|us|him|her|them|contact|reached|found)[ ]at[ "
            rf"])?\b((?:[a-z]{_AS_IN}{_JOINT})?{_WORD}{_AS_IN}(?:{_JOINT}{_WORD}(?:[ "
            rf"][0-9]{{1,4}})?){{0,6}}{_SPELLED}"
            rf"{_PAUSE}(?:at|@){_PAUSE}{_WORD}(?:{_JOINT}{_WORD}){{0,3}}{_PAUSE}dot{_PAUSE}"
            rf"[a-z]{{2,16}})\b",
            0.85,
        ),
        # After its cue the mailbox may be words without a joint, or letters.
        Pattern(
            "announced",
            rf"\b(?:e-?mail(?:'s| is| address(?: is)?)?|it'?s|it is)[ ,:]{{1,3}}((?:[a-z0-9]{{1,16}}[ ,]{{1,3}}){{1,10}}"
            rf"(?:at|@)[ ,]{{1,3}}{_WORD}(?:{_JOINT}{_WORD}){{0,3}}{_PAUSE}dot{_PAUSE}[a-z]{{2,16}})\b",
            0.8,
        ),
        Pattern(
            "mailer",
            rf"\b({_WORD}(?:{_JOINT}{_WORD}){{0,4}}[ ]at[ ](?:{_MAILERS})"
            rf"\.[a-z]{{2,3}}(?:\.[a-z]{{2}})?)\b",
            0.8,
        ),
    ),
    needs="letter",
    examples=(
        "mail me at [[nkechi dot obiora at example dot org]] the chat",
        "Use [[zuleika (dot) pemberton (at) example (dot) org]] from now",
        "[[priya_r[at]example[dot]net]]",
        "[[zoltan{dot}hegedus{at}sunbank{dot}example]] <- works",
        "it's [[w as in whiskey, dot, castellano, at, example, dot, net]]. Yeah",
        "[[big underscore al underscore 77 at harborline dot bank]]",
        "[[t.m.apple AT example DOT org]]. Or",
        "[[john.doe at gmail.com]] ok",
        "my email's [[anneliese dot v h at example dot com]] all lower case",
        "yes it's [[m dot abdi hassan all one word at example dot org]] [agent]",
    ),
    negatives=(
        "we met at the shop",
        "look at this. it is bad",
        "the dot com boom at work",
        "I stopped at 5. Then home",
    ),
)

EMAIL_SPACED = StrictRecognizer(
    name="email_spaced",
    entity="EMAIL_ADDRESS",
    patterns=(
        Pattern(
            "spaced",
            rf"\b({_WORD}[ ]{{0,3}}@[ ]{{0,3}}{_WORD}(?:[ ]?\.[ ]?[a-z0-9-]{{1,40}})"
            rf"{{0,3}}[ ]?\.[ ]?(?:com|org|net|edu|gov|co|info|bank|example|"
            rf"test|internal|[a-z]{{2}}))\b",
            0.7,
        ),
        Pattern(
            "at_words",
            rf"\b({_WORD}[ ]at[ ][a-z0-9-]{{2,40}}(?:\.[a-z0-9-]{{2,40}})"
            rf"{{0,2}}\.(?:com|org|net|edu|info|bank|example|test|co\.uk)"
            r")\b",
            0.7,
        ),
    ),
    needs="letter",
    accepts=_is_no_phrase,
    examples=(
        "She's Ann, [[annalise.thorne @ example . com]], and",
        "[[m_keller@ example.org]]",
        "write [[j.smith at example.com]] please",
    ),
    negatives=("I shop @ amazon.com", "look at amazon.com", "see @ 5. com"),
)
