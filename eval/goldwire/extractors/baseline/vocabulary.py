"""Closed lists of general English words, for what needs no table of its own."""

FUNCTION_WORDS = frozenset(
    "the a an this that these those some any each every both all many most several few more less "
    "other another such no not and or but nor so yet if when while where why how who whom whose "
    "which what as at by for from in into of off on onto out over per since than through to "
    "toward towards under until up upon with within without about above across after against "
    "along amid among around before behind below beneath beside between beyond despite down "
    "during except inside like near outside he she it they we you i him her them us me his hers "
    "its their our your my there here then now also however meanwhile moreover later earlier once "
    "only even still just again according is are was were be been being has have had do does did "
    "will would today yesterday tomorrow tonight perhaps indeed thus hence instead can could may "
    "might shall should must one two three four five six seven eight nine ten monday tuesday "
    "wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december".split()
)
"""Words that are no part of a name when they begin a sentence or a line."""

DETERMINERS = frozenset("the a an this that these those his her its their our my your".split())

SMALL_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}

PREMODIFIERS = frozenset(
    "new old former current local foreign national federal regional international public private "
    "military civilian armed security senior top young several many some few other two three four "
    "five six seven eight nine ten more most all dozens hundreds thousands first second third "
    "last main major small large big western eastern northern southern central neighbouring "
    "neighboring state provincial municipal royal opposition ruling independent special acting "
    "deputy vice prime interior defence defense finance health education economy energy police "
    "army government anti pro riot peace border air naval ground".split()
)
"""Words that may stand between a determiner and the noun of a short noun phrase."""

TITLE_WORDS = frozenset(
    "president minister premier chancellor secretary governor mayor senator congressman "
    "congresswoman king queen prince princess emperor sultan emir sheikh pope bishop archbishop "
    "cardinal imam general colonel captain major lieutenant sergeant admiral marshal commander "
    "judge justice prosecutor chairman chairwoman chair chief director spokesman spokeswoman "
    "spokesperson ambassador envoy commissioner professor mr mrs ms dr sir lady lord".split()
)
TITLE_MODIFIERS = frozenset(
    "vice deputy prime first former acting interim foreign defence defense interior finance "
    "health education economy energy justice trade agriculture attorney state major lieutenant "
    "brigadier press special executive managing crown assistant under permanent".split()
)
HONORIFICS = frozenset("mr mrs ms dr sir lady lord".split())

BODY_NOUNS = frozenset(
    "ministry committee council commission agency authority court tribunal party bank union "
    "organisation organization association federation confederation league force forces army navy "
    "police guard parliament senate assembly congress duma institute group company corporation "
    "foundation fund bureau department office service administration board inc ltd corp plc ag "
    "times post news press club".split()
)
"""Nouns that end or open the name of an organisation."""

FACILITY_NOUNS = frozenset(
    "university airport station hospital stadium bridge tower palace prison school college "
    "cathedral mosque church museum square street avenue road highway port harbour harbor dam "
    "barracks embassy".split()
)
LOCATION_NOUNS = frozenset(
    "sea ocean river lake bay gulf strait mountain mountains valley desert peninsula island "
    "islands forest basin plateau coast".split()
)
OTHER_NOUNS = frozenset(
    "act treaty agreement accord protocol convention constitution cup prize award games day week "
    "war revolution law code plan programme program summit festival street championship open "
    "covid internet web".split()
)
"""Nouns of names that are none of the types that the baseline tries."""

NOT_ACRONYMS = frozenset(
    "AM PM TV DNA RNA GDP CEO CFO USD EUR GBP ID OK AI IT HIV PDF FAQ URL II III IV VI VII VIII "
    "IX XI XII ACT OF THE AND FOR".split()
)
