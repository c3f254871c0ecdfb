"""What proves to the bank who someone is: PIN, one-time code, password.

Sources: PCI DSS 4.0.1, requirement 3.3.1.3 (PIN); NIST SP 800-63B, sections 5.1.1 (memorized
secrets) and 5.1.3-5.1.5 (one-time codes). None has a form of its own: context is all there is.
"""

# A pattern reads best on one line.
# ruff: noqa: E501

import re

from summarizer.pii.cueing import GAP, LINK, CuedRecognizer, Place
from summarizer.pii.recognizing import Pattern

__all__ = ["ONE_TIME_CODE", "PASSWORD", "PIN"]

_END = r"(?:[^0-9]|$)"
_MORE = re.compile(
    r"^[ ]?(?:%|[.,:/-][0-9]|(?:dollars?|euros?|pounds?|bucks|usd|eur|gbp|inr|naira"
    r"|days?|times|weeks?"
    r"|months?|years?|hours?|minutes?|mins?|secs?|seconds?|am|pm)\b)"
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:ending(?: in)?|last four|since|in|on|until|by|at|after|year)|[$£€₹])[ ]?$"
)


def _is_other_pin(place: Place) -> bool:
    is_other = re.search(r"\b(?:ending|last four|account|acct|call|phone|ref|case)\b", place.cue)
    is_year = re.fullmatch(r"(?:19|20)[0-9]{2}", place.value) and not re.search(
        r"\b(?:is|was|put|gave|pin)[^a-z]*$", place.cue
    )
    return bool(is_year or is_other or _NOT_BEFORE.search(place.cue) or _MORE.search(place.behind))


PIN = CuedRecognizer(
    name="pin",
    entity="PIN",
    cued=(
        Pattern(
            "named",
            rf"(?:\b|_)(?:[mt]?pin|geheimzahl|code secret|clave secreta|mi clave)"
            rf"(?:[ _]?(?:code|number|no\.?|num|block))?\b{GAP}([0-9]"
            rf"(?:[ -]?[0-9]){{3,5}}){_END}",
            0.85,
        ),
        Pattern(
            "before",
            r"(?:^|[^0-9A-Za-z/.:,$£€-])([0-9]{4,6}) (?:as|is|was|for|=|being) (?:my|the|her|his|our|a)? ?"
            r"(?:old |new |atm |card |debit )?[mt]?pin\b",
            0.8,
        ),
        Pattern("digits", rf"\bpin(?:[0-9]{{0}}|:|=)([0-9]{{4,6}}){_END}", 0.85),
        Pattern(
            "long_gap",
            rf"\bpin (?:i|we|she|he|they)(?:'[a-z]{{1,2}})?(?: [a-z']{{1,10}}){{1,6}}{LINK}"
            rf"([0-9]{{4,6}}){_END}",
            0.8,
        ),
    ),
    question=r"\bpin\b(?!.{0,40}\bnever\b)",
    answers=(
        Pattern("answer", rf"(?:^|[^0-9A-Za-z/.:$£€-])([0-9](?:[ -]?[0-9]){{3,5}}){_END}", 0.7),
    ),
    refuses=_is_other_pin,
    examples=(
        "i typed [[4821]] as my pin",
        "mag reset ng mpin, [[110294]] yung luma",
        "pin [[2580]] doesnt work at the shop",
        "my pin was [[4109]] can u just reset",
        "failed sec x2 (gave PIN [[7391]] on air)",
        "it wants my debit pin i put [[0917]] is that bad",
        "the pin i've been using is um [[2260]] and it swallowed it",
        "What PIN did you enter? ⏎ [[7316]]",
    ),
    negatives=(
        "my pin was blocked in 2024",
        "the pin for the card ending 4821",
        "I changed my pin and it took 3000 seconds",
        "a new pin in 5 days, ticket 1 of 20",
        "pin it to the top, 2024 edition",
    ),
)

