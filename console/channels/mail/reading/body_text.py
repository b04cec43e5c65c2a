"""The body of a mail as plain text: HTML converted, flowed lines joined, quotes removed."""

import html
import re

import nh3

_BREAKS = re.compile(
    r"<[\s/]{0,9}(?:br|p|div|li|ul|ol|tr|table|h[1-6]|blockquote|hr|section|article|header|footer|pre)"
    r"\b[^>]{0,2000}>",
    re.IGNORECASE,
)
_CELLS = re.compile(r"<[\s/]{0,9}(?:td|th)\b[^>]{0,2000}>", re.IGNORECASE)
_QUOTES = re.compile(r"<[\s/]{0,9}blockquote\b[^>]{0,2000}>", re.IGNORECASE)
_OPENS, _ENDS = "\ue000", "\ue001"
"""Mark the borders of a quote during cleaning; private-use characters, so not in any text."""
_FORWARDED = re.compile(
    r"(?im)^[-_* ]{0,20}(begin forwarded message|forwarded message|original message forwarded"
    r"|thư (được )?chuyển tiếp|bắt đầu thư (được )?chuyển tiếp|fwd:).{0,60}$"
)
_LINE_ENDS = re.compile(r"[\r\n]+")
_DROPPED = {"script", "style", "title", "template", "noscript"}
_ATTRIBUTION = re.compile(
    r"(?im)^[ \t]{0,8}(?:(?:on|vào|ngày) .{5,200}(?:\n.{0,100})?(?:wrote|viết):[ \t]*"
    r"|-{3,} ?original message.*|_{10,}|từ: .{3,200}|from: .{3,200})$"
)


def from_html(source: str) -> str:
    """The text of an HTML body without tags, scripts and links. Quoted lines start with `>`, as in
    plain text.
    """
    own = source.replace(_OPENS, "").replace(_ENDS, "")
    quoted = _QUOTES.sub(lambda m: f"<br>{_ENDS if '/' in m[0][:12] else _OPENS}<br>", own)
    lines = _CELLS.sub(" ", _BREAKS.sub("\n", _LINE_ENDS.sub(" ", quoted)))
    # Line feeds survive the cleaning.
    bare = nh3.clean(lines, tags=set(), clean_content_tags=_DROPPED)
    text = html.unescape(bare)
    rows: list[str] = []
    depth = 0
    for row in (" ".join(row.split()) for row in text.split("\n")):
        if row in (_OPENS, _ENDS):
            depth = max(0, depth + (1 if row == _OPENS else -1))
        elif row:
            rows.append(f"{'>' * min(depth, 9)} {row}" if depth else row)
    return "\n".join(rows)


def unflowed(text: str, *, del_sp: bool = False) -> str:
    """Join lines that the mailer wrapped (RFC 3676)."""
    out: list[str] = []
    open_line = False
    for line in text.splitlines():
        quoted = line.startswith(">")
        row = line.removeprefix(" ")
        flows = row.endswith(" ") and row != "-- " and not quoted
        content = row[:-1] if flows and del_sp else row
        if open_line and not quoted:
            out[-1] += content
        else:
            out.append(content)
        open_line = flows
    return "\n".join(out)


def without_quotes(text: str) -> str:
    """A reply without the quoted mail below it. The text stays whole if nothing else is left, or if
    it forwards another mail.
    """
    if _FORWARDED.search(text):
        return text
    rows = text.split("\n")
    end = len(rows)
    while end and (rows[end - 1].startswith(">") or not rows[end - 1].strip()):
        end -= 1
    kept = "\n".join(rows[:end])
    found = _ATTRIBUTION.search(kept)
    # An attribution counts only before quoted text or at the start of a mailer's own block.
    if found and (
        end < len(rows) or not found[0].strip().lower().startswith(("on ", "vào ", "ngày "))
    ):
        kept = kept[: found.start()]
    return kept.strip() or text
