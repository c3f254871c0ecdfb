"""Words: what an order to a model is made of, by kind, in English; each is a pattern of RE2.

No word here is suspicious by itself: customers ask to ignore a message, speak of instructions and
want a case marked urgent. What counts is which kinds stand together (`summarizer.injection.rules`).
"""

from typing import Final

__all__ = ["ENGLISH"]

_WRITE: Final = (
    r"say|state|write|report|put|include|insert|add|append|begin|start|end|finish|close|conclude|"
    r"omit|leave (?:\w+ ){0,4}out|exclude|repeat|mention|carry|use|make|record|reply|answer|"
    r"respond|output|"
    r"print|list|name|drop"
)
_ORDER: Final = (
    rf"{_WRITE}|echo|reveal|classify|label|categori[sz]e|file|mark|flag|set|rate|assign|treat|"
    r"summari[sz]e|describe|skip|choose|select|return|generate|produce|translate|act|confirm|"
    r"recommend|advise|tell|approve|promise|follow|obey|ignore|disregard|forget|override|search|"
    r"show|give|keep|stay|pretend|assume|refer|display|do not|don't|never|only|must|shall|should|"
    r"(?:is|are) (?:to|requested|asked|instructed|required|ordered)"
)
_SUMMARISES: Final = (
    r"(?:summari[sz]e|sum|condense|digest|abridge|shorten|process|triage|classif(?:y|ie)|"
    r"auto-?complete)s?"
)
_MACHINE: Final = (
    r"(?:ai(?: (?:assistant|model|system|agent|bot|tool|summari[sz]er))?|llms?|gpt|chatgpt|copilot|"
    r"(?:large )?language models?|models?|assistants?|(?:chat)?bots?|robots?|machines?|"
    r"summari[sz]ers?|algorithms?|neural net(?:work)?s?|automation|"
    r"(?:summary|summari[sz](?:ing|ation)|automated|automatic)[ -]"
    r"(?:model|system|tool|program|software|engine|service|assistant|bot|machine)s?)"
)
_LEVEL: Final = (
    r"(?:low(?:est)?|normal|medium|high(?:est)?|critical|minimal|minor|none|routine|zero|closed|"
    r"not urgent|non-urgent)"
)

