"""Words of postal addresses: kinds of streets, units, buildings, regions, countries.

Regular-expression alternations (RE2 syntax, to be matched without regard to case) and sets of
lower-case words. Sources: USPS Publication 28 (suffixes, units, states), Royal Mail and Canada
Post addressing guides, AS 4590 (Australia), UPU S42 country sheets for the other countries.
"""

# A pattern or a list of words reads best on one line.
# ruff: noqa: E501

__all__ = [
    "AMBIGUOUS_STATES",
    "AU_STATE",
    "BOX",
    "BUILDING",
    "CA_PROVINCE",
    "FIRST_KIND",
    "IN",
    "LAST_KIND",
    "LETTER",
    "MONTHS",
    "NEVER_IN_STREET",
    "PARTICLES",
    "SHORTENED",
    "SPEECH",
    "SUFFIX",
    "SURE_LAST_KIND",
    "SURE_SUFFIX",
    "THE",
    "UNIT",
    "US_STATE",
    "VALUE",
    "word_set",
]


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Kinds of English streets that stand last; the sure ones are hardly anything else.
SURE_SUFFIX = (
    r"street|strt|str|st|avenue|aven|ave|av|road|rd|lane|ln|boulevard|blvd|boul|terrace|terr|tce"
    r"|crescent|cresc|cres|highway|hwy|parkway|pkwy|pky|turnpike|tpke|freeway|fwy|expressway|expy"
    r"|esplanade|esp|pde|mews|gdns|gardens|grove|grv|cul-de-sac|trl|broadway|causeway|arcade"
    r"|strasse|straße|straat|motorway|byway|stravenue|embankment"
)
SUFFIX = (
    rf"{SURE_SUFFIX}|drive|drv|dr|court|crt|ct|place|pl|plz|plaza|square|sq|circle|cir|close|cl"
    r"|way|wy|park|pk|row|walk|wlk|hill|hl|hills|view|vw|rise|end|green|grn|yard|loop|pass|path"
    r"|run|point|pt|bend|cross|crossing|xing|gate|main|cove|cv|ridge|rdg|trace|trce|alley|aly"
    r"|bridge|wharf|quay|hollow|holw|landing|lndg|heights|hts|meadow|meadows|vale|valley|dale"
    r"|field|fields|wood|woods|track|trak|link|links|mall|croft|bank|parade|promenade|prom"
    r"|circuit|cct|trail|gardens|garden|common|commons|village|vlg|creek|crk|forks|ford|spur"
    r"|extension|ext|isle|island|lodge|manor|mnr|oval|chase|drove|fold|garth|glade|glen|ginnel"
    r"|brae|wynd|vennel|gate|hey|holt|knoll|lea|mead|mount|mt|orchard|paddock|side|brow|bottom"
    r"|nook|ridgeway|strand|summit|tarn|turn|underpass|union|viaduct|viaducts|branch|brook|burg"
    r"|camp|canyon|cape|center|centre|cliff|corner|corners|course|curve|divide|estate|estates"
    r"|falls|ferry|flat|flats|forest|forge|fort|gateway|harbor|harbour|haven|inlet|junction|key"
    r"|keys|lake|lakes|lock|lodge|mill|mills|neck|parkways|passage|pike|pine|pines|plain|plains"
    r"|port|prairie|ranch|rapids|rest|river|route|shoal|shore|shores|spring|springs|squares"
    r"|station|stream|throughway|trafficway|tunnel|villa|ville|vista|well|wells|nagar|marg"
    r"|chowk|colony|layout|enclave|vihar|puram|bazar|bazaar|salai|bagh|hwy|terrace|tce|close"
)

