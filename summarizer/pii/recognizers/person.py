"""Names of people by their cues: greetings, signatures, introductions, titles, prefixes, fields.

A cue says that a name follows, whatever the name's language or capitals; the words that may be
part of it are limited by what ordinary words follow the same cue ("this is a test").
"""

# A list of words reads best on one line; closings are written in their own alphabets.
# ruff: noqa: E501, RUF001

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import re2

from summarizer.pii.common import common_words
from summarizer.pii.recognizing import Found, Needs, View, matches
from summarizer.pii.words import word_kind

__all__ = ["PERSON"]

# A word of a name: letters of any script, with apostrophes and hyphens inside.
_WORD = r"[\pL][\pL\pM]*(?:(?:['-]|\.-)[\pL][\pL\pM]*)*\.?"
_NAME = rf"({_WORD}(?:[ ]{_WORD}){{0,3}})"
_TITLE = (
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|lady|lord|rev|judge|officer|sgt|capt|mister|cllr"
    r"|herrn?|frau|monsieur|madame|mme|mlle|señora?|señorita|sra?\.|signora?|dott\.|meneer|mevrouw"
    r"|dhr|mevr|smt|shri|sri)"
)


class _Cue(NamedTuple):
    name: str
    regex: str
    """Group 1 is the name."""
    names_anything: bool = False
    """Whether a common word may be the name after this cue: "my name is grace"."""
    is_whole: bool = False
    """Whether the pattern tells where the name ends, so that nothing is cut."""
    requires: str = ""
    """Characters without each of which the pattern cannot match; it is then passed over."""
    part: str = ""
    """Matches wherever the pattern does, and is much cheaper than a pattern that tries a name at
    every word."""


def _any(words: str) -> str:
    """Join alternatives that are written as a list."""
    return f"(?:{'|'.join(part.strip() for part in words.split(','))})"


