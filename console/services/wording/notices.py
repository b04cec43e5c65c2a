"""Error sentences of notices, as in `errors.py`."""

NOTICE_SENTENCES: dict[str, tuple[str, str]] = {
    "no_such_notice": (
        "Không có thông báo này ở máy này. Tải lại danh sách hoặc chờ đồng bộ.",
        "This seat has no such notice. Reload the list or wait for the sync.",
    ),
    "notice_exists": (
        "Thông báo này đã ra rồi. Tải lại danh sách.",
        "This notice was issued before. Reload the list.",
    ),
    "notice_ended": (
        "Thông báo đã hết lúc {at}, không sửa được nữa. Hãy ra thông báo mới.",
        "The notice was over at {at} and cannot be changed. Issue a new one.",
    ),
    "notice_changed_meanwhile": (
        "{by} vừa sửa thông báo này. Xem lại bản mới rồi sửa tiếp.",
        "{by} just changed this notice. Look at the new words and change again.",
    ),
    "notice_kind_unknown": (
        "Không có loại thông báo “{kind}”. Dùng outage hoặc announcement.",
        "There is no kind of notice “{kind}”. Use outage or announcement.",
    ),
    "notice_title_needed": (
        "Chưa có tiêu đề. Hãy ghi một dòng, ví dụ “Mất nước khu Đồng Tâm”.",
        "The title is missing. Write one line, such as “No water around Đồng Tâm”.",
    ),
    "notice_text_needed": (
        "Chưa có nội dung báo người dân. Hãy ghi điều đang xảy ra và khi nào xong.",
        "The text for citizens is missing. Write what happens and until when.",
    ),
    "notice_area_needed": (
        "Chưa có phạm vi. Chọn phường, vẽ vùng trên bản đồ, hoặc chọn toàn thành phố.",
        "The area is missing. Choose wards, draw it on the map, or choose the whole city.",
    ),
    "notice_area_wrong": (
        "Vùng vẽ không dùng được ({why}). Vẽ lại một vùng từ ba góc trở lên.",
        "The drawn area cannot be used ({why}). Draw one with three corners or more.",
    ),
    "notice_period_wrong": (
        "Giờ kết thúc phải sau giờ bắt đầu. Hãy sửa lại.",
        "The end must be after the beginning. Correct it.",
    ),
    "notice_over": (
        "Giờ kết thúc đã qua. Hãy chọn giờ sau lúc này.",
        "The end is in the past. Choose a later one.",
    ),
    "notice_too_long": (
        "Thông báo dài quá {days} ngày. Hãy chia ra hoặc rút ngắn.",
        "The notice runs longer than {days} days. Split or shorten it.",
    ),
    "unknown_group": (
        "Không có lĩnh vực “{group}”. Kiểm tra mã lĩnh vực.",
        "There is no service group “{group}”. Check its code.",
    ),
}
