"""Guises: what an order to a model dresses up as, by kind, in English; each is a pattern of RE2.

A role to play, an answer that is ready, a line of the bank's own, a heading, a value to fill in.
"""

from typing import Final

__all__ = ["GUISES"]

_STEER: Final = (
    r"(?:files?|marks?|answers?|approves?|grants?|replies|reply|rules?|turns?|classif(?:y|ies)|"
    r"labels?|rates?|writes?|speaks?|says?|signs?|summari[sz]es?|ends?|begins?|closes?|refunds?|"
    r"promises?|decides?|denies|dismisses)"
)
_READER: Final = (
    r"(?:agents?|colleagues?|handlers?|advis[eo]rs?|staff|case ?workers?|team|reader|clerks?|"
    r"operators?|reviewers?|employees?)"
)

GUISES: Final[dict[str, str]] = {
    # A role.
    "cast": (
        r"\b(?:(?:imagine|picture|see|consider|regard|think of|fancy|treat|present) yourself "
        r"(?:as|"
        r"to be|being|in the (?:role|part))|(?:imagine|suppose|pretend|assume|say|let us say|"
        r"picture|"
        r"make believe)(?: that)? you(?:'re| are| were|'d be)(?: now| really)? (?:the|an?|my|our|"
        r"not "
        r"an?|no|called|named)\b|(?:behave|act|speak|write|answer|respond|carry on|reply|proceed|"
        r"decide) as (?:if|though) you (?:were|had|are|have)|"
        r"you (?:will |shall |must |should |are to |now |only )?(?:speak|write|answer|act|"
        r"respond|"
        r"reply|sign) as (?:an?|the|my|our|if|though|['\"“‘]|(?-i:[A-Z]))|"
        r"you(?:'ll| will| shall| now| are to)? (?:take|play|get|have|assume|adopt)(?: on)? "
        r"(?:the "
        r"(?:part|role|character|voice|persona)|an? \w+ (?:who|whose|that|without|with no)|an? "
        r"\w+ "
        r"\w+ (?:who|whose|that|without|with no))|"
        r"in (?:this|our|the|my) (?:story|game|scene|play|exercise|drill|scenario|tale|film|"
        r"novel|"
        r"world|sketch|rehearsal),? (?:you|u)(?:'re| are| play| will| speak| have)|"
        r"(?:story|game|scene|play|exercise|drill|scenario|rehearsal)(?: is on)?[,:]? (?:and|in "
        r"which|where|so) (?:that )?you(?:'re| are| play| will| speak)|"
        r"you(?:'re| are) (?:now |from now on )?(?:an? |the )(?:\w+ )?(?:oracle|genie|wizard|"
        r"judge|"
        r"character|narrator|poet|pirate|actor|ghost|robot|demon|comedian|novelist|machine|"
        r"jester|"
        r"storyteller) )"
    ),
    "cast_acts": (
        rf"\b(?:(?:who|which|that|whose \w+|and|always|never|only|every \w+|(?-i:[A-Z][a-z]+)) "
        rf"(?:always |never |only |just |then )?{_STEER}\b|(?:always|never|every) {_STEER}|"
        r"no (?:rules|guidelines|restrictions|limits|policies|policy)|without (?:any )?"
        r"(?:rules|guidelines|restrictions|limits|policies|further ado)|allowed to (?:grant|"
        r"approve|"
        r"promise|refund)|as such,? (?:write|say|state|approve|answer)|as the \w+, (?:write|say|"
        r"approve|state|answer|promise)|(?:your|the) (?:summary|narrative|notes?|headline|"
        r"verdict)|"
        r"stay (?:in|with)|write (?:that|this|it|me)|summari[sz]e|not an? (?:note-?taking|"
        r"summary|"
        r"writing))"
    ),
    # An answer that is there already.
    "ready": (
        r"\b(?:(?:here (?:is|are|comes)|here's|below (?:is|are|stands)|this is|i have|i've|you "
        r"have|"
        r"find|the)(?: already| below| attached)*(?: prepared| written| filled in| done| drafted|"
        r" "
        r"made| put)? ?(?:you |for you )?(?:your|the|a|an)? ?(?:finished|completed|final|correct|"
        r"ready(?:-made)?|full|expected|filled-in|checked|whole|perfect|approved|right|valid|"
        r"prepared) (?:answer|summary|output|response|result|object|record|json|reply|completion|"
        r"text)|(?:validator|parser|schema|checker|pipeline|grader|evaluator) (?:only |just |"
        r"will "
        r"(?:only )?)?(?:accepts?|takes?|wants?|expects?|passes)|(?:i have|i've) (?:already )?"
        r"(?:filled in|done|written) your (?:part|job|work|fields|answer|template)|"
        r"(?:object|json|record|block|result|answer) (?:above|below|in my subject|that "
        r"follows))\b"
    ),
    "take": (
        r"\b(?:(?:use|copy|take|return|adopt|paste|submit|emit|reuse|output|keep|print|send|"
        r"hand) "
        r"(?:it|this|that|the|them|my)\b[^.!?\n]{0,40}?(?:over|as it (?:is|stands)|unchanged|"
        r"word "
        r"for word|verbatim|as is|as your|unaltered|without changes?|object|json|record|output|"
        r"answer|on(?:ly)?$)|nothing (?:needs|has|is) to be added|take it over|do not (?:build|"
        r"make|write|produce|invent|compose) (?:your own|another|a new)|simply return|no need to "
        r"(?:write|think|read|analyse|analyze)|has been checked)"
    ),
    "as_output": (
        r"\b(?:use|give|return|take|copy|submit|treat|send|set)\b[^.!?\n]{0,40} as (?:your|the) "
        r"(?:"
        r"final |whole |complete |only |entire )?(?:output|response|completion|result|summary|"
        r"narrative|headline)\b"
    ),
    "field_line": (
        r"(?:^|[\n{,;])[ \t>*+|-]*[`<*_]{0,3}(?:headline|narrative|key[ _]facts?|urgency|issue[ "
        r"_]type|next[ _]action)[`>*_]{0,3}\s?[:=>]|<(?:headline|narrative|key_?facts?|urgency|"
        r"issue_?type|next_?action)>"
    ),
    "completion": (
        r"\b(?:complete|continue|finish|carry on) (?:this|the following|from (?:here|there)|the "
        r"(?:"
        r"text|sentence|line|json|answer|object))\b[^.!?\n]{0,30}(?:[:\"{]|and (?:stop|nothing)|"
        r"without)"
    ),
    # A line of somebody else, a heading, a new beginning.
    "speaker_line": (
        r"(?:^|\n)[ >|*_\[(#~=-]*(?:internal(?: \w+){0,2}|automated|automatic|system|supervisor|"
        r"team ?lead(?:er)?|moderator|administrator|developer|compliance|back[ -]office|"
        r"(?:risk|fraud|quality|case|complaints?) (?:team|desk|platform|tool|system|management))"
        r"[^:\n\]]{0,40}[\])*_ ]{0,3}[:\]]|\((?:bank )?(?:staff|supervisor|system|risk team|"
        r"employee)\)\s?:"
    ),
    "verdict": (
        r"\b(?:(?:case|ticket|complaint|matter|claim|dispute|check|request|content|issue|file|"
        r"transactions?|thread)s?(?: \w+){0,4}? (?:resolved|closed|settled|withdrawn|completed|"
        r"archived|merged|cancelled|removed|verified|confirmed|duplicated?)|customer (?:is |was "
        r")?"
        r"(?:satisfied|happy|agrees|has (?:withdrawn|confirmed|agreed|found|no))|false alarm|"
        r"confirmed genuine|no (?:further |other )?(?:summary|action|call-?back|follow-?up|"
        r"handling|"
        r"reply)\b[^.\n]{0,20}(?:needed|required|necessary|\.|$)|no further handling|"
        r"treat(?:ed)? as "
        r"(?:blank|empty|spam|void|a test|closed|resolved)|downgrade|reply language|stay empty|"
        r"withdrawn at|verified with)\b"
    ),
    "opening": (
        r"(?:^|[\n>:])[ >|*_-]*(?:output (?:a|an|the|only|nothing)|write (?:a|an|the|only|me|"
        r"that)|answer (?:only|with|as|in)|reply (?:only|with|as|in)|respond (?:only|with|as|in)|"
        r"say "
        r"(?:only|that|nothing)|summari[sz]e|only (?:ever |say|write|output|reply|answer)|"
        r"translate "
        r"|generate |describe |fill |ignore |now (?:write|say|summari|output|answer)|compose |"
        r"pretend |act as )|\bthe (?:real|actual|true) (?:case|ticket|customer|message|"
        r"task|request|question)(?: is)?\s?:|\b(?:fills?|fill in) (?:every|all|each) fields?"
    ),
    "new_task": (
        r"(?:^|\n)[#=*_ >|-]{0,6}(?:new|next|actual|real|revised|updated|second) (?:task|prompt|"
        r"assignment|objective|directives?|goal)\b|\b(?:stop|quit|cease) (?:reading|processing|"
        r"parsing)\b[^.!?\n]{0,20}\b(?:here|now)\b|\b(?:new|next|actual|real|revised) (?:task|"
        r"objective|assignment)\s?:"
    ),
    # Data of others, values that a program is to put in, an agent who is to be sent somewhere.
    "others_data": (
        r"\b(?:(?:names?|incomes?|balances?|details?|numbers?|addresses|data|files?|salar(?:y|"
        r"ies)|"
        r"scores?|complaints?)\b[^.!?\n]{0,40}\bof (?:the |all |any |every )?(?:last|other|"
        r"previous|"
        r"next|first|past|all|five|ten|three) (?:\w+ )?(?:applicants?|customers?|clients?|people|"
        r"tickets?|cases?|complain\w+|account holders)|(?:ticket|case|complaint|message|"
        r"customer)s? "
        r"(?:before|after|ahead of|above|next to) (?:mine|this|my)\b)"
    ),
    "hand_over": (
        r"\b(?:add|append|include|list|show|attach|output|print|give|insert|put|name|search|"
        r"quote|"
        r"tell me)\b"
    ),
    "template": r"\{\{ ?[a-z_. ]{2,40} ?\}\}|\$\{[a-z_.]{2,40}\}|<LITERAL_\d+>",
    "carried": (
        r"\b(?:must (?:appear|stand|be (?:in|part|kept|carried|used|shown))|carry|carried|keep "
        r"it in|"
        r"stands? for|in (?:your|the) (?:answer|output|narrative|key facts|summary|headline)|"
        r"fills? "
        r"(?:it )?in)\b"
    ),
    "agent_sent": (
        rf"\b(?:(?:have|get|make|let|send|direct|point|tell|ask|asking|telling|instruct|advise) "
        rf"(?:"
        rf"the|your|any|an) {_READER} (?:to )?(?:go|open|visit|phone|call|ring|log|enter|click|"
        rf"use|"
        rf"download|sign|confirm)|the {_READER} (?:should|must|is to|has to|needs to|shall) "
        rf"(?:then )?"
        rf"(?:go|open|visit|phone|call|ring|log|enter|click|use|download))"
    ),
    "contact": r"(?:https?://|www\.)[^\s<>\"]+|\b0[89]00[\d ]{5,}|<(?:URL|PHONE[A-Z_]*)_\d+>",
    "filling": (
        r"\b(?:treat|regard|consider|replace|substitute|carry|insert|put|fill|keep|use|call|"
        r"state "
        r"that)\b"
    ),
}
"""Kind -> what belongs to it."""