# Kinds of streets that stand first: rue, calle, via, ul.
FIRST_KIND = (
    r"rue|r\.|rang|avenue|av\.|ave\.|avda\.?|avd\.?|avenida|avinguda|boulevard|bd|bld|bvd|all[ée]e"
    r"|all\.|chemin|ch\.|place|impasse|imp\.|quai|cours|route|rte|square|sentier|passage|mont[ée]e"
    r"|faubourg|chauss[ée]e|via|viale|v\.le|piazza|p\.za|piazzale|piazzetta|corso|c\.so|vicolo"
    r"|largo|strada|salita|contrada|localit[àa]|calle|c/|cl\.|plaza|pza\.?|plza\.?|paseo|pº\.?|p[ºo]\."
    r"|carrer|carretera|ctra\.?|camino|ronda|traves[íi]a|glorieta|urbanizaci[óo]n|urb\.|pasaje"
    r"|pol[íi]gono|rua|travessa|pra[çc]a|alameda|estrada|rodovia|beco|ul\.|ul|ulica|ulice|al\."
    r"|aleja|aleje|os\.|osiedle|pl\.|plac|rynek|heol|ffordd|stryd|l[ôo]n|bulevardul|bd\.|calea"
    r"|[șs]oseaua|intrarea|jalan|jln\.?|jl\.|lorong|rruga|ulitsa|vul\.|praceta|quinta|cit[ée]|am|an der|an den|auf dem"
    r"|auf der|im|in der|in den|zum|zur|unter den|hinter der|alter|alte|neue|neuer|gro[ßs]e|kleine"
    r"|πλατεία|λεωφόρος|οδός|ulitsa|улица|ул\."
)
# Ends of one-word streets with the number behind: Hauptstraße, Keizersgracht, Mannerheimintie.
SURE_LAST_KIND = (
    r"stra(?:ß|ss)e|str\.|gasse|straat|gracht|laan|plein|v[äa]gen|gatan|gata|veien|vegen|vegur"
    r"|vej|vejen|utca|[úu]t|[úu]tja|str[æa]ti|braut|katu|kuja|polku|puiestee|chaussee|t[äa]nav|allee|all[ée]|weg|platz"
)
LAST_KIND = (
    rf"{SURE_LAST_KIND}|str|ring|ufer|damm|steig|markt|kade|singel|dijk|dreef|hof|steeg|baan|lei"
    r"|wal|dam|park|berg|tal|burg|v[äa]g|gate|gaten|vej|vejen|gade|tie|tee|[áa]sv[äa]g|graben"
    r"|kai|zeile|promenade|winkel|kamp|garten|wiese|feld|gr[äa]nd|torg|torget|plass|plads|backe"
    r"|backen|stien|stigen|katun|rinne|raitti|penger|ulica|cesta|trg|ulice|[úu]t|[úu]tja|u\.|rkp\.|utca|t[ée]r|k[öo]z"
    r"|k[öo]r[úu]t|r[áa]kpart|n[áa]m[ěe]st[íi]|t[řr][íi]da|n[áa]b[řr]e[žz][íi]|caddesi|cad\.|sokak|sk\."
)

IN = r"a-z\x{c0}-\x{1fff}\x{2126}\x{2206}\x{2c00}-\x{d7ff}"
"""Letters and marks inside a character class: far smaller for RE2 than its Unicode classes."""
LETTER = f"[{IN}]"

THE = (
    r"green|square|close|strand|mall|crescent|avenue|drive|grove|street|terrace|parade|promenade"
    r"|paddocks?|orchards?|mews|courtyard|quay|hill|ridge|broadway|maltings|limes|elms"
    r"|willows|oaks|cedars|firs|pines|beeches|chase|common|vale|oval|circus|links|lane|row|walk"
    r"|park|rise|meadows?|spinney|gardens|laurels|larches|leas|hollies|shambles|pavement|headrow"
    r"|moorings|butts|granary|coach house|annexe|old (?:rectory|vicarage|school|forge|mill|barn|dairy|chapel|manse|bakery|post office)|lodge|cottage|bungalow|gables|vicarage"
)
"""What stands behind "The" in the names of streets and houses."""