_OTHER_CODE = re.compile(
    r"(?:sort|zip|post|postal|error|promo|country|branch|dress|reason|response|area"
    r"|swift|bic|ifsc|product"
    r"|merchant|category|mcc|status|discount|voucher|gift|referral|transaction"
    r"|return|bank|currency|dial(?:l?ing)?"
    r"|tax|bar|qr|source|item|customer|reject|exit|fault|security|routing|iban|eir"
    r"|pin|sorting|account|bsb)[ _-]?$"
)
_NO_CODE = re.compile(
    r"\b(?:call|phone|ref|reference|case|ticket|order|acct|account|balance|paid"
    r"|charged|sort|ending|zip)\b"
)


def _is_other_code(place: Place) -> bool:
    is_code = place.cue.lstrip().startswith("code")
    return bool(
        _MORE.search(place.behind)
        or (is_code and _OTHER_CODE.search(place.ahead))
        or re.search(r"[$£€₹]\s?$", place.cue or place.ahead)
        or _NO_CODE.search(place.cue)
        or place.cue.lstrip("_").startswith("code of")
        or re.search(r"[a-z]-$", place.cue)
    )


_CODE = (
    r"[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}|[0-9]{3}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4}"
    r"|[0-9]{4,8}|[0-9](?:[ ]?[ .*_-][ ]?[0-9]){3,7}"
    r"|[A-Z]-[0-9]{4,8}"
)
_OTP = (
    r"(?:otp|o t p|otac|2fa|mfa|tan|one[ -]?time (?:pass)?[ -]?(?:code|word|password"
    r"|pin)|pass[ -]?code|(?:verification|confirmation|authorisation|authorization"
    r"|authentication|auth|activation|login|log-in|access|sms|text|security"
    r"|secure)[ -]?code)"
)
ONE_TIME_CODE = CuedRecognizer(
    name="one_time_code",
    entity="ONE_TIME_CODE",
    cued=(
        Pattern("named", rf"(?:\b|_){_OTP}(?:\b|_){GAP}({_CODE}){_END}", 0.9),
        Pattern(
            "foreign",
            rf"(?:ओटीपी|कोड|كود|رمز|код|кода|código|codice){LINK}(?:\pL{{1,12}}{LINK}){{0,2}}"
            rf"({_CODE}){_END}",
            0.8,
        ),
        Pattern("code", rf"(?:\b|_)codes?\b{GAP}({_CODE}){_END}", 0.8),
        Pattern(
            "given_away",
            r"\b(?:gave|told|read|sent|texted|forwarded) (?:him|her|them|it|the (?:man|guy"
            r"|caller|lady|bloke))(?: (?:out|the|my|a|number|code))*[ :]{1,3}"
            r"([0-9]{3}[ -]?[0-9]{3})(?:[^0-9]|$)",
            0.7,
        ),
        Pattern("text", rf"\btext(?:ed|s)?\b{GAP}([0-9]{{3}}[ -]?[0-9]{{3}}){_END}", 0.7),
    ),
    question=r"(?<!sort )(?<!post )(?<!zip )(?<!postal )(?<!security )\bcode\b|\botp\b"
    r"|\bpasscode\b|what did you (?:tell|give|read)|text(?:ed)? (?:you|message)|\b"
    r"(?:sent|texted)\b.{0,20}\b(?:fresh|new|another) one",
    answers=(
        Pattern(
            "answer",
            rf"(?:^|[^0-9A-Za-z/.:$£€-])([0-9]{{3}}[ -]?[0-9]{{3}}|[0-9]{{4}}|[0-9]{{8}}){_END}",
            0.75,
        ),
    ),
    near=r"\botp\b|\bone[ -]time (?:pass)?code|\bverification code|\b(?:the|my|a"
    r"|your) code\b|\bcode (?:says|was|is)\b",
    nearby=(
        Pattern(
            "near", rf"(?:^|[^0-9A-Za-z/.:$£€#-])([0-9]{{6}}|[0-9]{{3}} [0-9]{{3}}){_END}", 0.6
        ),
    ),
    refuses=_is_other_code,
    examples=(
        "i told the man the otp [[449021]] he said he is from bank",
        "otp-gw msisdn=x code=[[559013]] dlr=FAILED",
        "code she got was [[220 945]]",
        "my code was [[804217]] and it expired",
        "She gave him [[804 117]] !! blocked",
        "and the code we texted you? ⏎ [[739104]]",
        "What did you tell him? ⏎ only the text thing.. [[558120]] oh god",
        "the code says [[440927]] wait there's another one just came in [[813306]]",
        "your one-time passcode is [[1234-5678]]",
    ),
    negatives=(
        "sort code 404784 is mine",
        "error code 50031 on the screen",
        "code of conduct section 12345",
        "zip code 78745",
        "the promo code gave me 2000 points",
        "code R03 was returned on 2025-03-14",
        "What is your sort code? ⏎ it is not 1",
        "I texted twice and paid 125000 naira",
    ),
)

