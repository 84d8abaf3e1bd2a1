"""English words that say whose a term is: acts, wishes, windows, offers, subjects."""

from services.mail.reading.dates.tables import listed

ACTS = frozenset(
    listed(
        "send submit reply respond answer confirm pay return complete fill upload register "
        "sign review approve apply choose vote update collect provide forward hand turn get "
        "give let tell email mail write call ring contact finish file fix check read mark "
        "make renew pick drop order enrol enroll select settle transfer deposit share post "
        "propose nominate suggest indicate advise notify report accept decline test prepare "
        "set arrange schedule add enter verify acknowledge amend revise proofread move clear "
        "remove empty vacate do rsvp decide finalise finalize reach deliver put have cancel "
        "request book circulate supply resubmit reset change log claim rate nudge shout "
        "message text fax scan bring state name list lodge remit countersign initial redeem "
        "use buy shop save enjoy try come join attend meet visit download watch see take be "
        "know hear receive arrive go close ship"
    )
)
COMING = frozenset(listed("come join attend meet visit see be go arrive"))
SHOPPING = frozenset(listed("redeem use buy shop save enjoy try download watch cancel"))
NOT_A_TERM = frozenset(listed("hear know have receive see take"))
SUBMITTED = frozenset(
    listed(
        "submitted received returned sent paid completed registered signed confirmed uploaded "
        "postmarked lodged filed settled renewed collected claimed approved handed done made "
        "finalised finalized cleared agreed delivered with in"
    )
)
KEPT = frozenset(
    listed(
        "accepted accepting accept held hold kept keep stored closes close closing open opens "
        "considered extended extend moved collecting taking reserved available waiting wait "
        "ends end closed shuts lock locks freeze freezes locked frozen run runs holding "
        "keeping reserving considering receiving collect takes"
    )
)
STORED = frozenset(("held", "hold", "kept", "keep", "stored", "reserved"))
TERMS = frozenset(listed("deadline deadlines due cutoff rsvp payable"))
THINGS = frozenset(
    listed(
        "submission submissions registration registrations application applications entries "
        "entry abstract abstracts paper papers payment nominations nomination proposals "
        "proposal reply replies response responses form forms survey poll ballot voting "
        "portal window call gradebook enrolment enrollment contributions bids tender parcel "
        "package ballots polls votes surveys item balance invoice signup sign-up bookings "
        "orders comments feedback slot place spot order assignment quiz coursework"
    )
)
THINGS |= frozenset(
    listed(
        "reservation table seat files claims requests window folder test questionnaire "
        "consultation competition contest fund grant scheme auction bidding signups signup"
    )
)
VALID = frozenset(
    listed(
        "valid expires expire expired expiry expiring sale discount discounts coupon promo "
        "voucher vouchers cancellation refund refunds refundable warranty guarantee "
        "guaranteed trial deal deals redeemable returns eligible"
    )
)
GOODS = frozenset(
    listed("offer offers code link ticket price prices rate rates pass token free subscription")
)
HOURS = frozenset(("hours", "daily", "opening"))
WISHES = frozenset(
    listed(
        "expects asks requests need needs must should want wants expect expects require "
        "requires required requested asked ask request appreciate grateful like love await "
        "remind reminder reminding needed wish supposed expected urge encouraged invited "
        "invite kindly hoping"
    )
)
ORDERS = frozenset(("please", "pls", "plz", "kindly", "ensure", "remember", "forget"))
FUTURES = frozenset(listed(
"will shall 'll won't plan plans hope hopes aim aims promised promises intend intends "
"going promise agreed expects"
)) | {"hoped"}  # fmt: skip
WRITERS = frozenset(("i", "we", "i'll", "we'll", "i'm", "we're", "i've", "we've", "i'd", "we'd"))
READERS = frozenset(
    listed(
        "you you'll you've you'd you're everyone everybody students authors all participants "
        "applicants candidates members tenants parents employees contributors attendees "
        "speakers staff reviewers anyone those residents each both colleagues volunteers "
        "owners customers delegates teams trustees players whoever who anybody"
    )
)
SOMEBODY = frozenset(listed("he she they he'll she'll they'll it it'll he's she's they're"))
SKIPPED = frozenset(
    listed("all also now still only just kindly please both then really always therefore hereby")
) | {"not", "n't", "ever", "even", "either", "absolutely", "simply", "each"}
BOUNDARIES = frozenset(
    listed('. , ; : ! ? ( ) - – — • * and or then so but please if to kindly also " “ ”')
)
OUT = frozenset(("press", "print", "printer", "printers", "publisher", "production", "embassy"))
SWITCHED_OFF = frozenset(("switched", "closed", "removed", "archived", "locked", "shut"))
FIXING = frozenset(("finalising", "finalizing", "locking", "freezing", "compiling"))
BINDING = frozenset(("must", "should", "to", "has", "have", "needs", "need"))
SHUT = frozenset(
    listed(
        "we shop shops office library museum pool restaurant gallery cafe store bank branch "
        "station road bridge school gym bar pub exhibition doors door market surgery bakery "
        "building park"
    )
)
HOME = frozenset(("me", "us", "back", "through", "via", "into"))
ARRIVING = frozenset(("reach", "arrive", "be", "have", "come", "get", "go"))
WELCOME = frozenset(("great", "good", "helpful", "lovely", "nice", "ideal", "useful"))
LASTING = frozenset(
    listed("keep wait hold stay avoid refrain remain continue park stick stop pause")
)
"""Done all the time until a moment, so that the moment is no term of theirs."""
MODALS = frozenset(("must", "should", "need", "needs", "have", "has", "had", "ought"))
BE = frozenset(("be", "is", "are", "was", "were", "been", "being", "'re", "'s", "get"))
PAST = frozenset(("was", "were", "had", "did"))
DAYS_CALLED = frozenset(("day", "date", "chance", "call", "off", "-", "days", "dates"))
LATER = frozenset(listed("results result decision decisions notification flight train baby"))
COMING_IN = LATER | frozenset(("delivery", "arrival", "order", "parcel", "rain", "snow"))
OBJECTS = frozenset(listed("it the a an them in out up off you us your his her their back home"))