# Parts of a building; each with a value behind it.
UNIT = (
    r"apartment|box|appartement|apartamento|apart|appt|apmt|apt|app|suite|ste|unit|flat|room|rm|floor"
    r"|flr|fl|building|bldg|bldng|block|blk|lot|plot|space|spc|trailer|trlr|slip|dept|penthouse"
    r"|door|tower|twr|wing|phase|sector|sec|stage|level|lvl|shop|office|ofc|villa|quarter|qtr|gate"
    r"|b[âa]timent|b[âa]t|escalier|esc|[ée]tage|porte|logement|entr[ée]e|piso|puerta|pta|portal"
    r"|escalera|bloque|interno|int|scala|piano|mieszkanie|lokal|lok|m|wohnung|whg|hinterhaus"
    r"|top|stiege|bus|bte|bo[iî]te|lgh|l[äa]genhet|andar|apto|h\.? ?no|house no|flat no"
    r"|plot no|door no|d\.? ?no|shop no|room no|unit no|villa no|house number|flat number|no|nr|nº|n°|caravan|pitch|studio|maisonette|hse|house"
)
VALUE = r"(?:#|no\.? ?|n[º°o]\.? ?)?[ ]?(?:[a-z]{0,2}-?[0-9]{1,5}(?:[-/][0-9]{1,5}){0,3}(?:[-/ ]?[a-z]\b)?|[ ][a-z]\b)"

# Words that end the name of a building.
BUILDING = (
    r"house|hse|court|ct|cottage|cottages|lodge|mansion|mansions|building|buildings|bldg|farm"
    r"|farmhouse|barn|barns|annexe|annex|apartments|apartment|apts|tower|towers|block|hall|manor"
    r"|villa|villas|chambers|point|end|plaza|heights|residences|residence|complex|society|chs|maltings"
    r"|mill|mills|wharf|studio|studios|rectory|vicarage|bungalow|grange|croft|stables|forge|flat|flats"
    r"|basement|penthouse|nilaya|bhavan|bhawan|niwas|nivas|kunj|sadan|enclave|estate|centre|center|gate|gardens|view"
)

BOX = (
    r"(?:p\.? ?o\.?|g\.?p\.?o\.?|post(?: office)?)[ ]?box(?: no\.?)?[ #:]{0,2}[a-z]{0,2}[0-9]{1,6}"
    r"|(?:locked|private|mail) bag[ ]{1,2}[0-9]{1,6}"
    r"|postfach[ ]{1,2}[0-9]{1,3}(?:[ ][0-9]{2,3}){0,2}|postbus[ ]{1,2}[0-9]{1,5}"
    r"|(?:bo[iî]te postale|bp|b\.p\.)[ ]{1,2}[0-9]{1,5}|casella postale[ ]{1,2}[0-9]{1,5}"
    r"|apartado(?: de correos| postal)?[ ]{1,2}[0-9]{1,5}|c\.p\. [0-9]{2,5}"
    r"|caixa postal[ ]{1,2}[0-9]{1,6}|skr(?:ytka|\.) ?(?:poczt(?:owa|\.)) ?(?:nr )?[0-9]{1,5}"
    r"|(?:rr|rural route|r\.r\.|hc|hcr|star route|rmb|rsd|rmd)[ ]{1,2}#?[0-9]{1,4}(?:,? (?:box|site|comp|group|grp|bin)[ ]#?[0-9]{1,5}[a-z]?){0,3}"
    r"|(?:psc|cmr|unit|umr)[ ]{1,2}[0-9]{2,5},?[ ]{1,2}box[ ]{1,2}[0-9]{1,5}[a-z]?"
    r"|us(?:s|ns|nv|cgc|cg)[ ][^\s]{2,20}(?:[ ][^\s]{2,20})?[\s,>]{1,6}(?:apo|fpo)"
    r"|general delivery|poste restante|c/- ?(?:the )?post office"
)

