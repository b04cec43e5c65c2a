"""Faults of a seed file, as part of the sentence `seed_error`."""

SEED_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("thiếu giá trị", "the value is missing"),
    "not_text": ("phải là chữ trong ngoặc kép", "must be text in quotes"),
    "not_number": ("phải là số không âm", "must be a number of zero or more"),
    "not_flag": ("phải là true hoặc false", "must be true or false"),
    "not_list": ("phải là danh sách trong ngoặc vuông", "must be a list in brackets"),
    "bad_date": (
        "ngày phải viết như 2026-01-31, không có ngoặc kép",
        "a date is written like 2026-01-31, without quotes",
    ),
    "bad_time": (
        "giờ phải viết như 07:30:00, không có ngoặc kép",
        "a time is written like 07:30:00, without quotes",
    ),
    "bad_weekday": ("thứ phải từ 1 (thứ Hai) đến 7", "a weekday is 1 (Monday) to 7"),
    "ends_before_start": ("kết thúc trước khi bắt đầu", "ends before it starts"),
    "duplicate_code": ("mã bị trùng", "the code is there twice"),
    "unknown_table": ("không có bảng tên này", "there is no table of this name"),
    "unknown_area": ("không có địa bàn này", "there is no such area"),
    "unknown_ward": ("không có phường, xã này", "there is no such ward"),
    "unknown_group": ("không có lĩnh vực này", "there is no such service group"),
    "unknown_service": ("không có loại sự cố này", "there is no such service"),
    "unknown_agency": ("không có đơn vị này", "there is no such agency"),
    "unknown_question": ("không có câu hỏi này", "there is no such question"),
    "unknown_attribute": ("không có trường này", "there is no such attribute"),
    "unknown_priority": (
        "mức ưu tiên là normal, high hoặc urgent",
        "a priority is normal, high or urgent",
    ),
    "unknown_road_class": (
        "cấp đường là national, provincial, city hoặc alley",
        "a road class is national, provincial, city or alley",
    ),
    "unknown_role": ("không có vai trò này", "there is no such role"),
    "unknown_kind": ("không có kiểu này", "there is no such kind"),
    "unknown_clock": (
        "đồng hồ là forward, acknowledge, resolve hoặc callback",
        "a clock is forward, acknowledge, resolve or callback",
    ),
    "not_mobile": ("phải là số di động", "must be a mobile number"),
    "not_email": ("phải là địa chỉ thư", "must be an e-mail address"),
    "shifts_gap": (
        "các ca của cùng một valid_from phải nối nhau đủ 24 giờ",
        "the shifts of one valid_from must follow each other around the clock",
    ),
    "bad_attribute": (
        "mỗi trường cần code và label",
        "an attribute needs code and label",
    ),
    "bad_ward": (
        "mỗi dòng cần code, name, lat, long",
        "a row needs code, name, lat, long",
    ),
    "not_utf8": ("tệp không phải UTF-8", "the file is not UTF-8"),
    "syntax": ("sai cú pháp TOML", "wrong TOML syntax"),
}
