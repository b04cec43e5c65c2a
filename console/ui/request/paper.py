"""A single request on paper: what the agency needs at the place, and the history.

The reporter is left out: anybody may pick up a sheet of paper.
"""

from datetime import datetime

from console.domain.catalogue.catalogue import Catalogue
from console.domain.requests.answers import labelled
from console.services.views.requests import RequestDetail
from console.ui.printing.paper import Paper, Table, made_at, translate
from console.ui.request.history_lines import HistoryLines
from console.ui.text import formats, words


def request_paper(detail: RequestDetail, catalogue: Catalogue, now: datetime) -> Paper:
    """Fields, agencies and history of a request."""
    request = detail.request
    said = HistoryLines(catalogue)
    service = catalogue.services.get(request.service_code)
    ward = catalogue.wards.get(request.ward_code or "")
    fields = (
        (translate("paper", "Loại sự cố"), service.name if service else request.service_code),
        (translate("paper", "Trạng thái"), words.state(request.state)),
        (translate("paper", "Mức ưu tiên"), words.priority(request.priority)),
        (translate("paper", "Địa chỉ"), request.address_string or ""),
        (translate("paper", "Phường/Xã"), ward.name if ward else ""),
        (translate("paper", "Mô tả"), request.description),
        *labelled(request, catalogue),
        (translate("paper", "Tiếp nhận"), formats.full(request.requested_at)),
        (translate("paper", "Hạn"), formats.full(request.due_at)),
    )
    agencies = tuple(
        (
            said.agency(each.agency),
            words.state(each.state),
            formats.full(each.deadline),
            each.result_text or "",
        )
        for each in request.assignments
    )
    history = tuple((formats.full(each.at), said.line(each, now)) for each in detail.history)
    number = formats.request_number(request.number)
    heads = (
        translate("paper", "Đơn vị"),
        translate("paper", "Trạng thái"),
        translate("paper", "Hạn"),
        translate("paper", "Báo cáo kết quả"),
    )
    tables: list[Table] = [("", (), tuple(row for row in fields if row[1]))]
    if agencies:
        tables.append((translate("paper", "Đơn vị xử lý"), heads, agencies))
    tables.append((translate("paper", "Diễn biến"), (), history))
    return Paper(translate("paper", "Phản ánh {0}").format(number), made_at(now), tuple(tables))
