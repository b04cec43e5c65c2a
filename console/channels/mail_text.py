"""The body of a mail as plain text: words of HTML kept apart, flowed lines, quotes cut off."""

import html
import re

import nh3

_BREAKS = re.compile(
    r"<\s*/?\s*(?:br|p|div|li|ul|ol|tr|table|h[1-6]|blockquote|hr|section|article|header|footer|pre)"
    r"\b[^>]{0,2000}>",
    re.IGNORECASE,
)
_CELLS = re.compile(r"<\s*/?\s*(?:td|th)\b[^>]{0,2000}>", re.IGNORECASE)
_SOURCE_LINES = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_DROPPED = {"script", "style", "title", "template", "noscript"}
_ATTRIBUTION = re.compile(
    r"(?im)^(?:on .{5,200} wrote:|vào .{5,200} đã viết:|ngày .{5,200} viết:"
    r"|-{3,} ?original message.*|_{10,}|từ: .{3,200}|from: .{3,200})$"
)


def from_html(source: str) -> str:
    """The words of an HTML body; no tag, no script, no link is left."""
    lines = _CELLS.sub(" ", _BREAKS.sub("\n", _SOURCE_LINES.sub(" ", source)))
    # The breaks must live through the cleaning, which keeps line feeds.
    bare = nh3.clean(lines, tags=set(), clean_content_tags=_DROPPED)
    text = html.unescape(bare)
    rows = (" ".join(row.split()) for row in text.split("\n"))
    return "\n".join(row for row in rows if row)


def unflowed(text: str, *, del_sp: bool = False) -> str:
    """Lines that a mailer wrapped put together again (RFC 3676)."""
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
    """An answer without the mail that it answers below; all of it when nothing else is there."""
    rows = text.split("\n")
    end = len(rows)
    while end and (rows[end - 1].startswith(">") or not rows[end - 1].strip()):
        end -= 1
    kept = "\n".join(rows[:end])
    found = _ATTRIBUTION.search(kept)
    # An attribution counts only where quoted text followed or a mailer's own block begins.
    if found and (end < len(rows) or not found[0].lower().startswith(("on ", "vào ", "ngày "))):
        kept = kept[: found.start()]
    return kept.strip() or text