_NAMED = _any(
    "my (?:full |first |last |middle |real |legal |maiden )?name(?: is|'?s|:)(?: still)?, name'?s still,"
    " (?:i am|i'm|im) called,"
    "call me, the name(?: is|'s), name on (?:the )?(?:card|account)(?: is|:)?,"
    " account holder(?: is|:)?,"
    "cardholder(?: is|:)?, in the name of, you are (?:through|speaking) (?:to|with), nee, née,"
    "formerly, also known as, aka, mi nombre(?: es)?, me llamo, je m'appelle, mon nom est,"
    "(?:ich|wir) hei(?:ß|ss)en?, mein name ist, mijn naam is, ik heet, mi chiamo, meu nome (?:é|e),"
    "me chamo, nazywam si(?:ę|e), na nazwisko, jag heter, (?:jeg|eg) heter, jeg hedder, nimeni on,"
    "ben(?:im)? ad.m, (?:mera|my) naam(?: hai)?, nama saya, меня зовут, ime mi je"
)
_PART = _any("hi, hello, hey, yes, yeah, ok, so, and")
_SELF = _any("this is, it's, its, i am, i'm, im")
_GREETING = _any(
    "dear, hi, hello, hey, hiya, good (?:morning|afternoon|evening), greetings, thanks, thank you,"
    "thx, ty, cheers, sorry, welcome(?: back)?"
)
_CLOSING = _any(
    "regards, sincerely, yours(?: truly| faithfully)?, best(?: wishes)?, thanks(?: again)?,"
    "many thanks, thank you, cheers, respectfully, love, cordially,"
    "(?:mit )?(?:freundliche[nm]?|viele[nm]?|beste[nm]?|schöne[nm]?|herzliche[nm]?|liebe) gr(?:ü|ue)(?:ß|ss)e?n?, grüße, gruß,"
    "hochachtungsvoll, mfg, cordialement, bien (?:à|a) vous, bien cordialement, sincères salutations,"
    "salutations distinguées, (?:un )?saludos?(?: cordial(?:es)?)?, atentamente, cordiali saluti,"
    "distinti saluti, atenciosamente, (?:com os )?(?:melhores )?cumprimentos, abraços?,"
    "(?:met vriendelijke |vriendelijke |hartelijke )?groet(?:en|jes)?, hoogachtend, mvg, mvh,"
    "(?:med )?vänlig(?:a)? hälsning(?:ar)?, (?:med )?venlig hilsen, (?:med )?vennlig hilsen, hilsen,"
    "(?:z )?poważaniem, pozdrawiam, (?:s )?pozdravem, üdvözlettel, cu stimă, kveðja,"
    "(?:ystävällisin )?terveisin, sayg.lar.mla, с уважением, з повагою, με εκτίμηση"
)
_FIELD = _any(
    "full, first, last, middle, given, family, customer, client, caller, agent, contact, payee,"
    "beneficiary, holder, member, borr(?:ower)?, co-borr(?:ower)?, insured, patient, tenant, applicant, borrower, spouse, employee, owner, sur,"
    " user, guarantor,"
    "executor, attorney, nominee, debtor, account, recipient, sender, signatory, sold to, ship to,"
    "bill to, attn, cust, advisor, requester"
)
_RELATIVE = _any(
    "husband, wife, partner, son, daughter, mother, father, mum, mom, dad, brother, sister, friend,"
    "boss, landlord, landlady, neighbou?r, aunt, uncle, cousin, grandmother,"
    " grandfather, nan, gran,"
    "(?:mother|father|sister|brother|son|daughter)-in-law, (?:step|god|grand)-?(?:son|daughter|mother|father|child|mum|dad),"
    "kid, baby, girlfriend, boyfriend, pal, mate, buddy, secretary, bookkeeper, assistant, director,"
    "grandma, grandpa, nana, bestie, bro, sis, client, driver, nanny, cleaner, trustee, nurse, caregiver,"
    "fianc[eé]e?, late husband, late wife, solicitor, lawyer, accountant, carer,"
    " colleague, manager,"
    "ex(?:-wife|-husband)?, flatmate, roommate, guarantor, tenant, executor, nephew, niece"
)
_SPOKEN_TO = _any(
    "(?:spoke|talked|spk|spkn) (?:to|with|w/), chatted with, dealt with, (?:served|assisted|helped|advised) by,"
    "(?:handled|sent|written|signed) by, your (?:colleague|agent|advis[eo]r|manager|rep), agent,"
    "advis[eo]r, manager, rep, colleague"
)
# How an agent's note names whom it is about; the name has capitals.
_NOTED = _any(
    "cust, mbr, clr, clnt, caller, client, customer, member, a/h, acc?t holder, c/h, fao, attn, re,"
    "o/b to, i/b from, call(?:ed)? (?:to|from), letter to, by name of, named, guarantor"
)
# Relations in other languages, with whose they are.
_RELATIVE_ABROAD = _any(
    "(?:min|mitt|mine) (?:dotter|son|fru|man|mamma|pappa|datter|kone|far|mor|bror|syster|søster),"
    "mein(?:e|er|em|en)? (?:mann|frau|sohn|tochter|mutter|vater|bruder|schwester|freund(?:in)?|oma|opa),"
    "(?:mi|mis) (?:hij[oa]|espos[oa]|marido|mujer|herman[oa]|madre|padre|mam[aá]|pap[aá]|prim[oa]|suegr[oa]|abuel[oa]),"
    "(?:mon|ma) (?:mari|femme|fils|fille|m[eè]re|p[eè]re|fr[eè]re|s(?:œ|oe)ur|compagn(?:on|e)|conjointe?),"
    "mi[ao] (?:moglie|marito|figli[oa]|madre|padre|fratello|sorella|nonn[oa]|zi[oa]),"
    "(?:minha|meu) (?:espos[oa]|marido|mulher|filh[oa]|m[aã]e|pai|irm[aã]o?|av[oóô]),"
    "mijn (?:man|vrouw|zoon|dochter|moeder|vader|broer|zus|vriend(?:in)?|oma|opa),"
    "(?:mój|moja|mojego|mojej) (?:mąż|żona|żony|syna?|córka|córki|matka|ojciec|brata?|siostra),"
    "(?:kay |si )?(?:kuya|ate|tita|tito|lola|lolo|nanay|tatay)"
)
# Titles and kinship terms that stand for "Mr" and "Mrs" elsewhere; the name has a capital.
_HONORIFIC = _any(
    "mdm, mwalimu, alhaji, alhaja, hajia, hajj?i, hajjah, engr\\.?, barr\\.?, pastor, sister, brother,"
    "chief, mzee, bwana, bibi, ustadh, datuk, dato'?, datin, tan sri, encik, puan, cik, freifrau, freiherr,"
    "graf, gräfin, don, doña, pan, pani, father, mother, imam, rabbi, sheikh, mama, baba, aunty, auntie,"
    "uncle, kumari, shrimati, janab, begum, ms\\., atty\\.?, arch\\.?, kapitan, dra?\\., ing\\., lic\\., mag\\."
)
_CAPITALS = r"(?-i:[\p{Lu}][\pL\pM'-]*(?: [\p{Lu}][\pL\pM'-]*){0,3})"
_PATRONYMIC = r"(?:s/o|d/o|a/l|a/p|bin|binti|binte|bt\.?|bte|ap|ferch|arap|ibn|von und zu|ved\.|van der|van den|de la|de los|de las)"
_REST = r"(?:[\pL\pM]|['-][\pL])*"
_ROLE = r"(?: \((?:customer|agent|advis[eo]r|caller|cust)\))?"
_STAMP = r"(?:\[[0-9: .apm]{3,12}\] ?|\([0-9: ]{3,8}\) ?)"

