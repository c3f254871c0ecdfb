"""Speech: what is asked of whoever writes the summary, by kind, in English; patterns of RE2.

Three things make an order to a model out of ordinary words: whom it speaks to (a maker of texts,
`written_here`, `configured`), what it is about (the text that comes of the case, `made_text`, or
a field of it, `label_noun`) and that something is to be done about it (`silence`, `bound`, `take`).
Customers use each of them; `summarizer.injection.rules` says which ones stand together.
"""

from typing import Final

__all__ = ["SPEECH"]

_MAKING: Final = (
    r"(?:drawn up|generated|produced|written(?: up)?|made|derived|distilled|compiled|composed|"
    r"put together|extracted|prepared|created|condensed|summari[sz]ed|summed up|boiled down|"
    r"shortened|abridged|drafted)"
)
_CONDENSE: Final = (
    r"(?:condens|summari[sz]|sum(?:s|med)? (?:it|this|that|them|me|up)|sum up|abridg|boil(?:s|"
    r"ed)? "
    r"(?:it|this|that) down|shorten|distil|write(?:s)? (?:it|this|that|me|my \w+) (?:up|down)|"
    r"write(?:s)? up|digest)"
)
_READER: Final = (
    r"(?:agents?|colleagues?|handlers?|advis[eo]rs?|staff|case ?workers?|team|reader|clerks?|"
    r"operators?|reviewers?|employees?)"
)
_SHORT: Final = (
    r"(?:summar(?:y|ies)|recap|digest|synopsis|abstract|pr[eé]cis|gist|outline|r[eé]sum[eé]|"
    r"write-?up|(?:condensed|short(?:er|ened)?|abridged|boiled-down|brief|final|finished) "
    r"(?:version|text|write-?up))"
)
_LOW: Final = (
    r"(?:low(?:est)?|minimal|minimum|bottom|least|trivial|unimportant|none|routine|nil|zero|"
    r"negligible|minor|not (?:urgent|pressing|important)|non-urgent)"
)

