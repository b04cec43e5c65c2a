"""Suggestions for a message."""

import pytest

from console.services.contacts.suggestions import suggest
from tests.unit.services.conftest import Seat


@pytest.mark.parametrize(
    ("text", "service", "address"),
    [
        ("Nắp cống sụp trước nhà 66/1 Đồng Tâm, xã Trung Chánh", "drainage.cover",
         "66/1 Đồng Tâm, xã Trung Chánh"),
        ("Cây ngã. Địa chỉ: đường Võ Công Tồn, P.Tân Quý (Q.Tân Phú)", "trees.fallen",
         "Võ Công Tồn, P.Tân Quý (Q.Tân Phú)"),
        ("3 dải phân cách bê tông bị đẩy ra giữa đường tại ngã tư Vườn Lài - QL1A, "
         "P.An Phú Đông (Q.12)", "roads.divider", "Vườn Lài - QL1A, P.An Phú Đông (Q.12)"),
        ("Ổ gà to trên đường Nguyễn Hữu Cảnh, Bình Thạnh", "roads.pothole",
         "Nguyễn Hữu Cảnh, Bình Thạnh"),
        ("Đèn trước nhà 88 Nguyễn Oanh, phường 7 sáng cả ban ngày", "lighting.daytime",
         "88 Nguyễn Oanh, phường 7"),
        ("Nắp hố ga bị vỡ trước 215 Điện Biên Phủ bị vỡ, P.15, Bình Thạnh", "drainage.cover",
         "215 Điện Biên Phủ, P.15, Bình Thạnh"),
        ("den duong tat", "lighting.out", ""),
        ("Xe buýt số 8 bỏ trạm", "bus.skipped_stop", ""),
        ("Mua đất nền giá rẻ", "", ""),
        ("", "", ""),
        ("\0<script>" * 500, "", ""),
    ],
)  # fmt: skip
def test_service_and_place(seat: Seat, text: str, service: str, address: str) -> None:
    found = suggest(text, seat.desk.catalogue, seat.desk.places)
    assert (found.service_code, found.address_string) == (service, address)
