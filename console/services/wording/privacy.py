"""Words about the citizen's rights over personal data, (Vietnamese, English)."""

type _Pair = tuple[str, str]

PRIVACY_SENTENCES: dict[str, _Pair] = {
    "not_reachable": (
        "“{said}” không phải số điện thoại hay địa chỉ thư. Ghi số như 0903 123 456 hoặc thư "
        "như ten@vi-du.vn, tối đa 10.",
        "“{said}” is neither a telephone number nor a mailbox. Give a number such as 0903 123 456 "
        "or a mailbox such as name@example.vn, 10 at most.",
    ),
    "unknown_wish": (
        "Không có loại yêu cầu “{wish}”. Dùng một trong: {known}.",
        "There is no wish “{wish}”. Use one of: {known}.",
    ),
    "no_wish_rule": (
        "Thành phố chưa khai hạn cho loại yêu cầu này vào ngày ấy. Nhờ quản trị bổ sung bảng wish.",
        "The city has no term for this kind of wish on that day. Ask IT to complete the table "
        "wish.",
    ),
    "wish_in_the_future": (
        "Lúc nhận yêu cầu ({at}) phải trong một năm qua, không ở tương lai. Sửa lại lúc nhận.",
        "The wish cannot have come at {at}: not in the future, not over a year ago. Correct it.",
    ),
    "no_such_wish": (
        "Không có yêu cầu này trong sổ. Tải lại danh sách.",
        "The register has no such wish. Reload the list.",
    ),
    "wish_over": (
        "Yêu cầu này đã xong hoặc đã từ chối. Tải lại danh sách.",
        "This wish is done or refused already. Reload the list.",
    ),
    "wish_answered": (
        "Đã trả lời người này rồi. Bước tiếp theo là làm xong, gia hạn hoặc từ chối.",
        "This person was answered before. Do it, extend it or refuse it.",
    ),
    "wish_extended": (
        "Mỗi yêu cầu chỉ gia hạn một lần. Hãy làm xong hoặc từ chối có lý do.",
        "A wish is extended once only. Do it, or refuse it with a reason.",
    ),
    "wish_late": (
        "Đã quá hạn nên không gia hạn được nữa. Hãy làm xong hoặc từ chối có lý do.",
        "It is past its date and cannot be extended any more. Do it, or refuse it with a reason.",
    ),
}

WISHES: dict[str, _Pair] = {
    "view": ("xem dữ liệu", "see it"),
    "correct": ("sửa dữ liệu", "correct it"),
    "copy": ("cấp bản sao", "have a copy"),
    "withdraw": ("rút đồng ý", "take a consent back"),
    "restrict": ("hạn chế xử lý", "restrict its use"),
    "object": ("phản đối xử lý", "object to its use"),
    "delete": ("xóa dữ liệu", "delete it"),
}
"""A citizen's wishes about personal data."""

WISH_STATES: dict[str, _Pair] = {
    "received": ("đã nhận, chưa trả lời", "received, not answered"),
    "answered": ("đã trả lời, đang làm", "answered, being done"),
    "extended": ("đã gia hạn", "extended"),
    "done": ("đã xong", "done"),
    "refused": ("đã từ chối", "refused"),
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
"""What the exported file does not contain."""

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
    "wishes": (
        ("Yêu cầu đã gửi", "Wishes"),
        (_WHEN, ("Yêu cầu", "Wish"), ("Việc", "Step"), ("Lời ghi", "Words")),
        (17, 24, 34, 70),
    ),
    "readers": (
        ("Ai đã xem", "Read by"),
        (_WHEN, _BY, _SEAT, ("Việc", "Act"), ("Về", "About")),
        (17, 18, 14, 30, 50),
    ),
}  # fmt: skip
"""Sheets of the exported file: name, column heads, widths."""
