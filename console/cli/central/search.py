"""`central search`: requests that only the centre still has."""

from console.cli.central.address import address
from console.cli.framework.call import Call
from console.cli.framework.json_fields import json_fields
from console.cli.framework.output import print_json
from console.cli.framework.times import city_time
from console.domain.errors import InputError
from console.domain.requests import numbering
from console.services.views.requests import RequestRow
from console.services.wording.sentences import moment, state_name
from console.store.central.older_requests import OlderRequestStatements


def search(call: Call) -> int:
    """Search by words, or by a request's number in any spelling."""
    text = " ".join(call.given.text)
    number = None
    try:
        number = numbering.parse(text)
    except InputError as error:
        if error.code != "not_a_number":
            raise
    asked = OlderRequestStatements(address(call, call.given.url), "hcmc")
    asked.connect()
    try:
        asked.require_account()
        if number is None:
            found = asked.search(text, call.given.limit)
        else:
            one = asked.find_number(number)
            found = () if one is None else (one,)
    finally:
        asked.close()
    if call.as_json:
        print_json([_row_json(row) for row in found])
        return 0
    call.table(
        "Mã|Trạng thái|Đơn vị|Tiếp nhận|Địa chỉ|Mô tả",
        "Number|State|Agency|Received|Address|Description",
        [
            (numbering.spoken(row.number), state_name(row.state, call.lang), row.agency or "",
             moment(row.requested_at), row.address_string or "", " ".join(row.description.split()))
            for row in found
        ],
    )  # fmt: skip
    return 0


def _row_json(row: RequestRow) -> dict[str, object]:
    names = (
        "service_request_id=number service_code channel state description address_string ward_code "
        "agency_responsible=agency requested_datetime=requested_at updated_datetime=updated_at "
        "expected_datetime=due_at lat long"
    )
    return {"number": numbering.spoken(row.number)} | json_fields(row, names, at=city_time)
