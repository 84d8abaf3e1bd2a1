"""How places are written in English: rooms, streets, postcodes, venues, towns after in and at."""

from typing import Final

from services.mail.reading.pieces import Pattern, make_pattern

WORD: Final = (
    r"[A-ZÀ-Ý](?:[a-zà-ÿ]{1,25}(?:['’][a-z]{1,3})?|['’][A-Z][a-z]{1,20}"
    r"|(?=\.))(?:-[A-ZÀ-Ýa-zà-ÿ][a-zà-ÿ]{1,20}){0,2}\.?"
)
PLAIN: Final = r"[A-ZÀ-Ý][a-zà-ÿ]{1,25}(?:['’][a-z]{0,3})?(?:-[A-ZÀ-Ýa-zà-ÿ][a-zà-ÿ]{1,20}){0,2}"
JOINED: Final = rf"{PLAIN}(?: (?:(?:of|and|the|on|de|&|upon|at) ){{0,2}}{PLAIN}){{0,3}}"

MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
STREET_WORD: Final = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way|Walk|Close|Court|Ct|Place"
    r"|Pl|Square|Sq|Terrace|Crescent"
    r"|Row|Hill|Quay|Gate|Boulevard|Blvd|Parkway|Pkwy|Highway|Hwy|Mews|Grove|Gardens"
    r"|Wharf|Embankment|Green|Broadway"
    r"|Circle|Parade|Alley|Yard|Rise|View|Path|Bank|Approach|Plaza|Park|Mall|Strand|Passage|Bridge)"
)
STREET_ONLY: Final = (
    r"(?:Street|Road|Avenue|Lane|Boulevard|Terrace|Crescent|Square|Mews|Embankment|Quay)"
)
NUMBER: Final = r"\d{1,5}[A-Za-z]?(?:[-–/]\d{1,4}[A-Za-z]?)?"
POSTCODE: Final = r"(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?)"
ID: Final = (
    r"(?:(?:[Nn]o\.|#) ?)?(?:\d{1,4}(?:[./-]\d{1,4}){0,2}[A-Za-z]?"
    r"|[A-Z]{1,2}[.-]?\d{1,4}(?:[./-]\d{1,4})?[a-z]?|[A-Z](?![\w'’]"
    r"|\. ?[a-z]))(?![\w%]|[:]\d)"
)

ALWAYS_ROOM: Final = (
    r"(?:[Rr]oom|[Rr]m\.?|[Ss]uite|[Ff]lat|[Aa]partment|[Aa]pt\.?|[Bb]uilding"
    r"|[Bb]ldg\.?|[Gg]ate|[Pp]latform|[Tt]erminal|[Ll]ecture [Tt]heatre"
    r"|[Ll]ecture [Hh]all|[Ss]eminar [Rr]oom|[Mm]eeting [Rr]oom|[Cc]onference [Rr]oom"
    r"|[Cc]lassroom|[Ww]ard|[Ll]ocker|[Aa]uditorium|[Pp]ier"
    r"|[Ee]xam(?:ination)? [Hh]all|[Pp]ickup [Pp]oint|[Pp]arcel [Ll]ocker|[Gg]ym)"
)
CAPITAL_ROOM: Final = (
    r"(?:Hall|Office|Lab|Laboratory|Block|Floor|Level|Studio|Theatre|Theater|Court"
    r"|Pitch|Desk|Counter|Stand|Booth|Bay|Unit|Entrance|Wing|Door|Stage|Pavilion|House"
    r"|Tent|Table|Screen|Surgery|Clinic)"
)
AFTER_PLACING: Final = (
    r"(?<![\w-])(?:[Ii]n|[Aa]t|[Tt]o|[Oo]n|[Oo]utside|[Ii]nto|[Nn]ear|[Ff]rom"
    r"|[Vv]isit) (?:the |our |my |your )?"
)
LOWER_ROOM: Final = (
    r"(?:hall|office|lab|laboratory|block|studio|theatre|court|pitch|desk|counter"
    r"|stand|booth|bay|unit)"
)
NTH: Final = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|[Gg]round|[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth"
    r"|[Ff]ifth|[Ss]ixth|[Ss]eventh|[Ee]ighth|[Tt]op|[Ll]ower ground)"
)

