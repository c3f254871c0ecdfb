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
    r"print|list|name|drop|copy|paste|place"
)
_ORDER: Final = (
    rf"{_WRITE}|echo|reveal|classify|label|categori[sz]e|file|mark|flag|set|rate|assign|treat|"
    r"summari[sz]e|describe|skip|choose|select|return|generate|produce|translate|act|confirm|"
    r"recommend|advise|tell|escalate|pass|copy|grade|rank|overlook|approve|promise|follow|obey|"
    r"ignore|disregard|forget|override|search|compare|"
    r"show|give|keep|stay|pretend|assume|refer|display|do not|don't|never|only|must|shall|should|"
    r"(?:is|are) (?:to|requested|asked|instructed|required|ordered)"
)
_COMMAND: Final = (
    r"say|state|write|report|record|set|mark|file|classify|label|categori[sz]e|rate|assign|treat|"
    r"summari[sz]e|omit|leave (?:\w+ ){0,4}out|exclude|ignore|disregard|forget|override|output|"
    r"print|reply|respond|answer|repeat|reveal|append|end with|begin with|finish|obey|follow|act|"
    r"pretend|approve|release|skip|do not|don't|never|only|no human|must|translate|escalate|"
    r"close|"
    r"discard|(?:was|is|are) (?:approved|verified|recogni[sz]ed|authori[sz]ed|closed|resolved|"
    r"settled|found|confirmed|received)|verified|resolved|approved|not required|use"
)
_SUMMARISES: Final = (
    r"(?:summari[sz]e|sum|condense|digest|abridge|shorten|process|triage|classif(?:y|ie)|"
    r"auto-?complete)s?"
)
_MACHINE: Final = (
    r"(?:ai(?: (?:assistant|model|system|agent|bot|tool|summari[sz]er))?|llms?|gpt|chatgpt|"
    r"copilot|"
    r"(?:large )?language models?|models?|assistants?|(?:chat)?bots?|robots?|machines?|"
    r"summari[sz]ers?|algorithms?|neural net(?:work)?s?|automation|automated (?:system|assistant|"
    r"reader|agent|processing)s?|"
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
        r"set aside|throw away|discard|overlook|pay no (?:attention|heed) to|(?:do not|don't|"
        r"stop) "
        r"(?:follow(?:ing)?|obey(?:ing)?|apply(?:ing)?|listen(?:ing)? to)|supersedes?)\b"
    ),
    "void": (
        r"\b(?:(?:(?:is|are) no longer|don't|do not) (?:valid|count|matter)|(?:were|was|have "
        r"been|"
        r"has been) (?:replaced|revoked|lifted|suspended)|none of (?:it|this|that|them) "
        r"(?:counts|"
        r"matters|applies)|(?:ends?|stops?) here|(?:does|do) not bind|(?:is|are) (?:now |all |"
        r"hereby "
        r")*(?:void|cancelled|superseded|revoked|obsolete|"
        r"suspended|invalid|lifted)|(?:no longer|do not|does not) (?:apply|applies|bind|hold|"
        r"valid)|"
        r"(?:be|are|is) (?:ignored|disregarded|overridden|forgotten|skipped))\b"
    ),
    "instructions": (
        r"\b(?:instructions?|directions|directives?|prompts?|rules|(?:any|every|each|no) rule|"
        r"guidelines?|guidance|schema|"
        r"constraints?|programming|training|safeguards?|guard-?rails?|"
        r"system (?:message|text)|(?:output |answer |response )?format)\b"
    ),
    "all_before": (
        r"\b(?:(?:all|any|every|whatever|the|your|these|those|everything|"
        r"anything)\b[^.!?\n]{0,16}"
        r"\b(?:previous|prior|above|before|earlier|preceding|told|given|existing|original|"
        r"initial|system|other|default)|(?:previous|prior|earlier|preceding|above) "
        r"(?:instructions?|prompts?|rules|directions|text|messages?|content|input|context)|"
        r"(?:all|any|your|these) (?:of )?(?:the |your )?(?:instructions|rules|guidelines|"
        r"prompts)|"
        r"(?:the )?(?:customer(?:'s)?|ticket|case|message|user) (?:text|words|message|content))\b"
    ),
    "reset": (
        r"\b(?:(?:your|the) (?:real |new |actual |only )?(?:task|job|goal|purpose) (?:is now|has "
        r"(?:now )?changed|now is)|(?:new|updated) (?:task|directive|prompt|"
        r"objective)s?\s?:\s*\w+|"
        r"the (?:real|actual|true) (?:ticket|case) (?:is|reads|says|follows)|nothing above(?: "
        r"this "
        r"line)? (?:is|was)|(?:treat|regard|consider) (?:the|this) (?:case|ticket|text) as "
        r"(?:empty|"
        r"void|a test)|opposite of (?:what|everything|all) you (?:were|are|have been) (?:told|"
        r"asked|"
        r"instructed)|pretend (?:that )?the above|rules you were given)\b"
    ),
    "emptied": (
        r"\b(?:(?:text|lines?|messages?|paragraphs?|words|case|ticket|everything) above (?:is|"
        r"are|"
        r"was|were) (?:an? |only |just |all )*(?:tests?|examples?|dummy|fake|void|empty)|clean "
        r"slate|"
        r"(?:start|begin) (?:over|afresh)|(?:case|ticket|conversation) (?:has ended|was empty))\b"
    ),
    "of_the_customer": (
        r"\b(?:my|mine|our|i (?:gave|sent|made|left|submitted|placed|wrote|had|have)|"
        r"we (?:gave|sent|made|left|submitted|placed)|given by|standing|payment|transfer|"
        r"maturity|"
        r"mandate|signed|attorney|wire|dividend|delivery|postal|trustees?|executors?|solicitors?|"
        r"settlement|investment|voting|(?:instructions?|directions) (?:of|from|by|(?:contained|"
        r"received|sent|given) (?:in|by|with)))\b"
    ),
    "machine": (
        rf"\b(?:(?:note|message|memo|attention|attn|notice|word|request|reminder|hint|tip)s?"
        rf"[ ,:]+(?:(?:to|for|of) )?(?:(?:the|any|all|every|your|our|whichever) )?{_MACHINE}\b|"
        rf"(?:to|for) (?:(?:the|any|all|every|whichever|your) )?{_MACHINE} "
        rf"(?:that|which|who|reading|processing|summari)|"
        rf"if (?:you are |you're |this is (?:read|processed) by )?(?:an? |the |some "
        rf")?(?:{_MACHINE}|computer|"
        rf"program|software) (?:is |that is |will |who )?(?:read|process|summari|see|handl|writ)|"
        rf"if (?:you are|you're|ur|u are) (?:an? )?{_MACHINE}\b|"
        rf"(?:{_MACHINE}|computers?) (?:that (?:is|are) |who (?:is|are) )?(?:reading|processing|"
        rf"summari[sz]ing|"
        rf"handling) (?:this|it|the)|for (?:automated|machine|automatic) (?:processing|reading|"
        rf"use)|"
        rf"machine-readable|when(?:ever)? (?:you|they|it|someone|somebody) (?:write|generate|"
        rf"draft|prepare|produce|make|"
        rf"create|compose|summari[sz]e|condense|sum)s? (?:this|it|the (?:summary|note)|up|a "
        rf"(?:summary|note))|"
        rf"(?:dear|love|mr\.?|,) (?:robot|bot|machine|ai|model|computer|algorithm)\s?[,.!]|"
        rf"\bby (?:an?|the|your) (?:computer|machine|robot|ai|program|software|algorithm|model|"
        rf"llm)\b|"
        rf"(?:the|this) (?:model|llm|ai) (?:is|must|shall|should|has)\b|"
        rf"(?:all|any|every|dear|hey|hi|oi|ok|okay|hello|yo|listen) {_MACHINE}\b|"
        rf"(?:the|this|your|any|a) (?:{_MACHINE}|program|programme|software|system|tool|computer|"
        rf"engine|service|application)s? (?:that|which|who) (?:will |then |next |now )?"
        rf"(?:{_SUMMARISES}|reads?|writes?|drafts?|prepares?|produces?|makes?|compiles?|"
        rf"handles?)\b|"
        rf"(?:who|which|what|the one|any(?:one|body)|some(?:one|body)|those|colleagues|staff|"
        rf"people|agents?)(?:so)?(?:ever)? (?:who )?(?:may |will |then |next )?{_SUMMARISES}\b|"
        r"(?:your|the|this) (?:summari[sz]er|language model|llm|ai)\b|"
        r"(?:you|thou) (?:are|as) (?:an? |the )?(?:ai|llm|language model|summari[sz]er)\b|"
        r"as an ai\b|large language model)"
    ),
    "reader": (
        r"\b(?:who|the one|any(?:one|body)|some(?:one|body)|those|colleagues|staff|people|"
        r"agents?)"
        r"(?:so)?(?:ever)? (?:who )?(?:may |will |then |next )?(?:reads?|writes?|prepares?|"
        r"picks?|"
        r"handles?|drafts?|notes?) (?:this|it|up|the (?:case|summary|note))\b"
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
    "ai": r"(?-i:\bA\.?I\b\.?|\bLLM|\bGPT|\bChatGPT)|language model",
    "firm": (
        r"(?-i:\b(?:A\.?I\.?|Robots?|Machines?|Bots?|Assistant|Models?|Computers?) [A-Z][a-z]+)"
    ),
    "order": rf"\b(?:{_ORDER})\b",
    "command": rf"\b(?:{_COMMAND})\b",
    "write": rf"\b(?:{_WRITE})\b",
    "summary": (
        r"\b(?:(?:the|your|this|any|every|each|whole|case|final|its|their|ai) summar(?:y|ies)\b|"
        r"summaries\b|(?:the|your) output (?:must|should|shall|is to)|^output must|"
        r"summary (?:field|must|should|shall|ends?|begins?|says?|reads?|obeys)|"
        r"(?:the|your|any|this|its|whole) (?:narrative|key[ _-]?facts?|headline|résumé|"
        r"synopsis|recap|precis|précis|abstract|digest|write-?up)|key_facts?|"
        r"narrative (?:field|must|should)|(?:all|every|each) fields? (?:must|should|shall) be "
        r"(?:written|answered|given|returned|filled with)|"
        r"(?:the|a) note must\b)"
    ),
    "summary_of_the_bank": (
        r"\b(?:account|tax|annual|year-end|statement|transaction|fees?|interest|monthly|"
        r"quarterly|"
        r"portfolio|product|policy|charges|payoff|loan|mortgage|investment|spending|payment|"
        r"weekly|"
        r"daily|news|marketing) (?:summar|narrative|digest|recap|overview|abstract)|(?:digest|"
        r"recap|"
        r"summary) (?:e-?mail|mail|letter|text)s?|summar(?:y|ies) (?:of|on|for|box|page|tab|"
        r"screen|letter|statement)"
        r"(?: (?:my|the|your|our|all))* (?:accounts?|statements?|charges|fees|transactions|"
        r"payments|year|tax|loan|costs)|summary (?:box|page|tab|screen|statement|of (?:terms|"
        r"complaint|events|the complaint))|"
        r"(?:form|page|portal|website)(?:'s)? (?:\w+ )?summary|(?:version|outline|abstract|digest|"
        r"recap)s? of "
        r"(?:the|our|my|your|this|that) (?:forms?|reports?|contracts?|agreements?|plans?|"
        r"polic(?:y|ies)|"
        r"offers?|terms|wills?|deeds?|loan|titles?|meetings?|app|website)|summary (?:of|at the "
        r"end of|after) "
        r"(?:the|our|my|your) (?:phone )?(?:call|visit|meeting|chat|interview)|"
        r"(?:narrative|headline) (?:on|shown|against|in (?:the|your) (?:paper|news|app|leaflet|"
        r"letter))|abstracts? of|summar(?:y|ies) (?:that |which )?"
        r"(?:(?:you|i|we|he|she|they|the bank|your \w+) )?(?:sent|got|received|gave|have|had|"
        r"shows?|showed|says?|said|states?|came|arrived|"
        r"posted|mailed|is wrong|was wrong)\b"
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
        r"(?:priority|urgency)\b[^.!?\n]{0,24}\b(?:lowest|minimum)|urgency 0|(?:as|to) (?:not "
        r"urgent|non-urgent|routine))\b"
    ),
    "classed": (
        r"\b(?:(?:priority|urgency|severity) (?:must|should|shall|is to|has to|can|may) be "
        r"(?:set|put|kept|lowered|reduced|recorded|marked|treated) (?:as|at|to) (?:the )?(?:low|"
        r"minimum)|"
        r"(?:classify|categori[sz]e|label|tag|grade|file|triage) (?:this|it|the (?:ticket|"
        r"case|"
        r"message|e-?mail|call))\b[^.!?\n]{0,30}? (?:as|under)\b|(?:must|should|shall|is to|has "
        r"to|needs to) be "
        r"(?:classified|categori[sz]ed|labell?ed|tagged|graded|filed|triaged|rated) (?:as|"
        r"under)\b|"
        r"(?:right|correct|proper|true|expected) (?:urgency|priority|category|option|label|issue "
        r"type|next action|"
        r"classification)\b|(?:letter|option|answer) \(?[a-z]\)? for (?:the )?(?:urgency|"
        r"priority|issue|"
        r"next|category)|(?-i:(?:issue_type|urgency|next_action) [A-Z]\b))"
    ),
    "final": (
        r"\b(?:final|expected|correct|ideal|desired|perfect) (?:answer|output|json|response|"
        r"completion|summary)\b"
    ),
    "kept_out": (
        r"\b(?:(?:leave|keep|take)\b[^.!?\n]{1,40}\bout of (?:the |your |any |this |whatever "
        r")(?:notes?|report|records?|"
        r"file|log|write-?up|summary|gets? written|is written|you write)|(?:do not|don't|never) "
        r"(?:record|log|note|"
        r"write down) (?:that|the|any)|(?:do not|don't|never|not) (?:put|write|include|appear|be "
        r"mentioned)\b"
        r"[^.!?\n]{0,24}\b(?:in|into) (?:the|your|any) (?:notes?|report|log|write-?up|summary|"
        r"summaries))"
    ),
    "agent_told": (
        r"\b(?:tell|ask|instruct|direct|advise|have|get) the (?:agent|advis[eo]r|employee|staff|"
        r"handler|reader|clerk)s?\b"
    ),
    "link": r"(?:https?://|www\.)[^\s<>\"]+",
    "other_case": (
        r"\b(?:(?:details?|names?|balances?|numbers?|data|accounts?|files?|records?|"
        r"income)\b[^.!?\n]{0,30}\b(?:other|previous|last|another|different|neighbou?rs?'?) "
        r"(?:customers?|clients?|tickets?|cases?|complain[a-z]+)|(?:other|previous|last|another|"
        r"different) "
        r"(?:customers?|clients?|tickets?|cases?|complain[a-z]+)\b[^.!?\n]{0,40}\b(?:account "
        r"numbers?|"
        r"balances?|details|names))"
    ),
    "mention": r"(?:^|\s)@(?:summari[sz]er|assistant|ai|bot|model|llm)\b",
    "assigned": (
        rf"\b(?:urgency|priority)[\"']?\s?=\s?[\"']?{_LEVEL}\b|"
        r"\b(?:next[_-]action|issue[_-]type|next action|issue type)[\"']?\s?"
        r"(?:=|:|is(?: therefore)?|to|as|->)\s?[\"']?[a-z]+_[a-z_]+"
    ),
    "field_name": r"\b(?:next_action|issue_type|key_facts|action_detail)\b",
    "show": (
        r"\b(?:reveal|print|repeat|show|output|echo|write|copy|put|quote|paste|display|disclose|"
        r"leak|dump|recite|share|expose|include|begin|start|tell (?:me|us)|give (?:me|us)|spell "
        r"out|what (?:is|are|was|were)|"
        r"word for word|verbatim|list)\b"
    ),
    "prompt": (
        r"\b(?:system[ _-]?(?:prompt|instructions?)|(?:initial|original|hidden|secret|developer) "
        r"(?:prompt|instructions?|rules)|"
        r"your (?:complete|full|exact|entire|own) (?:prompt|instructions?|rules)|your (?:own "
        r")?(?:prompt|real "
        r"instructions|instructions above|configuration))\b"
    ),
    "bidden": (r"\b(?:(?:is|are) (?:requested|asked|instructed|required|ordered|to)|must|shall)\b"),
    "answer_given": (
        r"\b(?:right|correct|proper|true) (?:urgency|priority|category|label|issue type|next "
        r"action|"
        r"option for|letter for)\b|\b(?:letter|option|answer) \(?[a-z]\)? for (?:the "
        r")?(?:urgency|"
        r"priority|issue|next|category)|\banswer must have\b|"
        r"\bas (?:your|the) (?:final|whole|complete) (?:answer|output|response|summary)\b"
    ),
    "recite": r"\b(?:reveal|print|repeat|output|echo|dump|recite|quote)\b",
    "reported": (
        r"\b(?:(?:it|ai|bot|chatbot|assistant|machine|app|system) (?:just |then |always "
        r")?(?:told|said|says|keeps?|kept|answers?|"
        r"answered|wrote|asked|asks|suggested|claims|thinks|gave|replied|insists)|as an "
        r"ai\b[^.!?\n]"
        r"{0,30}\bi)\b"
    ),
    "told_by": (
        r"\b(?:he|she|they|caller|man|woman|girl|boy|voice|guy|lady|person|text|letter|message|"
        r"email|e-mail|website|app|helpline|scammer|screen|adviser|"
        r"officer)\b[^.\n]{0,20}\b(?:says?|"
        r"said|saying|told|tells|wants|wanted|asked|insisted|instructed)\b"
    ),
    "text_above": (
        r"\b(?:(?:everything|text|words|lines|all)(?: (?:that is|written|standing))? (?:above|"
        r"between|"
        r"before|preceding)|top of (?:this|the) (?:conversation|prompt|context))\b"
    ),
    "role": (
        r"\b(?:(?:imagine|pretend|suppose|assume) (?:that )?(?:you are|you're|to be|you were|"
        r"being)|"
        r"(?:take|adopt|assume|play) (?:on )?the (?:role|persona|part) of|from (?:now on|this "
        r"moment"
        r"(?: on)?|here on),? you(?:'re| are| will| answer| only)|let'?s play a game|"
        r"(?:debug|maintenance|admin|test) mode)\b"
    ),
    "new_role": (
        r"\b(?:you(?: are|'re) (?:now|no longer|going to be|to be) (?:an? |the |called |named )?"
        r"(?:<[A-Z_0-9]+>|[a-z-]*(?:bot|assistant|model|persona|summari[sz]er|"
        r"ai|character|pirate|poet|machine))|you(?: are|'re| will be)(?: now)? \w*(?:gpt|bot)\b|"
        r"(?-i:[Yy]ou are (?:now|no longer) (?:called |named )?[A-Z]{3,})|stay in (?:character|"
        r"persona)|in persona\b|role-?play(?: as| that| where|:| with me)|act as (?:if you "
        r"(?:are|"
        r"were)|an? (?:ai|assistant|model|bot|system|unrestricted|agent|supervisor|pirate|poet))|"
        r"you (?:will|shall|must) (?:now )?(?:behave|act|speak|answer|respond|write) (?:as|like)|"
        r"(?:god|dan|jailbreak|unrestricted) mode|(?:you(?:'re| are)?|enter|switch to|now|activate)"
        r"(?: \w+)? developer mode|maintenance mode on|do anything now|"
        r"jailbreak|you (?:have|has) no (?:rules|policies|restrictions|limits))"
    ),
    "instead": (
        r"\b(?:instead of|rather than|in place of|no) (?:an? |the |any |your )?"
        r"(?:summar(?:y|i[sz]ing)|json|narrative)\b|\b(?:do not|don't|never) summari[sz]e|"
        r"\bno summary (?:is|needed|required)|\b(?:not|no|empty) json\b"
    ),
    "only": (
        r"(?:(?:^|[\n\x1e.!?;:,(>*\"-]|\b(?:and|then|please|pls|kindly|now|just|also|so|you|"
        r"to|must|should|shall|will|or))\s*(?:answer|reply|respond|output|write|say|return|"
        r"print) (?:only|nothing|with "
        r"(?:only|the (?:single |one )?word|exactly|just|nothing)|exactly|just)|\b(?:(?:say|write|"
        r"answer|reply|output|print|name|mention|state|with|word)\b[^.!?\n]{0,40}"
        r"\bnothing else|no other (?:text|words?)|and nothing more|valid json only|json only|"
        r"only (?:reply|answer|respond|output|write|json)|no json|in (?:verse|rhyme)|make it rhyme|"
        r"like a pirate|every sentence with))\b"
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
        r"(?:instructions?|orders?|steps)|new (?:system )?(?:instructions?|task|prompt|role|"
        r"rules?)"
        r"\s?:|follow the alternative|act accordingly|write accordingly)\b"
    ),
    "decode": (
        r"\b(?:decode (?:it|this|the|and)|base64|rot-?13|(?:join|merge|combine|concatenate|glue) "
        r"(?:them|it)|(?:join|merge|combine|concatenate|glue) "
        r"(?:the |both |all |these )?(?:parts?|halves|pieces|fragments|lines|strings)|a ?\+ ?b)\b"
    ),
    "literal": r"<LITERAL_\d+>",
    "placeholder": (r"\b(?:placeholders?|tokens?|redaction|redacted|anonymi[sz]ed|restore step)\b"),
}
"""Kind -> what belongs to it."""