_CUES = (
    _Cue("introduction", rf"\b{_NAMED} {_NAME}", names_anything=True),
    _Cue(
        "self",
        rf"(?:^|[.!?\n,;:] ?|\b{_PART} ){_SELF} {_NAME}(?: here| from| speaking|[,.!\n]|$)",
    ),
    _Cue("here", rf"\b{_NAME} (?:here|speaking)\b[,.!:]?"),
    _Cue("title", rf"\b{_TITLE}\.? {_NAME}"),
    _Cue(
        "greeting",
        rf"(?:^|\n|[.!?>] )[ ]{{0,4}}{_GREETING},? (?:{_TITLE}\.? )?{_NAME}[,.!:;\n]",
    ),
    _Cue("greeting_end", rf"{_GREETING},? {_NAME}[ ]?$"),
    _Cue(
        "closing",
        rf"{_CLOSING}[,.!]?[ ]?\n\s{{0,4}}(?:{_TITLE}\.? )?{_NAME}",
        requires="\n",
        part=rf"{_CLOSING}[,.!]?[ ]?\n",
    ),
    _Cue("dash", rf"\n\s{{0,4}}(?:--?|~)[ ]?{_NAME}[ ]?(?:\n|$)", requires="\n"),
    _Cue("prefix", rf"(?:^|\n)[ ]{{0,4}}{_STAMP}{_NAME}{_ROLE}: ", requires=":"),
    _Cue(
        "speaker",
        rf"(?:^|\n)[ ]{{0,4}}({_WORD} {_WORD}(?: {_WORD})?){_ROLE}: [^\n]",
        requires=":",
    ),
    _Cue("field", rf"\b{_FIELD}[ _]?(?:name)?[\"']?[ ]?(?:[:=]|->)[ ]?[\"']?{_NAME}"),
    _Cue("namefield", rf"\bname[\"']?[ ]?[:=][ ]?[\"']?{_NAME}", names_anything=True),
    _Cue(
        "mailbox",
        r"([\pL][\pL'. -]{1,40}(?:, [\pL][\pL'. -]{1,30})?) ?<[^<>@\s]{1,64}@[^<>\s]{1,200}>",
        names_anything=True,
        requires="<@>",
        part=r"[\pL'. -]<[^<>@]{1,64}@",
    ),
    _Cue("title_pair", rf"\b(?:and|or|&) {_TITLE}\.? {_NAME}"),
    _Cue(
        "relative", rf"\b(?:my|his|her|our|their|your) {_RELATIVE},? {_NAME}", names_anything=True
    ),
    _Cue("noted", rf"\b{_NOTED} (?-i:([\p{{Lu}}]{_REST}(?: [\p{{Lu}}]{_REST}){{1,2}}))"),
    _Cue("closing_end", rf"{_CLOSING}, {_NAME}[ ]?\s{{0,4}}$", part=rf"{_CLOSING}, "),
    _Cue("abroad", r"(?:我是|我叫)([\p{Han}]{2,4})"),
    _Cue("relative_noted", rf"\b{_RELATIVE}(?:,? | ?[(\"“])({_CAPITALS})"),
    _Cue("relative_abroad", rf"(?:^|[^\pL]){_RELATIVE_ABROAD},? {_NAME}"),
    _Cue("honorific", rf"\b{_HONORIFIC} ({_CAPITALS})"),
    _Cue("patronymic", rf"(?:^|[^\pL])({_CAPITALS} {_PATRONYMIC} {_CAPITALS})", is_whole=True),
    _Cue("alias", rf"(?:^|[^\pL])({_CAPITALS} @ {_CAPITALS})", is_whole=True, requires="@"),
    _Cue(
        "nickname",
        rf"(?:^|[^\pL])({_CAPITALS} [\"“(][\p{{Lu}}][\pL]{{1,14}}[\"”)] {_CAPITALS})",
        is_whole=True,
    ),
    _Cue(
        "role_quoted",
        rf"\b(?:clerk|agent|rep|colleague|advis[eo]r|teller|manager|called) ?[(\"“]{{1,3}}({_CAPITALS})[)\"”]",
    ),
    _Cue(
        "asked_for",
        rf"\b(?:ask(?:ed|ing)? for|tell|told|calling for|looking for|speak (?:to|with)) {_NAME}(?: (?:in|at|from|said|that|about|if|i)\b|[,.!?;\n]|$)",
    ),
    _Cue(
        "surname_first",
        rf"\b(?:name|member|holder|customer|client|insured|payee)[\"']?[ ]?[:=][ ]?[\"']?({_CAPITALS}, {_CAPITALS})",
        names_anything=True,
        is_whole=True,
        requires=",",
    ),
    _Cue(
        "json",
        rf"\"(?:legal|chosen|preferred|nick(?:name)?|alias|known_as|given|holder|owner|full)\" ?: ?\"({_CAPITALS})\"",
        names_anything=True,
        requires='"',
    ),
    # Scripts whose letters RE2 sees no boundary at.
    _Cue(
        "scripts",
        rf"(?:मेरा नाम|नाम:|আমার নাম|নাম:|اسمي|الاسم|نام من|שמי|меня зовут|имя|ชื่อ|என் பெயர்|నా పేరు)[ :]{{0,3}}{_NAME}",
        names_anything=True,
    ),
    _Cue(
        "closing_scripts",
        rf"(?:भवदीया?|धन्यवाद|আপনার|ধন্যবাদ|مع التحية|مع الشكر|תודה|с уважением|谢谢|敬具),?[ ]?\n\s{{0,4}}{_NAME}",
        requires="\n",
    ),
    _Cue("spoke", rf"\b{_SPOKEN_TO} {_NAME}"),
)

_ASKS = _any(
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
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each name that follows a cue."""
        for cue, part, compiled in _compiled():
            if not all(character in view.text for character in cue.requires):
                continue
            if part is not None and next(matches(part, view.text), None) is None:
                continue
            for match in matches(compiled, view.text):
                span = _cued(cue, view.text, *match.span(1))
                if span is not None:
                    yield Found(*span, "PERSON", 0.8, f"person.{cue.name}")
        if view.before and _ANSWER.search(view.before):
            bare = _BARE.match(view.text)
            if bare is not None:
                span = _trimmed(view.text, *bare.span(1), trusted=True)
                if span is not None:
                    yield Found(*span, "PERSON", 0.75, "person.answer")


def _cued(cue: _Cue, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return what of a cue's find is a name, if any of it is."""
    found = text[start:end]
    if "\n" in found:
        return None
    if cue.is_whole:
        return (start, end) if cue.names_anything or _has_name(found) else None
    return _trimmed(text, start, end, trusted=cue.names_anything)


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[_Cue, Any, Any], ...]:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return tuple(
        (
            cue,
            re2.compile(cue.part, options) if cue.part else None,
            re2.compile(cue.regex, options),
        )
        for cue in _CUES
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