_NAMED = (
    r"(?:passw(?:or)?d|pasword|passwort|pass ?phrase|passcode|password|pwd|pw|pass"
    r"|psw|mot de passe|contraseña|wachtwoord|hasło|has(?:l|ł)o|log[ -]?in key)"
)
_TIE = (
    r"(?:[ ]?(?:is|was|[:=]{1,2}|->|to|temp(?:orary)?|set|reset|changed|new|now|it's"
    r"|its|still|for|the|app|online|banking|account|login|used|be|that|i|put|typed"
    r"|tried|were)\b?[ ,]?){1,5}"
)
_NEVER = re.compile(
    r"https?:|^[0-9]{1,2}[:/.-][0-9]|^[£$€₹]?[0-9.,]+[%k]?$|^[0-9]+(?:st|nd|rd|th|x"
    r"|days?|am|pm|min|mins|hrs?)$|@|\[|^\W+$"
)
_PLAIN_VALUES = re.compile(
    r"(?i)(?:not|wrong|in|no|on|reset|re-?set|changed|expired|working|required"
    r"|invalid|incorrect|being|never|still"
    r"|too|rejected|fine|ok(?:ay)?|right|correct|the|a|my|now|set|weak|what|null"
    r"|none|true|false|failed|fail"
    r"|locked|blocked|sent|read|done|accepted|asking|ready|saved|same|that|for|to|it"
    r"|and|or|but|login|manager|hint"
    r"|help|please|pls|from|with|by|of|at|as|so|supposed|only|always|also|just"
    r"|already|stolen|compromised|different"
    r"|old|new|strong|enough|case|sensitive|hard|easy|simple|too|updated|known"
    r"|unknown|visible|hidden|masked|encrypted"
    r"|via|after|before|because|if|when|until|i|you|we|they|he|she|there|here"
    r"|protected|something|good|bad|gone)\b"
)


def _is_no_password(place: Place) -> bool:
    """A password looks like one: a digit or a sign inside, mixed capitals, or a strong tie."""
    value = place.value
    if _NEVER.search(value) or _PLAIN_VALUES.fullmatch(value):
        return True
    has_sign = re.search(r"[0-9]|[^\w'.,-].|\w[A-Z]", value)
    if has_sign and re.search(r"[A-Za-z]", value):
        return False
    is_tied = re.search(r"(?:\bis|\bwas|[:=])[ \"']{0,2}$", place.cue)
    is_last = re.match(r"[.,;!\"')]?(?:\s|$)", place.behind) and not re.match(
        r" [a-z]", place.behind
    )
    return not (is_tied and is_last)