HEAD: Final = (
    r"(?:Building|Hall|Room|Rooms|Library|Theatre|Theater|Centre|Center|Museum|Hotel"
    r"|Station|Airport|Park|House|College|School|Church"
    r"|Cafe|Café|Restaurant|Pub|Arms|Inn|Tavern|Bar|Club|Stadium|Arena|Gallery"
    r"|Hospital|Clinic|Surgery|Tower|Campus|Gardens|Market"
    r"|Mill|Dairy|Bakery|Barn|Pavilion|Lounge|Kitchen|Studio|Studios|Works|Auditorium"
    r"|Chapel|Cathedral|Pier|Beach|Farm|Warehouse|Depot|Exchange"
    r"|Terminal|Office|Brewery|Kitchens|Pool|Gym|Lab|Laboratory|Annexe|Annex|Wing"
    r"|Block|Lodge|Castle|Palace|Court|Green|Common|Forum|Coffee|Bistro|Diner|Suite"
    r"|Hub|Foyer|Lobby|Atrium|Boardroom|Quad|Playground|Grounds|Field|Fields|Garden"
    r"|Boathouse|Harbour|Marina|Observatory|Concourse|Cinema|Store|Shop|Bookshop"
    r"|Pharmacy|Dental Practice|Practice|Health Centre|Village|Square|Academy"
    r"|Institute)"
)
CONTINENTAL: Final = (
    r"(?:[A-ZÀ-Ý][a-zà-ÿß]{2,25}(?:straße|strasse|straat|gatan|gata|gade|vej|gasse"
    r"|platz|weg|allee|laan|plein|katu) \d{1,4}[a-zA-Z]?"
    r"|(?:[Rr]ue|[Vv]ia|[Cc]alle|[Pp]iazza|[Pp]laza|[Aa]venida|[Aa]venue|[Pp]asseig"
    r"|[Rr]ua|ul\.|ulica|[Pp]lace) (?:(?:de|du|des|della|dei|del|da|do|la|las"
    r"|los) ){0,2}[A-ZÀ-Ý][a-zà-ÿ]{2,25}"
    r"(?: [A-ZÀ-Ý][a-zà-ÿ]{2,25})?,? ?\d{1,4}[a-zA-Z]?)"
)

SPOT: Final = (
    r"(?:hall|room|library|lobby|reception(?: desk| area)?|foyer|canteen|cafeteria"
    r"|kitchen|playground|car park|boardroom|lounge|gym|courtyard|chapel|atrium"
    r"|auditorium"
    r"|entrance|gate|gates|pub|cafe|café|office|front desk|desk|lab|laboratory|studio"
    r"|theatre|theater|classroom|workshop|stairs|clubhouse|pavilion|garden|marquee"
    r"|building|porch|locker|shop|store|surgery|clinic|practice|station|depot|doorstep"
    r"|front door|porters['’] lodge|help desk|post room|mail room|post office"
    r"|sorting office|centre|center|field|pool|court|bakery|restaurant|hotel|bar"
    r"|church|school|museum|market|town hall|village hall|allotments?|hut|green|park|boathouse"
    r"|harbour|quad|pitch)"
)
QUALIFIER: Final = (
    r"(?:main|registration|information|check-in|enquiry|security|school|small|large|big|great|old|new|upper|lower|back|front|north|south"
    r"|east|west|staff|common|meeting|seminar|lecture|conference|dining|sports"
    r"|assembly|reading|village|church|parish|town|community|community sports|concert"
    r"|music|art|drama|training|board|committee|waiting|green|blue|red|yellow|white"
    r"|corner|ground-floor|first-floor|second-floor|third-floor|visitors['’]?"
    r"|porters['’]|student|students['’]|exam|examination|science|computer|media"
    r"|function|glass|side|rear|central|bus|train|railway|coach|leisure|health|medical"
    r"|scout|rowing|tennis|club|city|county|university|college|library|hotel|theatre"
    r"|office|coffee|sorting|sixth-form|junior|senior|infant|primary|press|briefing"
    r"|break|tea|rehearsal|band|play|project|maker|wood|pottery|local|swimming"
    r"|sculpture|rose|walled|roof|courtyard)"
)
LEADING: Final = (
    r"(?<![\w-])(?:[Ii]n|[Aa]t|[Oo]utside|[Bb]y|[Nn]ear|[Ff]rom|[Oo]n|[Tt]o|[Ii]nto"
    r"|[Ii]nside|[Bb]ehind|[Oo]pposite) (?:the |our |my |your |a )?"
)

