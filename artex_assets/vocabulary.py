"""The words of the evidence: states, reason codes, record codes and rule codes, and what they mean.

One table a kind. The code is what is stored and shown; the meaning is the sentence that reports and
documentation print beside it. Sources: domain.md, *Rules, column by column* and *Nothing is lost*.
"""

from enum import StrEnum


class Described(StrEnum):
    """A code with the sentence that says what it means."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> "Described":
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


class State(Described):
    """Where a legacy row stands. Each legacy row has exactly one state."""

    LOADED = "loaded", "it is in the target"
    MIGRATED = "migrated", "its bytes in the target are proved to be the legacy ones"
    PENDING = "pending", "it is still to be migrated"
    FAILED = "failed", "it could not be migrated; a repair or a retry can mend it"
    MERGED = "merged", "it says the same as another row, which stands for it in the target"
    QUARANTINED = "quarantined", "it cannot be loaded; it is kept whole, with the reason"
    ACCEPTED = "accepted", "a person accepted that it is not carried"


class Edit(Described):
    """What somebody did in the target to a row that we loaded. Its state stays loaded."""

    EDITED = "edited", "it was edited in the target, and is left as it is there"
    CONFLICT = "conflict", "it was edited in the target, and the legacy row would now be another"
    DELETED = "deleted", "it was deleted in the target, and is not inserted again"
    VANISHED = "vanished", "its legacy row is gone or no longer loadable; the target's row stays"


class Reason(Described):
    """Why a legacy row is quarantined."""

    MISSING_KEY = "missing_key", "the row has no id, or a link lacks one of its two sides"
    DUPLICATE_KEY = "duplicate_key", "several different rows have this id"
    TEXT_NOT_UTF8 = "text_not_utf8", "a text is in no encoding that can be read"
    MISSING_VALUE = "missing_value", "a value that the target requires is absent"
    EMAIL_INVALID = "email_invalid", "the e-mail address is not one that the application accepts"
    EMAIL_DUPLICATE = "email_duplicate", "an earlier user has the same e-mail address"
    PARENT_MISSING = "parent_missing", "a row that it belongs to is not in the legacy database"
    PARENT_QUARANTINED = "parent_quarantined", "a row that it belongs to is quarantined"
    PARENT_DELETED = "parent_deleted", "a row that it belongs to was deleted in the target"
    ID_TAKEN = "id_taken", "the target has another row with this id that we did not load"
    VALUE_TAKEN = "value_taken", "the target has another row with this unique value"
    VALUE_NOT_HELD = "value_not_held", "the target's column cannot hold a value that is required"
    PRICE_MISSING = "price_missing", "a sale needs a price above 0"
    DATE_MISSING = "date_missing", "a sale needs a date"
    BLOB_MISSING = "blob_missing", "the blob that it names is not in the legacy database"
    TYPE_UNKNOWN = "type_unknown", "the type of the transaction is not sale, purchase or trade"
    IMAGE_EMPTY = "image_empty", "the image has no bytes"
    IMAGE_NOT_RECOGNIZED = "image_not_recognized", "the file is no image, or only the start of one"
    IMAGE_HAS_SCRIPT = "image_has_script", "the SVG has a script, or cannot be shown to have none"
    IMAGE_TOO_LARGE = "image_too_large", "the image has more pixels than ARTEX_MAX_PIXELS"


class Change(Described):
    """Why a cell is on record: it was imputed, derived, corrected or could not be carried."""

    NAME_DERIVED = "name_derived", "a blank name was made from band, venue and year"
    YEAR_DERIVED = "year_derived", "the year comes from the name or the earliest poster"
    DATE_IMPUTED = "date_imputed", "a missing date became the date of the migration"
    TIME_IMPUTED = "time_imputed", "a missing time came from the other one or the migration's date"
    COUNTRY_IMPUTED = "country_imputed", "a missing country became US"
    PRICE_NOT_POSITIVE = "price_not_positive", "a price of 0 or less became empty"
    PRICE_UNREADABLE = "price_unreadable", "a price that is no amount of dollars became empty"
    PRICE_FRACTION = "price_fraction", "a price with a fraction of a cent became empty"
    SIZE_NOT_POSITIVE = "size_not_positive", "an edition size of 0 or less became empty"
    NUMBER_UNREADABLE = "number_unreadable", "a text that is no whole number became empty"
    DATE_UNREADABLE = "date_unreadable", "a date that is in no calendar counts as missing"
    TIME_UNREADABLE = "time_unreadable", "a time that is in no calendar counts as missing"
    BOOLEAN_UNREADABLE = (
        "boolean_unreadable",
        "a text that is neither true nor false counts as missing",
    )
    COORDINATE_OUT_OF_RANGE = "coordinate_out_of_range", "a latitude or longitude is not on Earth"
    CONDITION_UNKNOWN = "condition_unknown", "an unknown condition became empty"
    EDITION_TYPE_UNKNOWN = "edition_type_unknown", "an unknown edition type became OT (Other)"
    PASSWORD_NOT_CARRIED = "password_not_carried", "the password is not a bcrypt hash"
    VERIFICATION_CONTRADICTORY = (
        "verification_contradictory",
        "verified without a date or a name, or on a day still to come; carried as it is",
    )
    REFERENCE_DROPPED = "reference_dropped", "an optional reference to a missing row became empty"
    REFERENCE_MERGED = "reference_merged", "the row it refers to was merged into another one"
    IMAGE_PROMOTED = "image_promoted", "no attachment was named image, so the first one is"
    VALUE_NOT_HELD = "value_not_held", "the target's column cannot hold the value"
    CONTENT_TYPE_CORRECTED = "content_type_corrected", "the bytes are of another type than declared"


class Rule(Described):
    """What is done alike to every cell of a column; counted, not recorded cell by cell."""

    TRIMMED = "trimmed", "white space at both ends was removed"
    EMPTIED = "emptied", "an empty text became NULL"
    NORMALIZED = "normalized", "text was brought to Unicode form C"
    LOWERED = "lowered", "text was brought to lower case"
    SCHEME_ADDED = "scheme_added", "http:// was put in front of a website"
    ENUM_SPELLED = "enum_spelled", "a known value was brought to its spelling in the target"
    MONEY_CONVERTED = "money_converted", "a price in dollars became cents"
    ROUNDED = "rounded", "a number was rounded to the decimals that the target keeps"
    TIME_CUT = "time_cut", "the time of day was cut off a date"
    CONSTANT = "constant", "the column has the same value in every row"
    DEFAULTED = "defaulted", "an absent value became the column's default"
    COPIED = "copied", "the value comes from another column of the row"
    SLUG_MADE = "slug_made", "the slug was made from band, venue, name and year"
    SLUG_NUMBERED = "slug_numbered", "a taken slug got a number behind it"


class Severity(Described):
    """How loud a failing check is."""

    ERROR = "ERROR", "something is wrong with what was migrated"
    WARN = "WARN", "a person should know, nothing is wrong"


class ImageWarning(Described):
    """What a person should know of an image that was migrated all the same."""

    TRUNCATED = "truncated", "the file ends before the picture does"
    TRAILING_BYTES = "trailing_bytes", "the file has bytes behind the end of the picture"
    DIMENSIONS_UNKNOWN = "dimensions_unknown", "the size in pixels stands too deep in the file"
