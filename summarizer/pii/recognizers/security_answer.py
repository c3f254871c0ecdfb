"""Answers to security questions: a mother's maiden name, a first pet, a memorable word.

Source: NIST SP 800-63B, section 5.1.1 (memorized secrets). An answer is an ordinary word or name;
it counts right after its question, or as the reply to a message that asks it.
"""

import re

from summarizer.pii.cueing import GAP, CuedRecognizer, Place
from summarizer.pii.recognizing import Pattern

__all__ = ["SECURITY_ANSWER"]

_ASKS = (
    r"(?:mother'?s? (?:maiden|birth|family|last) (?:sur)?name|mum'?s maiden name"
    r"|mom'?s maiden name|maiden name|mmn"
    r"|(?:first|childhood|favou?rite) pet(?:'?s)?(?: name)?|pet'?s name|name of "
    r"(?:your|my|the|her|his) (?:first |childhood )?(?:pet|dog|cat|school"
    r"|best friend|teacher)"
    r"|(?:first|primary|elementary|high|secondary|junior|middle) school|first car"
    r"|first job|first employer|first phone"
    r"|favou?rite (?:teacher|colou?r|film|movie|book|food|team|place|band|song"
    r"|singer|sport|author|animal|holiday)"
    r"|(?:city|town|place|hospital) (?:where )?(?:were you|was i|you were|i was"
    r"|of) ?born|place of birth"
    r"|street (?:you |i |we |he |she )?(?:grew up|lived)(?: on| in)?|childhood "
    r"(?:street|friend|hero|nickname|home)|best friend(?:'s name)?"
    r"|memorable (?:word|place|name|phrase|answer)|(?:security|secret|sec) (?:answer"
    r"|word|phrase|q(?:uestion)?'?s?)|sec q|code ?word|safe ?word)"
)
# A class that names what ends a word is far smaller in UTF-8 than one of all letters.
_WORD = r"[^\x00-\x26\x28-\x2c./:-@\[-`{-~“”…]{1,25}"
_REPLY = rf"{_WORD}(?:[ ]{_WORD}){{0,2}}"
_STOP = (
    r"(?:and|but|it|it's|its|so|i|i'm|im|then|which|please|pls|because|that|this|now"
    r"|with|zip|or|if|when|for|says?|said"
    r"|to|you|can|could|also|he|she|they|we|the|my|was|is|not|no|yes|on|in|at|as"
    r"|from|with|thanks|thx|ok|okay)"
)
_NO_REPLY = re.compile(
    r"(?i)(?:not|wrong|incorrect|correct|the|my|your|a|an|required|asked|asking|asks"
    r"|being|on|in|to|no|never|don'?t|do|why|what"
    r"|who|which|how|can|could|would|i|i'm|im|i've|sorry|same|fine|failed|fail|pass"
    r"|passed|and|but|or|of|at|for|as|if|when"
    r"|invalid|unknown|rejected|accepted|too|also|only|ok|okay|yes|yeah|yep|sure|hi"
    r"|hello|there|they|we|you|he|she|it'?s?"
    r"|that|this|thanks|thank|ty|please|pls|hang|hold|one|let|none|null|n|verified"
    r"|given|held|matched|set|changed|still"
    r"|supposed|something|anything|needed|missing|blank|empty|over|ready|done|hmm+"
    r"|um+|uh+|er+|well|question|questions|answer)"
)


_IS_QUESTION = re.compile(rf"(?i){_ASKS}")


def _is_no_answer(place: Place) -> bool:
    first = re.split(r"[ ]", place.value, maxsplit=1)[0]
    is_ordinary = _NO_REPLY.fullmatch(first) or _IS_QUESTION.search(place.value)
    is_remark = re.search(r"\bq(?:uestion)?s? (?:is|was|were) $", place.cue)
    if is_remark:
        return True
    return is_ordinary is not None or re.fullmatch(r"[0-9]{1,3}", place.value) is not None


SECURITY_ANSWER = CuedRecognizer(
    name="security_answer",
    entity="SECURITY_ANSWER",
    needs="letter",
    cued=(
        Pattern(
            "tied",
            rf"\b{_ASKS}(?: (?:answer|name|was|called))?(?:[ ]?[:=]+|[ ]-|[ ](?:is|was|were"
            rf"|answer|called|->))[ \"'“]{{0,2}}({_REPLY}?)(?:[.,;:!?\"”()\n/]|[ ]?$"
            rf"|[ ]{_STOP}\b)",
            0.8,
        ),
        Pattern(
            "put",
            rf"\b{_ASKS}{GAP}\b(?:put|said|gave|given|answered|typed|entered|wrote|used|w/"
            rf"|with)[ :\"'“]{{1,3}}({_REPLY}?)(?:[.,;:!?\"”()\n/]|[ ]?$|[ ]{_STOP}\b)",
            0.8,
        ),
        Pattern(
            "noted", rf"\bmmn[ :=]{{1,3}}({_REPLY}?)(?:[.,;:!?\"”()\n/]|[ ]?$|[ ]{_STOP}\b)", 0.8
        ),
        Pattern(
            "street",
            rf"\b(?:security|sec|secret)\b[^\n]{{1,60}}\b(?:car|street|pet|school|teacher"
            rf"|mother|friend|city|town|team)[ ]?[=:][ ]?({_REPLY}?)(?:[.,;:!?\"”()\n/]|[ ]?$"
            rf"|[ ]{_STOP}\b)",
            0.8,
        ),
        Pattern(
            "short_word",
            r"\b(?:mother'?s? maiden name|maiden name|memorable word|first pet|sec(?:urity"
            r"|ret) (?:answer|word))[ ,]{1,2}([\pL][\pL\pM'-]{2,20})(?:[.,;!]|[ ]?$)",
            0.6,
        ),
    ),
    question=_ASKS,
    answers=(
        Pattern(
            "answer",
            rf"^[ \n\"'“]{{0,3}}(?:(?:it'?s|it is|it was|its|that'?s|that is|that was"
            rf"|that would be|the answer is|my answer is|yes|sure|ok|okay|oh|um|uh|er|ah|erm"
            rf"|hi|hers was|hers is|mine is|mine was|she was|he was|she is|called|a|an"
            rf"|my mother was(?: a)?|was|is|should be|probably"
            rf"|i think)[ ,.!:]{{1,4}}){{0,4}}[\"'“]?({_REPLY}?)(?:[^\pL\pM0-9'& -]"
            rf"|[ ][^\pL0-9]|[ ]?$|[ ]{_STOP}\b)",
            0.75,
        ),
    ),
    refuses=_is_no_answer,
    examples=(
        "mother's maiden name is [[Kowalczyk]], ok?",
        "Before I can lift the block: mother's maiden name? ⏎ [[kowalczyk]]",
        "and the name of your first pet ⏎ [[Admiral Biscuit]]. He was a tortoise.",
        "Your first school? ⏎ it was [[st brigids]]",
        "security q is first school, i put [[st brigids]] and it says wrong",
        "vfd w/ mmn [[Kealoha]] and zip 96744",
        "Sec Q fail then pass: first car = [[74 Datsun]], street = [[Plumeria]]. Happy.",
        "my memorable word is [[marmalade]].",
    ),
    negatives=(
        "my security answer is not accepted",
        "the security questions are too hard",
        "the security question is broken",
        "your mother's maiden name is required",
        "ID&V passed on memorable word.",
        "What is your mother's maiden name? ⏎ I don't want to say",
        "my first car loan was with you",
        "What was your first pet's name? ⏎ sorry, what?",
    ),
)