STREETS: Final = (
    make_pattern(
        "street",
        rf"(?<![\w.,:-])(?P<place>{NUMBER} (?:(?:St"
        rf"|Mt)\.? )?{PLAIN}(?: {PLAIN}){{0,2}} {STREET_WORD}(?!\w)(?: (?:North|South|East"
        r"|West|N|S|E|W)(?!\w))?)",
    ),
    make_pattern(
        "street",
        rf"(?<![\w.,:-])(?P<place>{NUMBER} (?:The )?(?:Strand|Broadway|High Street"
        r"|Esplanade|Mall|Green|Parade|Avenue)(?!\w))",
    ),
    make_pattern(
        "street",
        rf"(?<![\w.,:-])(?P<place>{NUMBER} (?:\d{{1,3}}(?:st|nd|rd|th)"
        rf"|[NSEW]\.?) (?:{PLAIN} )?{STREET_WORD}(?!\w))",
    ),
    make_pattern(
        "street", rf"(?<![\w-])(?P<place>{PLAIN}(?: {PLAIN})? {STREET_ONLY}(?!\w))", sure=False
    ),
    make_pattern("street", rf"(?<![\w-])(?P<place>{CONTINENTAL})"),
    make_pattern("house", rf"(?<![\w-])(?P<place>{POSTCODE})(?!\w)"),
)

ROOMS: Final = (
    make_pattern("room", rf"(?<![\w-])(?P<place>{ALWAYS_ROOM} {ID})"),
    make_pattern("room", rf"(?<![\w-])(?P<place>(?:{PLAIN} )?{CAPITAL_ROOM} {ID})", sure=False),
    make_pattern("room", rf"{AFTER_PLACING}(?P<place>{LOWER_ROOM} {ID})"),
    make_pattern(
        "room",
        rf"{AFTER_PLACING}(?P<place>[A-Z]{{1,3}}\d{{0,2}}[.-]\d{{1,3}}[a-zA-Z]?)(?![\w%])",
        sure=False,
    ),
    make_pattern(
        "room",
        rf"(?<![\w-])(?P<place>{NTH} [Ff]loor(?: (?:meeting room|kitchen|lounge|boardroom"
        r"|lobby|reception|canteen|terrace|conference room))?)",
    ),
)

VENUES: Final = (
    make_pattern(
        "venue",
        rf"(?<![\w-])(?P<place>(?:The )?{PLAIN}(?: (?:(?:of|and|the|&|on"
        rf"|de) ){{0,2}}{PLAIN}){{0,3}} {HEAD}(?: of {PLAIN}(?: {PLAIN})?)?)(?![\w-])",
        sure=False,
    ),
    make_pattern(
        "venue",
        rf"{AFTER_PLACING}(?P<place>The {PLAIN}(?: (?:(?:and|&|of"
        rf"|the) ){{0,2}}{PLAIN}){{0,2}})(?=[,.;)\s]|$)",
        sure=False,
    ),
    make_pattern(
        "venue",
        r"(?<![\w-])(?P<place>(?:University|Faculty|Department|School|Museum|College|Institute|House|Palace"
        r"|Library|Church|Chapel) of (?:the )?" + PLAIN + rf"(?: {PLAIN})?)(?!\w)",
        sure=False,
    ),
    make_pattern(
        "venue", rf"{AFTER_PLACING}(?P<place>[“\"‘][A-Z][^”\"’\n]{{1,40}}[”\"’])", sure=False
    ),
)