_LOOKS = r"[^\s\"'<>,;\\]{3,40}[^\s\"'<>,;:.?!)\\]!?"
PASSWORD = CuedRecognizer(
    name="password",
    entity="PASSWORD",
    needs="letter",
    cued=(
        Pattern("named", rf"(?:\b|_){_NAMED}\b[ ]?[\"']?(?:,|\(|\))?{_TIE}[\"'“]?({_LOOKS})", 0.85),
        Pattern("glued", rf"(?:\b|[0-9_]){_NAMED}[\"']?[ ]?[:=][ ]?[\"']?({_LOOKS})", 0.9),
        Pattern(
            "bare",
            rf"\b{_NAMED} ([^\s\"'<>,;:]{{0,30}}[0-9][^\s\"'<>,;]{{0,20}}[^\s\"'<>,;:.?)])",
            0.7,
        ),
        Pattern(
            "abroad",
            r"\b(?:passwort|kennwort|contrase[nñ]a|mot de passe|wachtwoord|hasło|senha|lösenord"
            r"|memorable (?:word|name|info(?:rmation)?)|secret word|passphrase)"
            r"(?: (?:lautet|ist|is|was|est|es|é|to))?[ :=]{1,3}[\"“]?([^\s\"'<>,;\\]{4,40})",
            0.8,
        ),
        Pattern(
            "relative",
            r"\b(?:password|pw|pass|passcode)(?: (?:that|which))? (?:i|we|he|she) (?:use|used|set|have|had|gave|chose|put)"
            r"(?: (?:is|was))?[ :]{1,3}([A-Za-z][^\s\"'<>,;:/$]{2,30}[0-9][^\s\"'<>,;:.?)]{0,10})",
            0.7,
        ),
        Pattern(
            "as_password",
            r"(?:^|\s)([A-Za-z][^\s\"'<>,;:/$]{2,30}[0-9][^\s\"'<>,;:.?)]{0,10}) (?:as|is|was) (?:my |the |her |his )?"
            r"(?:password|pw|pass)\b",
            0.7,
        ),
        Pattern(
            "temporary",
            r"\btemp(?:orary)?(?: (?:pw|password|one))?[ :=]{1,3}"
            r"([^\s\"'<>,;:]{2,30}[0-9][^\s\"'<>,;:.?)]{0,20})",
            0.6,
        ),
        Pattern(
            "changed_to",
            r"\b(?:changed|reset|set) (?:it |that |my \w{2,12} )?to "
            r"([A-Za-z][^\s\"'<>,;:/$]{2,30}[0-9][^\s\"'<>,;:.?)]{0,10})",
            0.6,
        ),
        Pattern(
            "spaced",
            rf"\b{_NAMED} (?:is |was |: ?)?((?:[A-Za-z0-9!$#@*] ){{4,30}}[A-Za-z0-9!$#@*])"
            rf"(?:[^A-Za-z0-9]|$)",
            0.85,
        ),
        Pattern(
            "quoted",
            rf"\b{_NAMED}(?: [a-z']{{1,10}}){{0,4}}[: ]{{1,2}}[\"“]([^\"”\n]{{4,40}})[\"”]",
            0.7,
        ),
    ),
    question=r"\bpass ?(?:word|phrase|code)\b|\bpw\b|\blog ?in\b",
    answers=(
        Pattern(
            "answer",
            r"(?:^|[\s\"':])([A-Za-z][^\s\"'<>,;:/@£$]{2,30}[0-9][^\s\"'<>,;:.?)/@]{0,12})",
            0.65,
        ),
    ),
    refuses=_is_no_password,
    examples=(
        "my pasword is [[Wombat$treet88]] i typed it ten times",
        "ok the password is [[Pickle2019]] HURRY",
        "reset pw, temp [[Harbour-Tin-58]] read out",
        "New tel pw set: [[orchid!Nine7]]. Happy.",
        "pass is [[m o o s e j a w 7]] no spaces",
        "login:sunnyjo1972pw:[[Maple!Creek7]] doesn't work",
        "memorable word [[Pickle-Ferret7]] n kicked me out",
        "Passwort lautet [[Sommer2023!]]",
        "the password i use is [[rover2015]]",
        "[[rover2015]] as my password",
        '{"user": "x", "password": "[[hunter2hunter]]"}',
        "What is your telephone password? ⏎ just go in urself its [[Pickle2019]] HURRYYY",
        "ok changed it to [[pickle2020]] is that alrite",
        "password: [[correcthorse]]",
    ),
    negatives=(
        "my password is not working",
        "the password was reset on 12/03 after 3 tries",
        "I forgot my password and the pass expired",
        "password is case sensitive",
        "your password must have 8 characters",
        "Did you reset your password? ⏎ yes, twice",
        "a password manager is fine",
        "pass 3 of the batch",
    ),
)
