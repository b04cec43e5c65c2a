"""The pages of the public site as HTML: no scripts, every text escaped, readable on a phone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from console.channels.site.map_frame import HIGH, WIDE, MapFrame, Ring
from console.domain.catalogue.catalogue import Catalogue
from console.domain.desk.notices import Notice
from console.domain.requests.numbering import spoken
from console.domain.states import CLOSED_STATES
from console.domain.time_zone import CITY
from console.services.views.public_site import SiteRow
from console.services.views.reports import Report
from console.services.wording.sentences import moment, state_name

BASE = "/cong-bo"
CSS = """
:root { color-scheme: light dark; --bg: #fff; --panel: #f4f6f8; --text: #1b1f24; --muted: #57606a;
  --line: #d3d9df; --accent: #0b5cad; --ok: #1a6b3c; --warn: #8a4b00; --urgent: #b42318 }
@media (prefers-color-scheme: dark) { :root { --bg: #14171a; --panel: #1e2227; --text: #e6eaee;
  --muted: #a9b3bd; --line: #333a42; --accent: #6cb2ff; --ok: #6fd699; --warn: #ffc266;
  --urgent: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 17px/1.5 system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere }
header { background: var(--panel); border-bottom: 1px solid var(--line); padding: 12px 16px }
header nav, main, footer { max-width: 960px; margin: 0 auto }
header nav { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline }
header strong { font-size: 1.15rem; margin-right: 8px }
main { padding: 16px }
a { color: var(--accent) }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 8px 0 12px }
h2 { font-size: 1.1rem; margin: 20px 0 6px }
form { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0 }
input, select, button { font: inherit; padding: 8px 10px; min-height: 44px; max-width: 100%;
  border: 1px solid var(--muted); border-radius: 5px; background: var(--bg); color: var(--text) }
button { background: var(--accent); border-color: var(--accent); color: var(--bg) }
article { border-top: 1px solid var(--line); padding: 10px 0 }
article h2, article h3, article p { margin: 4px 0 } article h3 { font-size: 1.05rem }
.notice { border-left: 4px solid var(--warn); padding-left: 12px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 12px 0 }
dt, .muted { color: var(--muted) } dd { margin: 0 }
.state { font-weight: 600 } .open { color: var(--warn) } .late { color: var(--urgent) }
.done { color: var(--ok) }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 5px }
svg { width: 100%; height: auto; background: var(--panel); border: 1px solid var(--line) }
svg circle { stroke: var(--bg); stroke-width: 1.5 } svg .dot-open { fill: var(--warn) }
svg .dot-late { fill: var(--urgent) } svg .dot-done { fill: var(--ok) }
svg path { fill: none; stroke: var(--line); stroke-width: 1.5 }
svg text { fill: var(--muted); font: 12px system-ui, "Noto Sans", sans-serif; text-anchor: middle }
table { border-collapse: collapse; width: 100% } .scroll { overflow-x: auto }
th, td { text-align: right; padding: 6px 8px; border-bottom: 1px solid var(--line) }
th:nth-child(2), td:nth-child(2) { text-align: left }
th { overflow-wrap: normal; vertical-align: bottom }
footer { padding: 16px; color: var(--muted); font-size: .9rem }
@media print { header nav a, form, footer a { display: none } body { font-size: 11pt } }
"""


def page(title: str, body: str) -> str:
    """A whole page."""
    feeds = (
        f'<link rel="alternate" type="application/atom+xml" href="{BASE}/feed.atom" title="Atom">'
        f'<link rel="alternate" type="application/feed+json" href="{BASE}/feed.json" title="JSON">'
    )
    links = (
        ("", "Phản ánh"), ("/ban-do", "Bản đồ"), ("/xep-hang", "Bảng xếp hạng"),
        ("/du-lieu", "Dữ liệu mở"),
    )  # fmt: skip
    nav = "".join(f'<a href="{BASE}{path or "/"}">{word}</a>' for path, word in links)
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - 1022</title>"
        f'<link rel="stylesheet" href="{BASE}/style.css">{feeds}</head><body>'
        f"<header><nav><strong>1022 công khai</strong>{nav}</nav></header>"
        f"<main><h1>{escape(title)}</h1>{body}</main>"
        f'<footer>Cổng 1022. Không có dữ liệu cá nhân trên trang này. <a href="{BASE}/feed.atom">'
        f"Atom</a></footer></body></html>"
    )


def search_form(number: str = "", group: str = "", catalogue: Catalogue | None = None) -> str:
    """Search by request number, and filter by group."""
    options = ""
    if catalogue is not None:
        every = sorted(catalogue.groups.values(), key=lambda g: g.order)
        options = "".join(
            f'<option value="{escape(g.code)}"{" selected" if g.code == group else ""}>'
            f"{escape(g.name)}</option>"
            for g in every
        )
        options = (
            f'<form action="{BASE}/" method="get"><select name="linh-vuc" aria-label="Lĩnh vực">'
            f'<option value="">Mọi lĩnh vực</option>{options}</select>'
            "<button>Lọc</button></form>"
        )
    return (
        f'<form action="{BASE}/tim" method="get" role="search">'
        '<input name="so" inputmode="numeric" '
        f'placeholder="Mã phản ánh, 11 chữ số" aria-label="Mã phản ánh" value="{escape(number)}">'
        f"<button>Tìm</button></form>{options}"
    )


def notices(every: Iterable[Notice], catalogue: Catalogue, now: datetime, group: str) -> str:
    """Public outages and announcements, current or starting within a day; of one group if given."""
    told = [n for n in every if n.said.public and n.is_told(now)]
    told = [n for n in told if not group or n.said.group in (None, group)]
    if not told:
        return ""
    listed = "".join(
        f'<article class="notice"><h3>{escape(n.said.title)}</h3>'
        f'<p class="muted">{moment(n.said.starts_at)} – {moment(n.over_at)} · '
        f"{escape(_area(n, catalogue))}</p><p>{escape(n.said.text)}</p></article>"
        for n in told
    )
    return f'<section aria-label="Thông báo"><h2>Thông báo</h2>{listed}</section>'


def _area(notice: Notice, catalogue: Catalogue) -> str:
    said = notice.said
    if said.everywhere:
        return "toàn thành phố"

    def names(codes: Iterable[str]) -> str:
        return ", ".join(catalogue.wards[c].name for c in codes if c in catalogue.wards)

    part = f"một phần {names(said.touched)}" if said.areas and said.touched else ""
    return "; ".join(filter(None, (names(said.wards), part))) or "một khu vực"


def items(rows: Sequence[SiteRow], catalogue: Catalogue, now: datetime) -> str:
    """The list of requests."""
    if not rows:
        return "<p>Chưa có phản ánh nào được công bố ở đây.</p>"
    return "".join(
        f'<article><h2><a href="{_link(row)}">{escape(_service(row, catalogue))}</a></h2>'
        f'<p>{state(row, now)} · <span class="muted">{escape(spoken(row.number))} · '
        f"{_day(row.requested_at)}{escape(_ward(row, catalogue))}</span></p>"
        f"<p>{escape(row.text[:280])}{'…' if len(row.text) > 280 else ''}</p></article>"
        for row in rows
    )


def detail(row: SiteRow, catalogue: Catalogue, now: datetime) -> str:
    """One request with its result."""
    agency = catalogue.agencies.get(row.agency or "")
    facts = [
        ("Mã phản ánh", spoken(row.number)),
        ("Tiếp nhận", moment(row.requested_at)),
        ("Đơn vị xử lý", agency.name if agency else "chưa phân công"),
        ("Hạn xử lý", moment(row.due_at) if row.due_at else "chưa có"),
        ("Nơi", _ward(row, catalogue).removeprefix(" · ") or "không nêu"),
    ]
    if row.closed_at:
        facts.append(("Kết thúc", moment(row.closed_at)))
    listed = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts)
    photos = "".join(
        f'<p><a href="{BASE}/anh/{escape(row.number)}/{escape(sha)}">'
        f'<img src="{BASE}/anh/{escape(row.number)}/{escape(sha)}" '
        'alt="Ảnh hiện trường (bấm để mở)" loading="lazy"></a></p>'
        for sha in row.photos
    )
    result = f"<h2>Kết quả</h2><p>{escape(row.result)}</p>" if row.result else ""
    return f"<p>{state(row, now)}</p><p>{escape(row.text)}</p><dl>{listed}</dl>{result}{photos}"


def state(row: SiteRow, now: datetime) -> str:
    """The state in words, with a colour."""
    kind = _kind(row, now)
    said = state_name(row.state) + (", trễ hạn" if kind == "late" else "")
    return f'<span class="state {kind}">{escape(said)}</span>'


def map_of(
    rows: Iterable[SiteRow], catalogue: Catalogue, now: datetime, rings: Sequence[Ring] = ()
) -> str:
    """An SVG map: a linked dot for each request, and wards by outline (if imported) and name. No
    tiles, no scripts.
    """
    shown = [row for row in rows if row.lat is not None and row.long is not None]
    frame = MapFrame.around([(row.lat or 0.0, row.long or 0.0) for row in shown], catalogue)
    paths = "".join(f'<path d="{d}"/>' for ring in rings if (d := frame.path(ring)))
    names = "".join(
        f'<text x="{x:.0f}" y="{y:.0f}">{escape(name)}</text>'
        for name, x, y in frame.names(catalogue)
    )
    dots = []
    for row in shown:
        x, y = frame.place(row.lat or 0.0, row.long or 0.0)
        dots.append(
            f'<a href="{_link(row)}"><circle class="dot-{_kind(row, now)}" r="7" '
            f'cx="{x:.1f}" cy="{y:.1f}">'
            f"<title>{escape(_service(row, catalogue))}, {escape(state_name(row.state))}</title>"
            "</circle></a>"
        )
    legend = "".join(
        f'<span class="state {kind}">● {word}</span> '
        for kind, word in (("open", "đang xử lý"), ("late", "trễ hạn"), ("done", "đã xong"))
    )
    return (
        f"<p>{len(dots)} phản ánh có vị trí, làm tròn khoảng 100 m. Bấm vào chấm để đọc.</p>"
        f"<p>{legend}</p>"
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="Bản đồ phản ánh">'
        f"{paths}{names}{''.join(dots)}</svg>"
    )


def league(report: Report) -> str:
    """The monthly ranking of agencies."""
    wanted = ("rank", "agency", "on_time_share", "received", "late", "open_overdue", "median_h")
    columns = [c for c in report.columns if c.code in wanted]
    head = "".join(f"<th>{escape(c.vi)}</th>" for c in columns)
    lines = []
    for key in report.keys:
        row = report.row(key)
        cells = "".join(f"<td>{escape(_cell(c.kind, row[c.code]))}</td>" for c in columns)
        lines.append(f"<tr>{cells}</tr>")
    words = "".join(
        f"<p class='muted'>{escape(label)}: {escape(text)}</p>" for label, text in report.words
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}'
        f"</tbody></table></div>{words}"
    )


def _cell(kind: str, value: object) -> str:
    if value is None:
        return "—"
    if kind == "share" and isinstance(value, (int, float)):
        return f"{value * 100:.1f} %".replace(".", ",")
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    return str(value)


def _kind(row: SiteRow, now: datetime) -> str:
    if row.state in CLOSED_STATES or row.state == "resolved":
        return "done"
    return "late" if row.due_at and row.due_at < now else "open"


def _link(row: SiteRow) -> str:
    return f"{BASE}/phan-anh/{escape(row.number)}"


def _service(row: SiteRow, catalogue: Catalogue) -> str:
    found = catalogue.services.get(row.service_code)
    return found.name if found else row.service_code


def _ward(row: SiteRow, catalogue: Catalogue) -> str:
    ward = catalogue.wards.get(row.ward_code or "")
    return f" · {ward.name}" if ward else ""


def _day(at: datetime) -> str:
    return at.astimezone(CITY).strftime("%d/%m/%Y")
