"""Simplified layouts, rewritten English, and raw VNI."""

import pytest

from console.map.addresses.normalizing.english import from_english
from console.map.addresses.normalizing.layout import normalize_layout
from console.map.addresses.normalizing.vni import undo_vni


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("số nhà: 12/7 - Đường: Lê Văn Quới - Phường: Bình Trị Đông - Quận: Bình Tân",
         "số nhà 12/7, Đường Lê Văn Quới, Phường Bình Trị Đông, Quận Bình Tân"),
        ("Đ/c: 25 Nguyễn Cửu Đàm", "25 Nguyễn Cửu Đàm"),
        ("45nguyễn trãi,p.bến thành", "45 nguyễn trãi,p.bến thành"),
        ("p1q5 nguyễn trãi", "p1 q5 nguyễn trãi"),
        # what looks like it and is not
        ("Lê Lợi - Nguyễn Huệ", "Lê Lợi - Nguyễn Huệ"),
        ("19bis Lê Lợi", "19bis Lê Lợi"),
        ("3tháng2", "3tháng2"),
    ],
)  # fmt: skip
def test_plain_forms(text: str, plain: str) -> None:
    assert normalize_layout(text) == plain


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("12 Le Loi St., Ben Thanh Ward, District 1", " 12 duong Le Loi, phuong Ben Thanh, quan 1"),
        ("Alley 5, Le Loi Street, Cu Chi District", "hem 5, duong Le Loi, quan Cu Chi"),
        ("25 Nguyen Cuu Dam Street Tan Son Nhi Ward Tan Phu District",
         " 25 duong Nguyen Cuu Dam, phuong Tan Son Nhi, quan Tan Phu"),
        ("Ward 5 District 3 Vo Van Tan Street", " phuong 5, quan 3, duong Vo Van Tan"),
        ("No. 45 Street 17, Linh Chieu Ward", "so 45 duong 17, phuong Linh Chieu"),
        ("Central Park 208 Nguyen Huu Canh street Ward 22",
         " Central Park, 208 duong Nguyen Huu Canh, phuong 22"),
        ("Le Loi Street - Nguyen Hue Street", " duong Le Loi - duong Nguyen Hue"),
        ("34 Hoang Dieu 2 Street", " 34 duong Hoang Dieu 2"),
        ("broken street light at the corner of Pasteur and Le Loi, D1",
         "broken den , goc Pasteur va Le Loi, quan 1"),
        ("a fallen tree is at 14 Street No. 41, Thao Dien Ward",
         "a fallen tree is , 14 duong so 41, phuong Thao Dien"),
        ("12 District 1 Street", " 12, quan 1"),
        ("St Paul, Bến Nghé", "St Paul, Bến Nghé"),
        ("12 Lê Lợi, Q.1", "12 Lê Lợi, Q.1"),
    ],
)  # fmt: skip
def test_english_words_after_names_are_rewritten(text: str, turned: str) -> None:
    assert from_english(text) == turned


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("so61 12 d9u7o7ng2 Le6 Lo7i5 phu7o7ng2 Be61n Tha2nh qua65n 1",
         "số 12 đường Lê Lợi phường Bến Thành quận 1"),
        ("D9U7O7NG2 NGUYE64N TRA4I", "ĐƯỜNG NGUYỄN TRÃI"),
        ("d9uong72 Nguye64n Van8 Cu72", "đường Nguyễn Văn Cừ"),
        # one certain word is not enough, and codes are no words
        ("duong so6 quan 8", "duong so6 quan 8"),
        ("duong D2 P25 HT13", "duong D2 P25 HT13"),
        ("Lê Lo7i5 phu7o7ng2", "Lê Lo7i5 phu7o7ng2"),
        ("lo E6 can O7 chung cu 4S", "lo E6 can O7 chung cu 4S"),
    ],
)  # fmt: skip
def test_raw_vni(keys: str, meant: str) -> None:
    assert undo_vni(keys) == meant
