"""What an image is called: its key in the source, its path on a disk, its headers on S3.

Nothing that a person typed becomes a path or ends a header. Sources: Rails 8's
ActiveStorage::Filename, ActionDispatch::Http::ContentDisposition, ActiveStorage::Blob and
ActiveStorage::Service::DiskService; domain.md, *Images*.
"""

import re
from functools import cache
from pathlib import Path

from artex_assets.convert.slugs import _ASCII
from artex_assets.errors import ImageError, SettingsError

_INLINE = frozenset(
    {"image/webp", "image/avif", "image/png", "image/gif", "image/jpeg", "image/tiff", "image/bmp"}
)
"""The image types in Rails 8's content_types_allowed_inline."""

_BINARY = frozenset({"image/svg+xml"})
"""The image types in Rails 8's content_types_to_serve_as_binary."""

_UNSAFE = str.maketrans(dict.fromkeys('\u202e%$|:;/<>?*"\t\r\n\\', "-"))
_RUBY_WHITE_SPACE = "\0\t\n\v\f\r "
_TRADITIONAL = re.compile(r"[^ A-Za-z0-9!#$+.^_`|~-]")
_RFC_5987 = re.compile(r"[^A-Za-z0-9!#$&+.^_`|~-]")
_TRANSLITERATED = str.maketrans(_ASCII)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

_PART = re.compile(r"\{key(?:\[(\d{1,4}):(\d{1,4})\])?\}")

LONGEST_FILE_NAME = 255
"""Bytes that a file name can have on the file systems of Linux and macOS."""


def sanitized(filename: str) -> str:
    """A file name as Rails shows it: trimmed, and `-` for what could be a path or end a header."""
    return filename.strip(_RUBY_WHITE_SPACE).translate(_UNSAFE)


def content_disposition(filename: str, content_type: str | None = None) -> str:
    """The header that the object has in the target; ASCII, without line ends.

    `inline` for the types that Rails 8 shows in place, and where the type is not given, else
    `attachment`; then the name in ASCII and in UTF-8. Rails' own server sets it for the second kind
    only and leaves the first without, which is the same to a browser; its direct uploads set
    `inline`, as this does.
    """
    disposition = "inline" if content_type is None or content_type in _INLINE else "attachment"
    name = sanitized(filename)
    ascii_name = _NOT_ASCII.sub("?", name.translate(_TRANSLITERATED))
    return (
        f'{disposition}; filename="{_escaped(ascii_name, _TRADITIONAL)}"; '
        f"filename*=UTF-8''{_escaped(name, _RFC_5987)}"
    )


def stored_content_type(content_type: str) -> str:
    """The Content-Type that the object has in the target: Rails never lets a bucket serve an SVG.

    The blob's row keeps the type itself.
    """
    return "application/octet-stream" if content_type in _BINARY else content_type


def source_key(template: str, key: str) -> str:
    """The object's key in the source bucket: SOURCE_S3_KEY_TEMPLATE with the blob's key in it.

    The template is text with `{key}` and slices such as `{key[0:2]}`; what is in the key is never
    read as a template. Raises SettingsError.
    """
    return "".join(
        part if isinstance(part, str) else key[part[0] : part[1]] for part in _parts(template)
    )


def disk_path(root: Path, key: str) -> Path:
    """Where Rails' disk service keeps a blob under its root: `ab/cd/abcd…`.

    Raises ImageError for a key that is no file name or would leave the root.
    """
    problem = _problem(key)
    if problem is not None:
        raise ImageError(
            f"The blob with the key {key!r} cannot be a file: {problem}.",
            next_step="Migrate to S3, which takes any key, or leave this image out.",
        )
    return root / key[0:2] / key[2:4] / key


def _escaped(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


@cache
def _parts(template: str) -> list[str | tuple[int | None, int | None]]:
    """The template in order: texts, and slices of the key (None, None being all of it)."""
    parts: list[str | tuple[int | None, int | None]] = []
    position = 0
    for match in _PART.finditer(template):
        start, end = (None if number is None else int(number) for number in match.groups())
        if start is not None and end is not None and start >= end:
            raise _template_error(template, f"{match[0]} is always empty")
        parts += [template[position : match.start()], (start, end)]
        position = match.end()
    parts.append(template[position:])
    if any(isinstance(part, str) and ("{" in part or "}" in part) for part in parts):
        raise _template_error(template, "it has other braces than these")
    if (None, None) not in parts:
        raise _template_error(template, "it has no {key}, so that different images could be one")
    return parts


def _template_error(template: str, why: str) -> SettingsError:
    return SettingsError(
        f"SOURCE_S3_KEY_TEMPLATE is {template!r}: {why}.",
        next_step="Allowed are text, {key} and slices such as {key[0:2]}, as in images/{key} or "
        "{key[0:2]}/{key[2:4]}/{key}.",
    )


def _problem(key: str) -> str | None:
    if len(key) < 4:
        return "it is shorter than 4 characters"
    if "/" in key or "\0" in key:
        return "it has a slash or a NUL"
    if ".." in (key[0:2], key[2:4]):
        return "it would leave its folder"
    if len(key.encode()) > LONGEST_FILE_NAME:
        return f"it is longer than {LONGEST_FILE_NAME} bytes"
    return None