AFTER_NAME: Final = (
    r"[,.;:?!)\n]|$| (?:at|on|from|in|for|by|next|this|tomorrow|tonight|and|after|before|until|with"
    r"|between|every|to|is|has|will)\b"
)

TOWNS: Final = (
    make_pattern(
        "town",
        rf"\n(?P<place>{PLAIN}(?:\x20{PLAIN})?)(?= {POSTCODE})",
        sure=False,
        leaning=True,
    ),
    make_pattern(
        "venue",
        r"(?<![\w-])(?:[Vv]enue|[Ll]ocation|[Ww]here|[Pp]lace): (?P<place>[A-Z][^\n.;:]{2,80})"
        r"(?=[\n.;]|$)",
    ),
    make_pattern(
        "venue",
        rf"(?<![\w-])(?P<place>(?:The )?{PLAIN}(?: (?:(?:and|&|of|the) ){{0,2}}{PLAIN}){{0,3}})"
        rf"(?=, (?:{NUMBER} (?!{MONTH}\b)[A-Z]|{CONTINENTAL}))",
        sure=False,
        leaning=True,
    ),
    make_pattern("room", rf"(?<=,\x20)(?P<place>{PLAIN} {ALWAYS_ROOM} {ID})"),
    make_pattern(
        "town",
        rf",[\x20\n](?P<place>{PLAIN}(?:\x20{PLAIN}){{0,2}})(?=[,.;)\n]|$|\x20(?:[(a-z\d]"
        rf"|{POSTCODE}))",
        sure=False,
        leaning=True,
    ),
    make_pattern(
        "town",
        rf"(?m)^[\x20\t]{{0,8}}(?P<place>{PLAIN}(?:\x20{PLAIN})?)"
        rf"(?=,\x20\d{{1,2}}(?:\x20?[-–]\x20?\d{{1,2}})?(?:\x20of)?\x20{MONTH})",
    ),
    make_pattern(
        "town",
        r"(?m)^(?:From|To|Depart(?:s|ure|ing)?|Arriv(?:es|al"
        rf"|ing))[\x20\t:]{{1,20}}(?P<place>{PLAIN}(?: {PLAIN}){{0,2}})",
    ),
    make_pattern(
        "town",
        rf"(?<![\w-])(?P<place>{PLAIN}(?: {PLAIN})?)(?= (?:\([A-Z]{{3}}\) )?(?:to|→|->"
        rf"|–) {PLAIN}(?: {PLAIN})?(?: \([A-Z]{{3}}\))?)",
        sure=False,
    ),
    make_pattern(
        "town",
        r"(?<![\w-])(?:[Ii]n|[Nn]ear|[Ff]rom|[Tt]o|[Vv]ia|[Aa]cross"
        rf"|[Aa]round) (?P<place>{PLAIN}(?:\x20(?:(?:upon|on|de|am)\x20)?{PLAIN}){{0,2}})"
        r"(?![\w-])",
        sure=False,
    ),
    make_pattern(
        "venue",
        rf"(?<![\w-])[Aa]t (?:the )?(?P<place>{PLAIN}(?: (?:(?:and|&|of"
        rf"|the) ){{0,2}}{PLAIN}){{0,2}})(?={AFTER_NAME})",
        sure=False,
    ),
)

SPOTS: Final = (
    make_pattern(
        "room",
        rf"{LEADING}(?P<place>(?:{QUALIFIER} ){{1,2}}{SPOT}(?: of the (?:{QUALIFIER} )?{SPOT})?)"
        r"(?![\w-])",
        bare=True,
    ),
    make_pattern(
        "room",
        rf"[,:(] (?:the )?(?P<place>(?:{QUALIFIER} ){{1,2}}{SPOT})(?=[,.;)\n]|$)",
        bare=True,
    ),
    make_pattern(
        "room",
        rf"{LEADING}(?P<place>{SPOT})(?![\w-])(?! (?:hours|party|desk))",
        sure=False,
        bare=True,
    ),
)

PATTERNS: Final[tuple[Pattern, ...]] = (*STREETS, *ROOMS, *VENUES, *TOWNS, *SPOTS)
