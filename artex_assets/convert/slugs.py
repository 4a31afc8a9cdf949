"""Slugs, exactly as the Rails application makes them, and the numbers behind taken ones."""

import polars as pl

_APPROXIMATIONS = {
    "A": "ÀÁÂÃÄÅĀĂĄ",
    "AE": "Æ",
    "C": "ÇĆĈĊČ",
    "D": "ÐĎĐ",
    "E": "ÈÉÊËĒĔĖĘĚ",
    "G": "ĜĞĠĢ",
    "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİ",
    "IJ": "Ĳ",
    "J": "Ĵ",
    "K": "Ķ",
    "L": "ĹĻĽĿŁ",
    "N": "ÑŃŅŇ",
    "NG": "Ŋ",
    "O": "ÒÓÔÕÖØŌŎŐǪǬ",
    "OE": "Œ",
    "R": "ŔŖŘ",
    "S": "ŚŜŞŠ",
    "SS": "ẞ",
    "T": "ŢŤŦ",
    "Th": "Þ",
    "U": "ÙÚÛÜŨŪŬŮŰŲ",
    "W": "Ŵ",
    "Y": "ÝŶŸ",
    "Z": "ŹŻŽ",
    "a": "àáâãäåāăą",
    "ae": "æ",
    "c": "çćĉċč",
    "d": "ðďđ",
    "e": "èéêëēĕėęě",
    "g": "ĝğġģ",
    "h": "ĥħ",
    "i": "ìíîïĩīĭįı",
    "ij": "ĳ",
    "j": "ĵ",
    "k": "ķĸ",
    "l": "ĺļľŀł",
    "n": "ñńņň",
    "'n": "ŉ",
    "ng": "ŋ",
    "o": "òóôõöøōŏőǫǭ",
    "oe": "œ",
    "r": "ŕŗř",
    "s": "śŝşš",
    "ss": "ß",
    "t": "ţťŧ",
    "th": "þ",
    "u": "ùúûüũūŭůűų",
    "w": "ŵ",
    "x": "×",
    "y": "ýÿŷ",
    "z": "źżž",
}
"""What I18n's transliterator, which Rails uses, writes for a letter that is not ASCII.

The same table as I18n::Backend::Transliterator::HashTransliterator::DEFAULT_APPROXIMATIONS, by
what is written. A character that is not here becomes `?`, so that it separates words in a slug.
"""

_ASCII = {letter: written for written, letters in _APPROXIMATIONS.items() for letter in letters}


def parameterize(text: pl.Expr) -> pl.Expr:
    """Rails' `parameterize`: words of a-z, 0-9 and `_` with one `-` between them; may be empty.

    As ActiveSupport::Inflector.parameterize: Unicode form C, transliterated, any run of other
    characters one `-`, none at the ends, lower case. Takes and gives String; null stays null.
    """
    transliterated = text.str.normalize("NFC").str.replace_many(_ASCII)
    # `-` is among the replaced, so that a run of them collapses in the same step.
    separated = transliterated.str.replace_all("[^A-Za-z0-9_]+", "-")
    return separated.str.strip_chars("-").str.to_lowercase()


def slug(band: pl.Expr, venue: pl.Expr, name: pl.Expr, year: pl.Expr) -> pl.Expr:
    """`parameterize` of band, venue and name and the year, joined by `-`; absent parts are skipped.

    Takes String, the year a whole number, each perhaps null. Gives String, null when nothing is
    left: the caller puts `poster-ID` there.
    """
    # One pass is the same as four: between parts stands a separator, and separators collapse.
    parts = pl.concat_str(band, venue, name, year.cast(pl.String), separator="-", ignore_nulls=True)
    return parameterize(parts).replace("", None)


def number_taken(base: pl.Series, taken: pl.Series) -> pl.Series:
    """Unique slugs (String): each row's own, or the first free of `slug-1`, `slug-2`, ….

    `base` holds the rows' slugs in the order of their ids, `taken` those that others have. Row by
    row, a slug is free when it is neither taken nor given to an earlier row. Nulls stay null.
    """
    if base.is_empty():  # as in every later run, beside a million that are taken
        return base
    # Rows that can meet another one: a slug that is repeated or taken, and then every slug that
    # looks like a number behind one of these, since that may be given away before its row comes.
    meeting = base.filter(base.is_duplicated() | base.is_in(taken.implode())).unique()
    added = meeting
    while len(added):
        near = base.filter(_is_numbered(base, added))
        added = near.filter(~near.is_in(meeting.implode())).unique()
        meeting = pl.concat([meeting, added])
    if meeting.is_empty():
        return base

    rows = base.is_in(meeting.implode()).arg_true()
    given = taken.filter(taken.is_in(meeting.implode()) | _is_numbered(taken, meeting))
    slugs = _first_free(base.gather(rows).to_list(), set(given))
    return base.clone().scatter(rows, slugs)


def _is_numbered(slugs: pl.Series, stems: pl.Series) -> pl.Series:
    """Whether a slug is one of the stems with `-` and a number behind it, or with `-` alone."""
    return slugs.str.strip_chars_end("0123456789").is_in((stems + "-").implode())


def _first_free(bases: list[str], given: set[str]) -> list[str]:
    """The slug of each row in turn; `given` grows by them."""
    slugs = []
    # What is given is never free again, so the search for a number goes on where it ended.
    numbers: dict[str, int] = {}
    for base in bases:
        free = base
        while free in given:
            numbers[base] = numbers.get(base, 0) + 1
            free = f"{base}-{numbers[base]}"
        given.add(free)
        slugs.append(free)
    return slugs
