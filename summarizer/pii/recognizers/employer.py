"""Employers: whom the customer or a relative works for, by the words that say so.

An employer names nobody, and with a town or a job it often leaves one person. Source: GDPR,
article 4(1) and recital 26 (what singles a person out indirectly).
"""

# A list of words reads best on one line.
# ruff: noqa: E501

from summarizer.pii.recognizers.company import CompanyCue, CompanyRecognizer

__all__ = ["EMPLOYER"]

_WHO = (
    r"(?:i|we|he|she|they|who|(?:my|his|her|our|their) (?:husband|wife|partner|son|daughter|mother|father|mum"
    r"|mom|dad|brother|sister|boyfriend|girlfriend|fianc[eé]e?)|customer|cust|caller|client|member)"
)
_STILL = r"(?:'(?:ve|m|s|re|d)| (?:also|now|currently|only|just|still|used to|both|all|mainly|has|have|had|am|is|are|was|were|been|started|start|do|did))"
_HOW = r"(?: (?:part|full)[- ]time| nights| shifts| remotely| freelance| as (?:an? |the )?[a-z-]+(?: [a-z-]+){0,2})"
_TRADE = (
    r"(?:nurse|teacher|manager|driver|cashier|accountant|engineer|cleaner|assistant|supervisor|receptionist"
    r"|consultant|analyst|technician|mechanic|chef|cook|waiter|waitress|barista|guard|operator|carer|doctor"
    r"|surgeon|lecturer|professor|developer|programmer|director|secretary|clerk|foreman|apprentice|intern)"
)
_ASKS = (
    r"\b(?:your employer|employer's name|name of (?:your|the) employer|where do you work"
    r"|who do you work for|who employs you|place of work)"
)
_LABELLED = frozenset({"label"})
_WITH_FORM = frozenset({"form"})

EMPLOYER = CompanyRecognizer(
    name="employer",
    entity="EMPLOYER",
    cues=(
        CompanyCue(
            "works",
            rf"\b{_WHO}{_STILL}{{0,3}} (?:work|works|worked|working|temping)(?: here)?{_HOW}{{0,2}} (?:at|for|@) ",
        ),
        CompanyCue(
            "employed",
            rf"\b(?:employed|hired|laid off|made redundant|dismissed|fired|sacked|let go|seconded|retired|resigned){_HOW}{{0,2}} (?:by|at|with|from) ",
        ),
        CompanyCue(
            "working",
            r"\b(?:currently|presently|now|previously|been) (?:working|employed)(?: part[- ]time| full[- ]time)? (?:at|for|by) ",
        ),
        CompanyCue(
            "trade",
            rf"\b(?:i'?m|i am|is|was|works?|working|as) (?:an? |the )?(?:[a-z-]+ ){{0,2}}{_TRADE} (?:at|for|with|@) ",
        ),
        CompanyCue(
            "job",
            r"\b(?:(?:direct deposit|job|shift|position|role|career|internship|apprenticeship|payslips?|pay slip|wages?|salary|payroll|p45|p60|w-?2|w2) (?:at|with|from|by)|(?:boss|colleagues?|coworkers?|hr|payroll) at) ",
        ),
        CompanyCue(
            "mine",
            r"\b(?:my|his|her|their|our|[a-z]+'s|new|old|former|previous|current|last)(?: (?:new|old|former|previous|current|last))? employer(?:,| is| was|'s name is| name is)? ",
        ),
        CompanyCue(
            "label",
            r"\b(?:employer|employers? name|employer's name|name of (?:the )?employer|employed by|works for|place of work|work ?place|arbeitgeber(?:in)?|employeur|empleador|datore di lavoro|werkgever|pracodawca|arbetsgivare|empregador)[\"']?(?: ?[:=]| -) ?[\"']?",
            _LABELLED,
        ),
        CompanyCue(
            "payslip",
            r"\b(?:pay ?slip|salary|wages?|payroll)(?: (?:from|payment|credit|bgc|bacs|ach|dd|by|for [a-z]{3,9}))?[ ]?[:,/*-]? ",
            _WITH_FORM,
        ),
        CompanyCue("asked", rf"{_ASKS}\? ?(?:a(?:nswer)?: ?|- ?)?"),
        CompanyCue(
            "abroad",
            r"\b(?:ich arbeite|arbeite ich|angestellt|beschäftigt|je travaille|je bosse|trabajo|trabaja|lavoro|ik werk|pracuję|eu trabalho|jag arbetar|jeg arbejder) (?:bei|für|chez|pour|para|en|per|presso|bij|voor|w|dla|na|hos|på|für die|bei der) ",
        ),
    ),
    question=_ASKS,
    answer=r"^\W*(?:(?:it's|its|it is|i work (?:at|for)|i'm (?:at|with)|employed by|that would be|sure|yes|ok|um|uh|for|at)[ ,:]+){0,3}",
    examples=(
        "I work for [[Brightwater Logistics Ltd]] in the warehouse",
        "i work at [[tesco]] and get paid weekly",
        "She has worked part-time at [[Pemberton & Rowe]] since May",
        "employed by [[Oakfield Joinery]] since 2019",
        "Employer: [[harrow vale dental practice]]",
        '"employer": "[[Sunmead Farms Inc]]", "since": 2020',
        "my employer is [[Castellan Freight GmbH & Co. KG]].",
        "I am a staff nurse at [[St Aldhelm's Hospital]].",
        "my husband works for the [[Royal Tilbury Trust]]",
        "laid off from [[Quillmark, Inc]] in March",
        "SALARY [[MERIDIAN CARE HOMES LTD]] 1,840.22",
        "my payslip from [[Redgate Mills]] says otherwise",
        "Who is your employer? ⏎ [[Halden Marine]]",
        "Ich arbeite bei [[Nordlicht Solar GmbH]] in Kiel",
        "my new job at [[greggs]] starts monday",
        "i work for [[brook and daughters limited]], lambeth",
        "currently working for [[Deutsche Windkraft AG]]",
        "Employer name - [[Orchard Dental Group]]",
        "we both work @ [[asda]]",
        "my wife's employer is [[Fernhill Academy]]",
        "Who is your employer? A: [[Linden Park Nursery]]. Verified",
        "Arbeitgeber: [[Elbtal Optik AG]]",
    ),
    negatives=(
        "the card works at Tesco but not at Boots",
        "it does not work at home",
        "I work from home for a small company",
        "i work at a school near the river",
        "I work for myself",
        "my employer sent the salary to the wrong place",
        "I work nights, Monday to Friday",
        "Employer Identification: 47-6130982",
        "Employer: self employed",
        "employed since 2019",
        "my salary has not come in",
        "Your employer makes this change",
        "I work at Night",
        "my salary from Monday is missing",
        "She works for the bank",
        "Who is your employer? ⏎ I am retired",
        "I work in France",
        "Who is your employer? A: none since May",
        "their payroll office sits in Thailand",
    ),
)
