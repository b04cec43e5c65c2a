"""Removes metadata from photos before publication: place, time, owner, thumbnails.

Nothing is decoded: metadata segments and chunks are dropped by their markers (JPEG: ITU T.81 B.1;
PNG: ISO 15948 5.3), so no image can exploit a decoder. HEIC stays HEIC with its metadata zeroed;
browsers that cannot show it offer a download.
"""

from console.channels.files.heic_metadata import clean_heic, clean_webp

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB"})
_BARE = frozenset(range(0xD0, 0xD8)) | {0x01}
"""JPEG markers without a length."""


def clean_photo(content: bytes) -> tuple[str, bytes] | None:
    """(content type, bytes without metadata) of a photo in one of the four accepted formats; None
    for anything else.
    """
    if content.startswith(b"\xff\xd8\xff"):
        cleaned = _jpeg(content)
        return None if cleaned is None else ("image/jpeg", cleaned)
    if content.startswith(_PNG):
        cleaned = _png(content)
        return None if cleaned is None else ("image/png", cleaned)
    if content.startswith(b"RIFF"):
        cleaned = clean_webp(content)
        return None if cleaned is None else ("image/webp", cleaned)
    if content[4:8] == b"ftyp":
        cleaned = clean_heic(content)
        return None if cleaned is None else ("image/heic", cleaned)
    return None


def _jpeg(content: bytes) -> bytes | None:
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _BARE:
            at += 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return None
        end = at + 2 + length
        if marker == 0xDA:  # the image data, up to the end marker
            last = content.rfind(b"\xff\xd9")
            return None if last < end else b"".join([*kept, content[at : last + 2]])
        # APP0 (JFIF) and APP14 (Adobe colours) are needed for display; the others are metadata.
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(content[at:end])
        at = end
    return None


def _png(content: bytes) -> bytes | None:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            return None
        if kind in _PNG_KEPT:
            kept.append(content[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    return None