SPEECH: Final[dict[str, str]] = {
    # Whom: the maker of the text.
    "written_here": (
        rf"\b(?:(?:when|while|once|before|after|as|if|where|wherever|whenever) (?:you|u|it|this|"
        rf"that"
        rf"|they|one|someone|anyone|the (?:matter|case|letter|ticket|message)|my (?:matter|case|"
        rf"letter|ticket|message|story))(?:'re| are| is| gets?| come to| will)? (?:to )?"
        rf"(?:be |being )?(?:{_CONDENSE}|written up|summed up|boiled down|drawn up)|"
        rf"(?:what|whatever|anything|all(?: that)?) (?:you|u) (?:write|put(?: down)?|note down|"
        rf"draft|generate|produce|output|set down)(?: (?:here|about this|of this|down|for "
        rf"\w+))?\b|"
        rf"you (?:who|that) (?:{_CONDENSE}|write|read|process)|(?:no|not a) (?:note-?taking|"
        rf"summari[sz]ing|writing) (?:tool|machine|program|assistant))"
    ),
    "made_text": (
        rf"\b(?:(?:the|your|this|its|any|that|each) (?:\w+ )?{_SHORT}\b|"
        rf"the {_SHORT} |"
        rf"(?:text|words|paragraph|lines?|version|note|message|sentence|whatever|what|anything|"
        rf"all|overview|document|thing)s?(?: that| which)?(?: is| are| gets?| you)?"
        rf" {_MAKING} (?:from|out of|about|on|for|of|here)\b|(?:is|are|gets?) {_MAKING} (?:from|"
        rf"out of) (?:this|my|it|the (?:case|ticket|message|above))|"
        rf"(?:text|words|paragraph|lines?|version|note|message|sentence|whatever|what|overview|"
        rf"document)s?(?: that| which)? (?:(?:the|your|an?|their|my|any) )?{_READER} (?:will |is "
        rf"going to |then )?(?:sees?|gets?|reads?|receives?|is shown|finds?|is given|works? "
        rf"from)|"
        rf"(?:overview|text|version|note|lines?) (?:that )?you (?:prepare|write|draft|make|"
        rf"produce|"
        rf"generate|draw up|give) (?:for|to) (?:the|your)|"
        rf"where the (?:summary|narrative|answer) (?:would|should|goes|stands)|"
        rf"what(?:ever)? (?:comes|goes) (?:out|on top) of (?:this|the))"
    ),
    "bound": (
        r"\b(?:(?:must|should|shall|will|would|ought to|has to|have to|needs? to|is to|are to|"
        r"may "
        r"only|can only) (?:please |now |just |only |simply |naturally |not |never )*"
        r"(?:be|say|state|read|contain|consist|include|mention|omit|describe|begin|start|end|"
        r"close|"
        r"open|finish|call|name|list|show|report|leave|appear|have|carry|praise|promise|give|"
        r"speak|"
        r"tell|run|go|confirm)|(?:say|read|run|state)s?:|is (?:only )?(?:one|a single) (?:word|"
        r"line|"
        r"sentence)|begins? with|ends? with|closes? with|starts? with)\b"
    ),
    # What it was given.
    "configured": (
        r"\b(?:(?:you|u|ya)(?:'ve| were| are| have| had| was)?(?: been)? (?:set ?up|configured|"
        r"programmed|trained|prompted|primed|started|initiali[sz]ed|instructed|built|designed|"
        r"briefed|loaded) (?:to|with|by|for|as|up|under|on)\b|how you (?:are|were|have been|got) "
        r"(?:set ?up|configured|programmed|trained|prompted|instructed|built)|"
        r"(?:set ?up|configured|programmed|trained|prompted|primed) (?:you|u) (?:to|with|for|as)|"
        r"your (?:programming|configuration|set-?up|training|fine-?tuning|(?:built-in|default|"
        r"system|hidden|initial|preset) (?:prompts?|rules|instructions|messages?|behaviou?r|"
        r"settings?|orders|role)|developers?|creators?|makers?|operators?'? (?:rules|"
        r"instructions|orders)|"
        r"task|brief|assignment|job description|mission|persona|"
        r"original (?:task|orders|brief|role|prompt)|"
        r"(?:usual|normal|standard) (?:format|schema|output|behaviou?r))\b|"
        r"(?:brief|script|rules|orders|instructions|text|prompt|template|manual) (?:that "
        r")?(?:you|u) "
        r"(?:work|operate|act|go|run|start|started|began|begin|were started|were given to work) "
        r"(?:from|with|by|under|on)|(?:said|told|given|shown|fed) to (?:you|u) (?:ahead|before|"
        r"first|earlier|at the (?:start|beginning|top)|prior))"
    ),
    "told": (
        r"\b(?:(?:all|everything|anything|whatever|what|the things?|things|that)(?: that| "
        r"which)? "
        r"(?:you|u|ya)(?:'ve|'d| were| are| have| had| got| may have)(?: ever| previously| so "
        r"far| "
        r"already| just)?(?: been)? (?:told|given|asked|instructed|taught|shown|ordered|made to|"
        r"fed|handed)|"
        r"(?:all|everything|anything|whatever|the lot)(?: that| which)? (?:came|comes|stood|"
        r"stands|"
        r"went|goes|was (?:said|written)|is (?:said|written)|has been said) "
        r"(?:before|earlier|ahead|above|up there|previously|prior))\b"
    ),
    "own_instructions": (
        r"\b(?:your (?:full |own |exact |complete |entire |real |secret |whole )*"
        r"(?:instructions?|prompts?|orders|directives?|guidelines)|(?:the )?(?:instructions|"
        r"rules|"
        r"guidelines|orders|directives)(?: that| which)? (?:you|u) (?:were|are|have been|got|"
        r"must|"
        r"have to|need to|had to|go by|run on|follow|keep|obey|work)|(?:which|what) rules (?:you|"
        r"u) "
        r"(?:must|have to|need to|go by|run on|follow|obey|keep))\b"
    ),
    "of_business": (
        r"\b(?:instructions?|rules|guidelines|orders|directives?) (?:for|on|about|regarding|"
        r"concerning|to (?:pay|send|transfer|open|close|set|return|activate|block|stop)|in "
        r"(?:the|"
        r"your) (?:letter|app|mail|e-?mail|leaflet|post)|(?:which|that) came with|from (?:the|"
        r"your)|"
        r"say|said|were|are|was|is)\b|(?:if|when|after|in case|before|once) (?:you (?:block|clos|"
        r"open|"
        r"freez|unblock|charg|pay|lend|refus|declin|send|lock|cancel|refund)\w*|(?:i|we|he|she|"
        r"somebody|someone|one|people|a|an|my|our)\b)|"
        r"your (?:investment|payment|lending|mortgage|transfer|postal|maturity) "
    ),
    "asked_to_show": (
        r"\b(?:list|reveal|print|repeat|recite|quote|echo|dump|disclose|leak|paste(?: in)?|spell "
        r"out|spill|write out|set out|output|read out|type out|share|copy out|copy|display|show "
        r"(?:"
        r"me|us)|tell (?:me|us|the agent|the adviser|everyone|them)|give (?:me|us|the agent)|"
        r"(?:i(?:'d| would)|would) (?:love|like) to (?:see|know|read)|what (?:are|were|is|was))\b"
    ),
    # Labels.
    "label_noun": (
        r"\b(?:category|issue type|next (?:action|step)|right action|label|classification|"
        r"urgency|priority|severity|option|type|action|grade|tick|pick|code|topic)\b"
    ),
    "low_label": (
        rf"\b(?:(?:urgency|severity|priority|importance)\b[^.!?\n]{{0,30}} {_LOW}\b|(?:urgency|"
        rf"severity|grade|rank|rating|priority) ?[:=] ?{_LOW}\b|"
        rf"(?:rank|rate|grade|class|mark|treat|file|log|put|record|regard|score|count)\b"
        rf"[^.!?\n]{{0,30}} as (?:{_LOW}|a (?:trifle|trivial|minor|routine)))"
    ),
    "low_bid": (
        rf"(?:(?:^|[\n\x1e.!?;:,(>*-]|\b(?:and|then|please|pls|kindly|now|just|also|so|must|"
        rf"should|"
        rf"shall|will))\s*(?:rank|rate|grade|class|mark|treat|file|log|put|record|regard|score|"
        rf"count)\b[^.!?\n]{{0,30}} as (?:{_LOW}|a (?:trifle|trivial|minor|routine))|"
        rf"\b(?:urgency|"
        rf"severity|priority)\b[^.!?\n]{{0,12}} (?:must|should|shall|counts?|is to|has to|needs "
        rf"to|"
        rf"ought to|can|may)\b[^.!?\n]{{0,24}} {_LOW}\b)"
    ),
    "bidding": (
        r"(?:(?:^|[\n\x1e.!?;:,(>*-]|\b(?:and|then|please|pls|kindly|now|just|also|so|always|"
        r"simply|must|should|shall|will|is to|has to|needs to|have to|are to))\s*(?:be |come out "
        r"(?:as )?|go (?:in|into|under) )?(?:set|mark(?:ed)?|file[d]?|classif(?:y|ied)|"
        r"record(?:ed)?|"
        r"label(?:led|ed)?|rat(?:e|ed)|log(?:ged)?|assign(?:ed)?|treat(?:ed)?|flag(?:ged)?|"
        r"tag(?:ged)?|use|choose|put|keep|kept|make|give|change|grad(?:e|ed)|rank(?:ed)?|tick|"
        r"pick|"
        r"select|count|be|come)\b|\b(?:counts? (?:here )?as|(?:must|should|shall|has to|is to|"
        r"ought "
        r"to|need to) (?:be|come|stay|remain|read|say)|is the (?:one|right)|whatever you (?:read|"
        r"think))\b)"
    ),
    "choice_offered": (
        r"\b(?:forms?|menus?|drop-?downs?|websites?|pages?|app|buttons?|wrong(?:ly)?|mistaken|"
        r"instead|offers?|offered|would be|was|were|should have been|missing)\b"
    ),
    "belongs": (
        r"\b(?:goes|belongs|falls|comes|go|put it|file it) (?:in|into|under|to) (?:the )?[a-z_ ]"
        r"{0,30}?(?:category|heading|label|class|queue|bucket|option)\b"
    ),
    "not_now": (
        r"\b(?:no (?:rush|hurry)|take your time|can wait|whenever you (?:can|like|have)|(?:he|she|"
        r"they|it|you|who|someone|somebody|nobody|man|woman|lady|gentleman|girl|"
        r"boy|"
        r"guy|agent|advis[eo]r|clerk|colleague|teller|bank|branch|chat|bot|app|phone|line|system|"
        r"manager|helpline|desk|voice|operator)(?: \w+){0,4}? (?:rated|ranked|marked|filed|put|"
        r"classed|classified|labelled|labeled|recorded|logged|treated|graded|set|gave|called|"
        r"said|"
        r"says|told|tells|has|had|have|keeps?|makes?|thinks?|was|is)|why|(?:was|were|been|being|"
        r"got|"
        r"getting) (?:rated|ranked|marked|filed|put|classed|classified|labell?ed|recorded|logged|"
        r"treated|graded|set)|stop|don't|do not|never|cannot|can't|not be|instead of|not (?:mark|"
        r"put|treat|file|rate|"
        r"log|"
        r"class))\b"
    ),
    # Silence.
    "silence": (
        r"\b(?:(?:must|shall|should|may|can|need|do|does|will) ?(?:not|never)(?: \w+)? "
        r"(?:contain|mention|"
        r"include|refer|show|appear|let|report|name|say|reveal|touch|betray)|(?:don't|doesn't|"
        r"mustn't|"
        r"never|won't|not) (?:mention|include|refer|let|show|report|name|contain|repeat|touch)|"
        r"(?:skip|drop|omit|leave out|pass over|suppress|bury|strike|hide|overlook|leave (?:\w+ "
        r"){1,6}out)\b|"
        r"(?:nothing|not a (?:word|syllable|line|hint)|no (?:word|mention|trace|hint)|none) "
        r"(?:about|"
        r"of|on)|passed over|in silence|be silent|stay silent|kept? (?:quiet|silent)|without "
        r"(?:a "
        r"word|mention)|replace my (?:story|words|text))\b"
    ),
    "own_deed": (
        r"\b(?:(?:i|we)(?:'ll|'d| will| would| shall| have to| must| can)?(?: \w+)? (?:skip|drop|"
        r"omit|"
        r"leave|pass|overlook|hide|keep|mention|include)|(?:do not|don't|never|not|without) "
        r"(?:leave|leaving|omit|omitting|skip|drop|forget))\b"
    ),
    # Custom.
    "custom": (
        r"\b(?:(?:it is|it's|as is|is|was|the) (?:usual|custom(?:ary)?|habit|tradition|practice|"
        r"courtesy|convention|etiquette|policy|wont|good form)|(?:good|usual|common|best|"
        r"established|"
        r"normal) practice|tradition (?:at|in|of)|customarily|by (?:custom|tradition|convention)|"
        r"as a (?:rule|courtesy)|(?:in|with) your (?:bank|house)|wish to depart|"
        r"(?:policy|charter|practice|rules?|custom|handbook|manual|guidelines?)(?: \w+){0,3} "
        r"(?:says|"
        r"has it|have it|is that|provides|requires|states))\b"
    ),
    "recorded_as": (
        r"\b(?:recorded|filed|described|noted|entered|logged|treated|classed|marked|put down|set "
        r"down|written (?:up|down)|regarded|counted|summari[sz]ed) (?:as|only|simply|under)\b"
    ),
    "note_reads": (
        r"\b(?:notes?|write-?up|record|report|file note|"
        r"r[eé]sum[eé])\b[^.!?\n]{0,40}\b(?:(?:always|"
        r"naturally|only|never|simply|invariably|customarily) (?:close|end|say|read|describe|"
        r"speak|"
        r"mention|omit|state|carry|begin|open)s?|(?:close|end|speak|read|say)s? (?:with|only|"
        r"that|of "
        r"only)|(?:will|would) (?:naturally|of course|surely) )|passed over in silence"
    ),
    "tools": (
        r"\b(?:(?:all|any|every|to the|dear|attention) (?:\w+ )?(?:tools?|software|programs?|"
        r"computers?|systems?|engines?|scripts?|services?)(?:,|:| (?:that|which|who|reading|"
        r"handling|processing|working on|looking at|making))|(?:^|[\n.!?\x1e]\s*)(?:computer|"
        r"program|software|system|machine|tool)s? (?:that|which|who) (?:makes?|writes?|reads?|"
        r"handles?|shortens?|summ\w+|condenses?|takes?|drafts?)|(?:tool|software|program|"
        r"computer|"
        r"engine|script|machine)s? (?:that|which) (?:shortens?|summari\w+|condenses?|digests?) |"
        r"(?:language|writing|summary) tools?)"
    ),
}
"""Kind -> what belongs to it."""