US_STATE = (
    r"a[lkzr]|c[aot]|d[ec]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinsto]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]"
    r"|t[nx]|ut|v[at]|w[aivy]|pr|gu|vi|alabama|alaska|arizona|arkansas|california|calif|colorado"
    r"|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky"
    r"|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana"
    r"|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota"
    r"|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas"
    r"|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|d\.c\.|district of columbia"
)
CA_PROVINCE = (
    r"ab|bc|mb|nb|nl|ns|nt|nu|on|pe|pei|qc|sk|yt|alberta|british columbia|manitoba|new brunswick"
    r"|newfoundland|nova scotia|nunavut|ontario|ont\.?|qu[ée]bec|que\.?|saskatchewan|yukon"
    r"|prince edward island|northwest territories"
)
AU_STATE = (
    r"nsw|vic|qld|wa|sa|tas|act|nt|new south wales|victoria|queensland|western australia"
    r"|south australia|tasmania|northern territory"
)
AMBIGUOUS_STATES = word_set("""
    in or me hi ok oh la ma pa de co al id mi ca ct mo ms va ri on ab act sa wa nt pe nb sk mb ne nd
    sd sc nc ar ia il ky ga pr vi
""")
"""Abbreviations that in lower case are, or may be, something else."""

PARTICLES = word_set("""
    de del della delle dei degli di da do dos das du des d l la le les lo las los el al san santa
    saint st ste sur sous en et y i e van von der den den het 't aan op te ter ten im am an auf u
    zu zum zur und the of upon on by le-la na nad pod pri og i på av af bis ter ver
""")
"""Words in lower case that stand inside the names of streets and towns."""

MONTHS = word_set("""
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
""")

NEVER_IN_STREET = word_set("""
    a an i im me my we us our you your he him his she her it its they them their this that these
    those is are was were be been am has have had do does did will would can could should may might
    at in from for to with without into onto until till since before after ago about around than
    and or but if because so then when while where what who why how which not no yes ok please
    thanks thank thx regards sincerely cheers hi hello hey dear sir madam
    minute minutes min mins hour hours hr hrs day days week weeks month months year years yr yrs
    second seconds sec secs business working time times x pm o'clock percent pct mile miles km
    pound pounds dollar dollars usd gbp eur euro euros cents pence quid bucks rupees rs inr cad aud
    card cards account accounts transaction transactions payment payments charge charges transfer
    transfers digit digits people person persons kids children customer customers item items
    order orders number numbers more less other another each every per of off out up down over
    got get went go going called call paid pay sent send bought spent took take made make said
    says told tell asked ask needs need want wants wanted tried try still just only again already
    now today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday also
    balance total amount reference ref case ticket phone tel telephone email mail fax mobile cell
    dob date name subject attached statement statements letter letters fee fees refund refunds
    twice once late early missed available pending bank loan mortgage interest rate step option
    page pages version star stars new old-style free further few several separate different emails
    calls texts messages attempts branches
""")
"""Words in lower case that are never part of a street between its number and its kind."""

SPEECH = word_set("""
    i im my me we our you your he she it its is was are am they this that these those dear hi hello
    hey sir madam please thanks thank regards sincerely cheers yours kind best phone tel telephone
    email mail fax mobile cell dob date name subject ref reference case ticket account accounts
    card cards attached balance amount total today tomorrow yesterday monday tuesday wednesday
    thursday friday saturday sunday payment payments transaction transactions order number sent from
    because but if when then so not no yes ok also can could will would have has had does did
    call called minutes hours days weeks months years transfer refund statement loan
""")
"""Words that even with a capital begin speech or another field rather than a place."""

SHORTENED = word_set("st ste mt ft dr prof gen col capt rev n s e w ne nw se sw dom j")
"""Words whose full stop does not end a sentence inside a name."""
