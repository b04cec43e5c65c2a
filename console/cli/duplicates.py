"""`duplicates`: requests that may be about the same trouble, best first."""

from console.assembly.core import Core
from console.cli.framework.call import Call
from console.cli.framework.grammar import Verbs, add_verb, int_between
from console.cli.framework.output import print_json
from console.cli.request.json_output import duplicate_json
from console.cli.request.lookup import may_see
from console.domain.errors import InputError
from console.domain.requests.decide import checks
from console.services.views.requests import DuplicateQuestion, DuplicateRow
from console.services.wording.sentences import duplicate_reason

MOST = 10
"""Rows shown; for an officer they are picked from ten times as many."""


def add(verbs: Verbs) -> None:
    """The grammar of `duplicates`."""
    parser = add_verb(verbs, "duplicates", "phản ánh có thể trùng quanh một điểm", _duplicates)
    parser.add_argument("--service", required=True)
    parser.add_argument("--lat", type=float, required=True)
    parser.add_argument("--long", type=float, required=True)
    parser.add_argument("--within", type=int_between(1, 50_000), metavar="M")
    parser.add_argument("--hours", type=int_between(1, 24 * 3660), metavar="H")


def _duplicates(call: Call) -> int:
    given = call.given
    lat, long = given.lat, given.long
    checks.place(lat, long)
    if (lat, long) == (0, 0):  # what a device without a fix sends
        raise InputError("impossible_coordinates", lat=lat, long=long)
    question = DuplicateQuestion(
        given.service, lat=lat, long=long, within_m=given.within, hours=given.hours
    )
    with call.core(read_only=True) as core:
        core.desk.catalogue.service(given.service)
        now = core.desk.clock()
        forms = [duplicate_json(row, now) for row in _rows(core, question)]
    if call.as_json:
        print_json(forms)
        return 0
    call.table(
        "Mã|Cách (m)|Trước (phút)|Lý do|Mô tả",
        "Number|Distance (m)|Age (min)|Reason|Description",
        [
            (
                f["number"],
                "-" if f["distance_m"] is None else str(f["distance_m"]),
                str(f["age_minutes"]),
                duplicate_reason(f["reason"], call.lang),
                " ".join(f["description"].split()),
            )
            for f in forms
        ],
    )
    return 0


def _rows(core: Core, question: DuplicateQuestion) -> list[DuplicateRow]:
    """The likely duplicates that this account may see."""
    now = core.desk.clock()

    def visible(row: DuplicateRow) -> bool:
        detail = core.store.ask_now(lambda q: q.detail(row.request_id))
        return detail is not None and may_see(core.desk.actor, detail)

    found = core.store.ask_now(lambda q: q.possible_duplicates(question, now, MOST * 10))
    return [row for row in found if visible(row)][:MOST]
