"""Word lists: ordinary words, words of other languages, names, brands, terms of banking."""

from functools import lru_cache
from importlib.resources import files
from unicodedata import combining, normalize

__all__ = [
    "brands",
    "common_words",
    "english_words",
    "fold",
    "foreign_words",
    "known_names",
    "ordinary_words",
    "terms",
    "words_that_are_names",
]

# Letters that have no decomposition of their own.
_PLAIN = str.maketrans({
    "ł": "l",
    "ø": "o",
    "ß": "ss",
    "đ": "d",
    "ð": "d",
    "æ": "ae",
    "\u0131": "i",
})


def fold(word: str) -> str:
    """Return a word in one case and without accents: the form the lists are searched by."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    folded = folded.translate(_PLAIN)
    if folded.isascii():
        return folded
    return "".join(char for char in normalize("NFKD", folded) if not combining(char))


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return ordinary English words in lower case; a word that is only a name is not among them."""
    return _words_of("common_words.txt")


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Return the common words, and frequent words of other languages and of chat.

    A name model that learned from English takes foreign words for names.
    """
    return common_words() | _words_of("other_words.txt")


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Return 40,000 English words in lower case, some of which are names too; from SCOWL."""
    return _words_of("english_words.txt") | common_words()


@lru_cache(maxsize=1)
def foreign_words() -> frozenset[str]:
    """Return folded words that carry the grammar of some forty languages other than English.

    None of them is a first name. Made from spaCy's stop words by `training/word_lists.py`.
    """
    return _words_of("foreign_words.txt") | {fold(word) for word in _words_of("other_words.txt")}


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Return folded first and last names of many countries.

    They are made from Faker's lists likewise, with given names that those lack.
    """
    return _words_of("known_names.txt") | _words_of("given_names.txt")


@lru_cache(maxsize=1)
def brands() -> frozenset[str]:
    """Return names of merchants, banks, products and programs: `|` between them, folded."""
    return _entries_of("brands.txt")


@lru_cache(maxsize=1)
def terms() -> frozenset[str]:
    """Return what banks, agents, forms and mail programs write: terms and shorthand, folded."""
    return _entries_of("terms.txt")


def _entries_of(name: str) -> frozenset[str]:
    text = files("summarizer.pii").joinpath(name).read_text(encoding="utf-8")
    return frozenset(fold(entry) for entry in text.replace("\n", "|").split("|") if entry)


def _words_of(name: str) -> frozenset[str]:
    text = files("summarizer.pii").joinpath(name).read_text(encoding="utf-8")
    return frozenset(text.split())


_NAMES_TOO = """
abbey abbott ace alder amber angel april archer art ash aspen august autumn bailey baker banks
barber barker bass bay beach bean beck bell berg berry best bill bird bishop black blaze blue
bob bond booth bow bowman boyd brand brandy branch brook brooks brown buck bud burn burns bush
butcher butler byrd candy cannon carol carpenter carter cash castle chance chandler chase cherry
chip christian church clay cliff close cloud coal cole colt constance cook cooper crane crew
cross crystal curry daisy dale daly dawn day dean dee dell dick dolly don dove drake drew duke
earl east eve faith falcon farmer fay fern field fields finch fisher flint flora flower flowers
forbes ford forest fox frank freed freeman frost garden gay gene gentry gill ginger glass glen
gold golden good goody grace grant gray green grey griffin grove guy hale hall harmony harp
hart harvest hawk hazel head heath heather hill hills holiday holly hood hope hopper house
hunt hunter iris ivory ivy jack jade jasmine jay jean jewel job john joy joyce judge jules june
justice kay king kit knight lake lamb lance land lane lark law lay lee leigh lily little lock
long lord love lovely low luck lucky major mark marks marsh mason may mead melody mercy miles
miller mills mint misty moody moon moss myrtle nelly nick noble north nova oak olive opal
page paige park parker parks parson patience pat patsy peace peach pearl penny pepper peters
pike pine piper pitt pole poole pope porter potter potts power price prince pride prudence
rain ralph randy ray read reed reeve rich richer ridge river rivers rob robin rock rod rolling
rose rosemary rowan ruby rush russell rusty sage sailor sally sandy savage sawyer scarlet
sharp shaw sheppard shepherd short silver singer skip sky slater small smart snow sparks spring
star stark steel sterling stern stone storm street strong sue summer summers sunny swan sweet
taylor teal temple terry thorn tiger tim todd tony tower trace tracy tucker turner tyler valley
van vance verity victor victoria violet wade walker wall ward warner waters watt watts weaver
webb weber well wells west wheeler white will wilder willow wills winter winters wise wolf wood
woods wren wright yard york young
"""


@lru_cache(maxsize=1)
def words_that_are_names() -> frozenset[str]:
    """Return ordinary words in lower case that are also first or last names of people."""
    return frozenset(_NAMES_TOO.split())