ENGLISH: Final[dict[str, str]] = {
    "ignore": (
        r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|es|ing)|overrules?|bypass|"
        r"set aside|throw away|discard|pay no (?:attention|heed) to|(?:do not|don't|stop) "
        r"(?:follow(?:ing)?|obey(?:ing)?|apply(?:ing)?|listen(?:ing)? to)|supersedes?)\b"
    ),
    "void": (
        r"\b(?:(?:is|are) (?:now |all |hereby )*(?:void|cancelled|superseded|revoked|obsolete|"
        r"suspended|invalid|lifted)|(?:no longer|do not|does not) (?:apply|applies|bind|hold|"
        r"valid)|"
        r"(?:be|are|is) (?:ignored|disregarded|overridden|forgotten|skipped))\b"
    ),
    "instructions": (
        r"\b(?:instructions?|directions|directives?|prompts?|rules?|guidelines?|guidance|schema|"
        r"constraints?|programming|training|safeguards?|guard-?rails?|restrictions|filters|"
        r"system (?:message|text)|(?:output |answer |response )?format|policies)\b"
    ),
    "all_before": (
        r"\b(?:(?:all|any|every|whatever|the|your|these|those|everything|anything)\b[^.!?\n]{0,16}"
        r"\b(?:previous|prior|above|before|earlier|preceding|told|given|existing|original|"
        r"initial|system|other|default)|(?:previous|prior|earlier|preceding|above) "
        r"(?:instructions?|prompts?|rules|directions|text|messages?|content|input|context)|"
        r"(?:all|any|your|these) (?:of )?(?:the |your )?(?:instructions|rules|guidelines|prompts)|"
        r"(?:the )?(?:customer(?:'s)?|ticket|case|message|user) (?:text|words|message|content))\b"
    ),
    "of_the_customer": (
        r"\b(?:my|mine|our|i (?:gave|sent|made|left|submitted|placed|wrote|had|have)|"
        r"we (?:gave|sent|made|left|submitted|placed)|given by|standing|payment|transfer|maturity|"
        r"mandate|signed|attorney|wire|dividend|delivery|postal|trustees?|executors?|solicitors?|"
        r"settlement|investment|voting)\b"
    ),
    "machine": (
        rf"\b(?:(?:note|message|memo|attention|attn|notice|word|request|reminder|hint|tip)s?"
        rf"[ ,:]+(?:(?:to|for|of) )?(?:(?:the|any|all|every|your|our|whichever) )?{_MACHINE}\b|"
        rf"(?:to|for) (?:(?:the|any|all|every|whichever|your) )?{_MACHINE} "
        rf"(?:that|which|who|reading|processing|summari)|"
        rf"(?:all|any|every|dear|hey|hi|oi|ok|okay|hello|yo|listen) {_MACHINE}\b|"
        rf"(?:the|this|your|any|a) (?:{_MACHINE}|program|programme|software|system|tool|computer|"
        rf"engine|service|application)s? (?:that|which|who) (?:will |then |next |now )?"
        rf"(?:{_SUMMARISES}|reads?|writes?|drafts?|prepares?|produces?|makes?|compiles?|"
        rf"handles?)\b|"
        rf"(?:who|which|what|the one|any(?:one|body)|some(?:one|body)|those|colleagues|staff|"
        rf"people|agents?)(?:so)?(?:ever)? (?:who )?(?:may |will |then |next )?"
        rf"(?:{_SUMMARISES}|(?:reads?|writes?|prepares?|picks?|handles?|drafts?|notes?)"
        rf" (?:this|it|up|the (?:case|summary|note)))\b|"
        r"(?:your|the|this) (?:summari[sz]er|language model|llm|ai)\b|"
        r"(?:you|thou) (?:are|as) (?:an? |the )?(?:ai|llm|language model|summari[sz]er)\b|"
        r"as an ai\b|large language model)"
    ),
    "machine_called": (
        rf"(?:^|[\n\x1e.!?;({{\[<\"'*#>/-]\s*|\b(?:also|and|so|now|ok|psst|then|anyway|oi|hey|"
        rf"p\.?s\.?:?),? )"
        rf"(?:(?:@|dear |hey |hi |oi |the )?{_MACHINE}"
        r"\s?(?:[:,>\]]|- |-> )|(?:system|admin|developer|supervisor|ai)"
        r"(?: (?:note|message|notice|prompt|override|instruction|update|alert|directive|"
        r"command)s?)?"
        r"(?: to [a-z ]{2,20})?\s?[:>])"
    ),
    "ai": r"(?-i:\bA\.?I\.?\b(?:[^\n] ?[^A-Z]|\n|$))|(?-i:\bLLM|\bGPT|\bChatGPT)|language model",
    "order": rf"\b(?:{_ORDER})\b",
    "write": rf"\b(?:{_WRITE})\b",
    "summary": (
        r"\b(?:(?:the|your|this|any|every|each|whole|case|final|its|their|ai) summar(?:y|ies)\b|"
        r"summary (?:field|must|should|shall|ends?|begins?|says?|reads?|obeys)|"
        r"(?:the|your|any|this|its|whole) (?:narrative|key[ _-]?facts?|headline|résumé|"
        r"synopsis|recap|precis|précis|abstract|digest|write-?up)|key_facts?|"
        r"narrative (?:field|must|should)|(?:all|every|each) fields?\b|"
        r"(?:the|your|file|case|internal) notes? (?:will|must|should|shall|ought)\b)"
    ),
    "summary_of_the_bank": (
        r"\b(?:account|tax|annual|year-end|statement|transaction|fees?|interest|monthly|quarterly|"
        r"portfolio|product|policy|charges|payoff|loan|mortgage|investment|spending|payment) "
        r"(?:summar|narrative)|summar(?:y|ies) (?:of|on|for|box|page|tab|screen|letter|statement)"
        r"(?: (?:my|the|your|our|all))* (?:accounts?|statements?|charges|fees|transactions|"
        r"payments|year|tax|loan|costs)|summary (?:box|page|tab|screen|statement|of terms)|"
        r"narrative (?:on|shown|against)"
    ),
    "must": (
        r"\b(?:must|should|shall|will|would|ought to|has to|have to|needs? to|is to|are to|"
        r"may only|can only|closed? with|ends? with|begins? with|starts? with|obeys?)\b"
    ),
    "setting": (
        r"\b(?:set(?:ting)?|mark(?:ed|ing)?|fil(?:e|ed|ing)|classif(?:y|ied|ying)|record(?:ed)?|"
        r"report(?:ed)?|label(?:led|ed)?|rat(?:e|ed)|log(?:ged)?|assign(?:ed)?|treat(?:ed)?|"
        r"flag(?:ged)?|tag(?:ged)?|categori[sz]ed?|register(?:ed)?|enter(?:ed)?|use|choose|put|"
        r"downgraded?|lower(?:ed)?|reduced?|chang(?:e|ed)|assume|keep|make|give|change)\b"
    ),
    "low": (
        r"\b(?:(?:urgency|priority|severity|importance) ?(?:level )?(?:is|as|to|be|at|of|"
        r"=|:|-|->)?[\"' ]{0,3}(?:low(?:est)?|minimal|none|normal|routine|zero|closed)|"
        r"(?:low(?:est)?|normal|minimal|no|lower|routine|zero) (?:urgency|priority|severity)|"
        r"(?:as|to) (?:not urgent|non-urgent|routine))\b"
    ),
    "assigned": (
        rf"\b(?:urgency|priority)[\"']?\s?=\s?[\"']?{_LEVEL}\b|"
        r"\b(?:next[_-]action|issue[_-]type|next action|issue type)[\"']?\s?"
        r"(?:=|:|is(?: therefore)?|to|as|->)\s?[\"']?[a-z]+_[a-z_]+"
    ),
    "field_name": r"\b(?:next_action|issue_type|key_facts|action_detail)\b",
    "show": (
        r"\b(?:reveal|print|repeat|show|output|echo|write|copy|put|quote|paste|display|disclose|"
        r"leak|dump|recite|tell (?:me|us)|give (?:me|us)|spell out|what (?:is|are|was|were)|"
        r"word for word|verbatim|list)\b"
    ),
    "prompt": (
        r"\b(?:system[ _-]?(?:prompt|instructions?)|(?:initial|original|hidden|secret|developer|"
        r"complete|full|exact|entire) (?:prompt|instructions?|rules)|your (?:own )?(?:prompt|real "
        r"instructions|instructions above|configuration)|boundary lines?)\b"
    ),
    "text_above": (
        r"\b(?:(?:everything|text|words|lines|all)(?: (?:that is|written|standing))? (?:above|"
        r"between|"
        r"before|preceding)|top of (?:this|the) (?:conversation|prompt|context))\b"
    ),
    "role": (
        r"\b(?:you are (?:now|no longer|going to be|to be) (?:an? |the |called |named "
        r")?(?:<[A-Z_0-9]+>|(?-i:"
        r"[A-Z]{3,})|[a-z-]*(?:bot|assistant|model|persona|summari[sz]er|agent|ai|character|"
        r"coach|pirate|poet|machine|expert|lawyer|judge|clerk|system|manager|supervisor))|stay "
        r"in (?:character|"
        r"persona)|in persona\b|(?:imagine|pretend|suppose|assume) (?:that )?(?:you are|you're|to "
        r"be|you were|being)|act as (?:if you (?:are|were)|an? (?:ai|assistant|model|bot|system|"
        r"unrestricted))|"
        r"(?:take|adopt|assume|play) (?:on )?the (?:role|persona|part) of|role-?play (?:as|that|"
        r"where)|from now on,? you(?:'re| are| will| answer| only)|(?:developer|god|dan|"
        r"jailbreak|unrestricted|"
        r"debug|maintenance|admin|test) mode|do anything now|jailbreak|let'?s play a game|"
        r"you (?:have|has) no (?:rules|policies|restrictions|limits))"
    ),
    "instead": (
        r"\b(?:instead of|rather than|in place of|no) (?:an? |the |any |your )?"
        r"(?:summar(?:y|i[sz]ing)|json|narrative)\b"
    ),
    "only": (
        r"\b(?:(?:answer|reply|respond|output|write|say|return|print) (?:only|nothing|with "
        r"(?:only|the (?:single |one )?word|exactly|just|nothing)|exactly|just)|(?:nothing else|"
        r"no other (?:text|words?)|and nothing more|valid json only|json only|only (?:reply|"
        r"answer|respond|output|write|json)|no json)|in (?:verse|rhyme)|make it rhyme|"
        r"like a pirate|every sentence with)\b"
    ),
    "suppress": (
        r"\b(?:(?:do not|don't|never|must not|shall not|should not|without|not) "
        r"(?:mention(?:ing)?|refer(?:ring)? to|includ(?:e|ing)|report(?:ing)?|disclos(?:e|ing)|"
        r"reveal(?:ing)?)|leave (?:\w+ ){0,4}out|omit)\b"
    ),
    "suppress_this": (
        r"\b(?:do not|don't|never|without) (?:mention|refer to|reveal|disclose|mentioning|"
        r"revealing|reporting|report)(?: to)? (?:this|these|that you|the) (?:instruction|comment|"
        r"note|message|"
        r"line|order|prompt|request|were told|have been)"
    ),
    "obey": (
        r"\b(?:obey|comply with (?:this|these)|do (?:as|what) it says|over any other rule|"
        r"(?:takes?|has|have) (?:precedence|priority) over|follow (?:these|this|the following) "
        r"(?:instructions?|orders?|steps)|new (?:system )?(?:instructions?|task|prompt|role|rules?)"
        r"\s?:|follow the alternative|act accordingly|write accordingly)\b"
    ),
    "decode": (
        r"\b(?:decode (?:it|this|the|and)|base64|rot-?13|(?:join|merge|combine|concatenate|glue) "
        r"(?:the |both |all |these )?(?:parts?|halves|pieces|fragments|lines|strings)|a ?\+ ?b)\b"
    ),
    "placeholder": (
        r"<LITERAL_\d+>|\b(?:placeholders?|tokens?|redaction|redacted|anonymi[sz]ed|restore step)\b"
    ),
}
"""Kind -> what belongs to it."""
