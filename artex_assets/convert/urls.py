"""Addresses of websites, as a browser can follow them."""

import polars as pl

from artex_assets.convert.conversion import Conversion, emptied, original, present, trimmed
from artex_assets.vocabulary import Rule

_SCHEME = r"\A(?:[A-Za-z][A-Za-z0-9+.-]*://|(?i:mailto):)"


def website(column: str, dtype: pl.DataType) -> Conversion:
    """An address (String) with a scheme: without one, `http://` is put in front.

    A scheme ends with `://`, so that `localhost:3000` is a host with a port and `javascript:…`
    cannot run; only `mailto:` is a scheme without slashes. `//host` gets `http:`. White space at
    the ends is trimmed, and an empty text becomes NULL.
    """
    text = trimmed(column, dtype)
    kept = present(column, dtype)
    bare = kept & ~text.str.contains(_SCHEME)
    with_scheme = pl.lit("http://") + text.str.strip_prefix("//")
    return Conversion(
        pl.when(bare).then(with_scheme).when(kept).then(text),
        rules={
            Rule.SCHEME_ADDED: bare,
            Rule.TRIMMED: kept & (text != original(column, dtype)),
            Rule.EMPTIED: emptied(column, dtype),
        },
    )
