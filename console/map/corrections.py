"""What a caller takes back in the same breath: `Lê Lợi, à lộn, Lê Lai` is Lê Lai."""

import re

_TAKEN_BACK = re.compile(
    r"(?:(?<=[\s,.;?…])(?:à|ủa|ý|í|xin lỗi)[\s,]+(?:không(?:\s+phải)?|lộn|nhầm|quên)"
    r"|(?<=[\s,.;])a\s+(?:lon|nham)"
    r"|\b(?:nói|ghi|gõ)\s+(?:lộn|nhầm)|\?\s*(?:à|ủa))(?:\s+rồi)?(?=[\s,.;:])[\s,.;:]*",
    re.IGNORECASE,
)
"""`à không` with its marks only: `tan tao a khong co nuoc` takes nothing back."""


def taken_back(text: str) -> tuple[str, str] | None:
    """(what was said before, what counts instead) at the last such word; None without one.

    Args:
        text: NFC.
    """
    found = next(reversed(list(_TAKEN_BACK.finditer(text))), None)
    if found is None or not text[found.end() :].strip():
        return None
    return text[: found.start()], text[found.end() :]
