"""Corrections in mid-sentence: `Lê Lợi, à lộn, Lê Lai` is Lê Lai."""

import re

_WHO = r"(?:em|tôi|tui|mình|con|cháu|anh|chị)"
_TAKEN_BACK = re.compile(
    r"(?:(?<=[\s,.;?…])(?:à|ủa|ý|í|xin lỗi)[\s,]+(?:không(?:\s+phải)?|lộn|nhầm|quên)"
    r"(?!\s+(?:nhớ|biết|rõ|chắc))"
    r"|(?<=[\s,.;])(?:a\s+(?:lon|nham|quen)|ua\s+(?:lon|nham|quen)|a\s+khong(?=\s+(?:so\s+)?\d))"
    r"|(?<=[,.;…]\s)(?:a\s+khong(?=\s*[,.])|(?:ua|y|xin\s+loi)[\s,]+(?:lon|nham|quen))"
    r"|(?<=[\s,.;…])(?:à|a)\s+(?:mà|ma)(?=\b.*\b(?:mới|moi)\s+(?:đúng|phải|dung|phai)\b)"
    rf"|\bđính chính(?:\s+lại)?(?:\s+là)?|(?<=[\s,.;…])[ýí]\s+{_WHO}\s+là|\bsửa\s+lại\s+là"
    r"|\b(?:nói|ghi|gõ)\s+(?:lộn|nhầm)|\?\s*(?:à|ủa))(?:\s+rồi)?(?=[\s,.;:])[\s,.;:]*",
    re.IGNORECASE,
)
"""`à không` counts only with marks or set apart: `tan tao a khong co nuoc` corrects nothing."""

_RIGHT = re.compile(r"\s*\b(?:mới|moi)\s+(?:đúng|phải|dung|phai)\b", re.IGNORECASE)

_NOT = r"(?:không|hông|hổng|ko|khong|hong)\s+(?:phải|phai|thuộc|thuoc)\s+(?:(?:là|la|ở)\s+)?"
_UNIT = r"(?:hẻm|hem|số|so|nhà|nha|phường|phuong|quận|quan|ấp|ap|[pq])"
_DENIED_AFTER = re.compile(
    rf"\b({_UNIT}[.\s]*\d[\w/]*),?\s+(?:(?:chứ|chu)\s+)?{_NOT}{_UNIT}[.\s]*\d[\w/]*", re.IGNORECASE
)
_DENIED_BEFORE = re.compile(
    rf"\b{_NOT}[^,.;]{{1,40}}?,?\s+(?:mà|ma)\s+(?:(?:là|la)\s+)?", re.IGNORECASE
)


def without_negated(text: str) -> str:
    """The text without what it rules out: `hẻm 120 chứ không phải hẻm 102` is `hẻm 120`, `không
    phải quận 1 mà là quận 3` is `quận 3`.

    Args:
        text: NFC.
    """
    if not re.search(r"\b(?:phải|phai|thuộc|thuoc)\b", text, re.IGNORECASE):
        return text
    return _DENIED_BEFORE.sub("", _DENIED_AFTER.sub(r"\1", text))


def split_correction(text: str) -> tuple[str, str] | None:
    """(the text before, the text that replaces it) at the last correction; None without one.

    Args:
        text: NFC.
    """
    found = next(reversed(list(_TAKEN_BACK.finditer(text))), None)
    if found is None or not text[found.end() :].strip():
        return None
    return text[: found.start()], _RIGHT.sub("", text[found.end() :])
