"""Words about the citizen's rights over what is kept of him: (Vietnamese, English)."""

type _Pair = tuple[str, str]

PRIVACY_SENTENCES: dict[str, _Pair] = {
    "not_reachable": (
        "“{said}” không phải số điện thoại hay địa chỉ thư. Ghi số như 0903 123 456 hoặc thư "
        "như ten@vi-du.vn, tối đa 10.",
        "“{said}” is neither a telephone number nor a mailbox. Give a number such as 0903 123 456 "
        "or a mailbox such as name@example.vn, 10 at most.",
    ),
}

LIMITS: tuple[_Pair, ...] = (
    (
        "Chỉ có những gì máy trực này giữ; phản ánh đã đóng quá 90 ngày có thể chỉ còn ở trung "
        "tâm, bản ghi của máy khác chỉ có ở máy đó.",
        "Only what this seat keeps; requests closed more than 90 days ago may lie at the centre "
        "alone, the calls and the audit of other seats at those.",
    ),
    (
        "Người khác cùng phản ánh được bỏ ra; tên, số điện thoại và thư của người khác trong lời "
        "ghi được che. Phản ánh có nhiều người thì phải đọc lại trước khi giao.",
        "Other reporters are left out; names, numbers and mailboxes of others within what was "
        "written are hidden. Where several reported the same, read it before it is handed over.",
    ),
    (
        "Tài khoản Zalo, Facebook của người này chỉ có khi số điện thoại được ghi dưới tin ấy.",
        "Accounts of Zalo or Facebook are there only where the number was written down under a "
        "message of theirs.",
    ),
)
"""What the file does not have."""

_WHEN: _Pair = ("Lúc", "At")
_BY: _Pair = ("Ai", "Who")
_SEAT: _Pair = ("Máy", "Seat")
_WAY: _Pair = ("Kênh", "Channel")
_TEXT: _Pair = ("Nội dung", "Text")
_STATE: _Pair = ("Tình trạng", "State")
_NUMBER: _Pair = ("Mã phản ánh", "Request")

SHEETS: dict[str, tuple[_Pair, tuple[_Pair, ...], tuple[int, ...]]] = {
    "person": (
        ("Tóm tắt", "Summary"),
        (("Người", "Person"), ("", "")),
        (24, 110),
    ),
    "requests": (
        ("Phản ánh", "Requests"),
        (
            _NUMBER, _WHEN, ("Loại sự cố", "Service"), _STATE, ("Mô tả", "Description"),
            ("Địa chỉ", "Address"), ("Đã chuyển cho", "Passed to"), ("Kết quả", "Result"),
            ("Họ tên", "Name"), ("Số điện thoại", "Telephone"), ("Thư điện tử", "E-mail"),
            ("Người khác cùng báo", "Other reporters"),
        ),
        (17, 17, 24, 16, 50, 34, 34, 40, 24, 16, 26, 10),
    ),
    "steps": (
        ("Diễn biến", "Steps"),
        (_NUMBER, _WHEN, ("Việc", "Step"), ("Lời ghi", "Words"), _BY, _SEAT),
        (17, 17, 26, 70, 18, 14),
    ),
    "contacts": (
        ("Cuộc gọi, tin đến", "Received"),
        (_WHEN, _WAY, ("Từ", "From"), ("Họ tên", "Name"), _TEXT, _STATE, ("Tệp", "Files")),
        (17, 14, 22, 24, 70, 16, 8),
    ),
    "messages": (
        ("Tin gửi đi", "Sent"),
        (_WHEN, _WAY, ("Đến", "To"), ("Để làm gì", "Purpose"), _TEXT, _STATE),
        (17, 14, 22, 24, 70, 16),
    ),
    "calls": (
        ("Cuộc gọi", "Calls"),
        (_WHEN, ("Chiều", "Direction"), ("Người tiếp", "Operator"), ("Nói, giây", "Talked, s"),
         ("Ghi âm", "Recording")),
        (17, 10, 18, 12, 60),
    ),
    "consents": (
        ("Đồng ý", "Consents"),
        (_WHEN, ("Về việc", "About"), ("Đồng ý", "Agreed"), ("Người ghi", "Written by")),
        (17, 60, 10, 18),
    ),
    "files": (
        ("Tệp đính kèm", "Files"),
        (("SHA-256", "SHA-256"), ("Cỡ, byte", "Size, bytes")),
        (70, 14),
    ),
    "readers": (
        ("Ai đã xem", "Read by"),
        (_WHEN, _BY, _SEAT, ("Việc", "Act"), ("Về", "About")),
        (17, 18, 14, 30, 50),
    ),
}  # fmt: skip
"""Tables of the file: name, heads, widths."""
