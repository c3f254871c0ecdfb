"""Cues of names: the words and forms after which a person's name follows, in many languages.

A cue says that a name follows, whatever the name's language or capitals.
"""

# A list of words reads best on one line; closings are written in their own alphabets.
# ruff: noqa: E501, RUF001

from typing import NamedTuple

__all__ = ["CUES", "Cue", "any_of"]

# A word of a name: letters of any script, with apostrophes and hyphens inside.
_WORD = r"[\pL][\pL\pM]*(?:(?:['-]|\.-)[\pL][\pL\pM]*)*\.?"
_NAME = rf"({_WORD}(?:[ ]{_WORD}){{0,3}})"
_TITLE = (
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|lady|lord|rev|judge|officer|sgt|capt|mister|cllr"
    r"|herrn?|frau|monsieur|madame|mme|mlle|señora?|señorita|sra?\.|signora?|dott\.|meneer|mevrouw"
    r"|dhr|mevr|smt|shri|sri)"
)


class Cue(NamedTuple):
    """A form after which a name follows; group 1 of its expression is the name."""

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


def any_of(words: str) -> str:
    """Join alternatives that are written as a list."""
    return f"(?:{'|'.join(part.strip() for part in words.split(','))})"


_NAMED = any_of(
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
_PART = any_of("hi, hello, hey, yes, yeah, ok, so, and")
_SELF = any_of("this is, it's, its, i am, i'm, im")
_GREETING = any_of(
    "dear, hi, hello, hey, hiya, good (?:morning|afternoon|evening), greetings, thanks, thank you,"
    "thx, ty, cheers, sorry, welcome(?: back)?"
)
_CLOSING = any_of(
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
_FIELD = any_of(
    "full, first, last, middle, given, family, customer, client, caller, agent, contact, payee,"
    "beneficiary, holder, member, borr(?:ower)?, co-borr(?:ower)?, insured, patient, tenant, applicant, borrower, spouse, employee, owner, sur,"
    " user, guarantor,"
    "executor, attorney, nominee, debtor, account, recipient, sender, signatory, sold to, ship to,"
    "bill to, attn, cust, advisor, requester"
)
_RELATIVE = any_of(
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
_SPOKEN_TO = any_of(
    "(?:spoke|talked|spk|spkn) (?:to|with|w/), chatted with, dealt with, (?:served|assisted|helped|advised) by,"
    "(?:handled|sent|written|signed) by, your (?:colleague|agent|advis[eo]r|manager|rep), agent,"
    "advis[eo]r, manager, rep, colleague"
)
# How an agent's note names whom it is about; the name has capitals.
_NOTED = any_of(
    "cust, mbr, clr, clnt, caller, client, customer, member, a/h, acc?t holder, c/h, fao, attn, re,"
    "o/b to, i/b from, call(?:ed)? (?:to|from), letter to, by name of, named, guarantor"
)
_TRADE = any_of(
    "builder, roofer, plumber, electrician, gardener, handyman, contractor, decorator, doctor, dentist,"
    "vet, teacher, coach, priest, vicar, pastor, notary, broker, bailiff, caretaker, lodger, signatory,"
    "hairdresser, midwife, therapist, supervisor, employer, employee, apprentice, co-signer, cosigner"
)
# Relations in other languages, with whose they are.
_RELATIVE_ABROAD = any_of(
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
_HONORIFIC = any_of(
    "mdm, mwalimu, alhaji, alhaja, hajia, hajj?i, hajjah, engr\\.?, barr\\.?, pastor, sister, brother,"
    "chief, mzee, bwana, bibi, ustadh, datuk, dato'?, datin, tan sri, encik, puan, cik, freifrau, freiherr,"
    "graf, gräfin, don, doña, pan, pani, father, mother, imam, rabbi, sheikh, mama, baba, aunty, auntie,"
    "uncle, kumari, shrimati, janab, begum, ms\\., atty\\.?, arch\\.?, kapitan, dra?\\., ing\\., lic\\., mag\\."
)
_CAPITALS = r"(?-i:[\p{Lu}][\pL\pM'-]*(?: [\p{Lu}][\pL\pM'-]*){0,3})"
_FULL_NAME = r"(?-i:[\p{Lu}][\pL\pM'-]*\.?(?: [\p{Lu}][\pL\pM'-]*){1,3})"
_PATRONYMIC = r"(?:s/o|d/o|a/l|a/p|bin|binti|binte|bt\.?|bte|ap|ferch|arap|ibn|von und zu|ved\.|van der|van den|de la|de los|de las)"
_REST = r"(?:[\pL\pM]|['-][\pL])*"
_ROLE = r"(?: \((?:customer|agent|advis[eo]r|caller|cust)\))?"
_STAMP = r"(?:\[[0-9: .apm]{3,12}\] ?|\([0-9: ]{3,8}\) ?)"

CUES = (
    Cue("introduction", rf"\b{_NAMED} {_NAME}", names_anything=True),
    Cue(
        "self",
        rf"(?:^|[.!?\n,;:] ?|\b{_PART} ){_SELF} {_NAME}(?: here| from| speaking|[,.!\n]|$)",
    ),
    Cue("here", rf"\b{_NAME} (?:here|speaking)\b[,.!:]?"),
    Cue("title", rf"\b{_TITLE}\.? {_NAME}"),
    Cue(
        "greeting",
        rf"(?:^|\n|[.!?>] )[ ]{{0,4}}{_GREETING},? (?:{_TITLE}\.? )?{_NAME}[,.!:;\n]",
    ),
    Cue("greeting_end", rf"{_GREETING},? {_NAME}[ ]?$"),
    Cue(
        "closing",
        rf"{_CLOSING}[,.!]?[ ]?\n\s{{0,4}}(?:{_TITLE}\.? )?{_NAME}",
        requires="\n",
        part=rf"{_CLOSING}[,.!]?[ ]?\n",
    ),
    Cue("dash", rf"\n\s{{0,4}}(?:--?|~)[ ]?{_NAME}[ ]?(?:\n|$)", requires="\n"),
    Cue("prefix", rf"(?:^|\n)[ ]{{0,4}}{_STAMP}{_NAME}{_ROLE}: ", requires=":"),
    Cue(
        "speaker",
        rf"(?:^|\n)[ ]{{0,4}}({_WORD} {_WORD}(?: {_WORD})?){_ROLE}: [^\n]",
        requires=":",
    ),
    Cue("field", rf"\b{_FIELD}[ _]?(?:name)?[\"']?[ ]?(?:[:=]|->)[ ]?[\"']?{_NAME}"),
    Cue("namefield", rf"\bname[\"']?[ ]?[:=][ ]?[\"']?{_NAME}", names_anything=True),
    Cue(
        "mailbox",
        r"([\pL][\pL'. -]{1,40}(?:, [\pL][\pL'. -]{1,30})?) ?<[^<>@\s]{1,64}@[^<>\s]{1,200}>",
        names_anything=True,
        requires="<@>",
        part=r"[\pL'. -]<[^<>@]{1,64}@",
    ),
    Cue("title_pair", rf"\b(?:and|or|&) {_TITLE}\.? {_NAME}"),
    Cue("relative", rf"\b(?:my|his|her|our|their|your) {_RELATIVE},? {_NAME}", names_anything=True),
    Cue("noted", rf"\b{_NOTED} (?-i:([\p{{Lu}}]{_REST}(?: [\p{{Lu}}]{_REST}){{1,2}}))"),
    Cue("closing_end", rf"{_CLOSING}, {_NAME}[ ]?\s{{0,4}}$", part=rf"{_CLOSING}, "),
    Cue("abroad", r"(?:我是|我叫)([\p{Han}]{2,4})"),
    Cue("relative_noted", rf"\b{_RELATIVE}(?:,? | ?[(\"“])({_CAPITALS})"),
    Cue("relative_abroad", rf"(?:^|[^\pL]){_RELATIVE_ABROAD},? {_NAME}"),
    Cue("honorific", rf"\b{_HONORIFIC} ({_CAPITALS})"),
    Cue("patronymic", rf"(?:^|[^\pL])({_CAPITALS} {_PATRONYMIC} {_CAPITALS})", is_whole=True),
    Cue("alias", rf"(?:^|[^\pL])({_CAPITALS} @ {_CAPITALS})", is_whole=True, requires="@"),
    Cue(
        "nickname",
        rf"(?:^|[^\pL])({_CAPITALS} [\"“(][\p{{Lu}}][\pL]{{1,14}}[\"”)] {_CAPITALS})",
        is_whole=True,
    ),
    Cue(
        "role_quoted",
        rf"\b(?:clerk|agent|rep|colleague|advis[eo]r|teller|manager|called) ?[(\"“]{{1,3}}({_CAPITALS})[)\"”]",
    ),
    Cue(
        "asked_for",
        rf"\b(?:ask(?:ed|ing)? for|tell|told|calling for|looking for|speak (?:to|with)) {_NAME}(?: (?:in|at|from|said|that|about|if|i)\b|[,.!?;\n]|$)",
    ),
    Cue(
        "surname_first",
        rf"\b(?:name|member|holder|customer|client|insured|payee)[\"']?[ ]?[:=][ ]?[\"']?({_CAPITALS}, {_CAPITALS})",
        names_anything=True,
        is_whole=True,
        requires=",",
    ),
    Cue(
        "json",
        rf"\"(?:legal|chosen|preferred|nick(?:name)?|alias|known_as|given|holder|owner|full)\" ?: ?\"({_CAPITALS})\"",
        names_anything=True,
        requires='"',
    ),
    # Scripts whose letters RE2 sees no boundary at.
    Cue(
        "scripts",
        rf"(?:मेरा नाम|नाम:|আমার নাম|নাম:|اسمي|الاسم|نام من|שמי|меня зовут|имя|ชื่อ|என் பெயர்|నా పేరు)[ :]{{0,3}}{_NAME}",
        names_anything=True,
    ),
    Cue(
        "closing_scripts",
        rf"(?:भवदीया?|धन्यवाद|আপনার|ধন্যবাদ|مع التحية|مع الشكر|תודה|с уважением|谢谢|敬具),?[ ]?\n\s{{0,4}}{_NAME}",
        requires="\n",
    ),
    Cue("spoke", rf"\b{_SPOKEN_TO} {_NAME}"),
    Cue(
        "trade",
        rf"\b(?:my|his|her|our|their|your|the) (?:{_RELATIVE}|{_TRADE}) (?:is |was |is called )?({_FULL_NAME})",
        is_whole=True,
    ),
    Cue(
        "born",
        rf"(?:^|[^\pL])(?:geb\.|geborene[nr]?|z domu|de soltera|rozená|născută|född|født) ({_CAPITALS})",
    ),
    # A form whose labels are questions, and one whose labels run into dots.
    Cue(
        "asked_in_form",
        rf"\b(?:who|which|name|holder|claimant|claiming|applicant|borrower|insured)\b[^?\n]{{0,40}}\? {{1,4}}({_FULL_NAME})[ ]?(?:\n|$)",
        is_whole=True,
        requires="?",
    ),
    Cue(
        "leader",
        rf"\bname(?: of [\pL ]{{2,24}})? ?\.{{3,}} ?({_CAPITALS}(?:, {_CAPITALS})?)",
        names_anything=True,
        is_whole=True,
        requires=".",
        part=r"\bname(?: of [\pL ]{2,24})? ?\.{3}",
    ),
    # A name in its own script, then as it is written in Latin letters.
    Cue(
        "romanised",
        rf"([\p{{Hangul}}\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]{{2,8}} ?\({_CAPITALS})",
        names_anything=True,
        is_whole=True,
        requires="(",
        part=r"[\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}] ?\(",
    ),
)
