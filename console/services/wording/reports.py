"""Error sentences of reports, as in `errors.py`."""

REPORT_SENTENCES: dict[str, tuple[str, str]] = {
    "unknown_report": (
        "Không có báo cáo {report}. Xem tên các báo cáo: console1022 report --help",
        "There is no report {report}. See the names: console1022 report --help",
    ),
    "period_backwards": (
        "Kỳ báo cáo kết thúc ({until}) không sau lúc bắt đầu ({since}). Sửa lại hai mốc.",
        "The period ends ({until}) no later than it begins ({since}). Correct the two times.",
    ),
    "period_too_long": (
        "Kỳ báo cáo quá dài, tối đa {years} năm. Rút ngắn lại.",
        "The period is too long, at most {years} years. Shorten it.",
    ),
    "forecast_too_long": (
        "Dự báo tối đa {days} ngày một lần. Rút ngắn kỳ lại.",
        "A forecast is of {days} days at most. Shorten the period.",
    ),
    "quality_too_long": (
        "Báo cáo chất lượng tối đa {days} ngày một lần. Rút ngắn kỳ lại.",
        "A report on quality is of {days} days at most. Shorten the period.",
    ),
    "sheet_not_whole": (
        "Chấm đủ {number} tiêu chí rồi lưu.",
        "Mark all {number} criteria, then save.",
    ),
    "nobody_to_name": (
        "Cần cả họ tên và số điện thoại của người dân để ghi đồng ý nêu tên. Hỏi thêm rồi ghi lại.",
        "Name and number are needed to write down a yes to be named. Ask, then write it again.",
    ),
    "not_a_moment": (
        "“{text}” không phải ngày giờ. Viết như 2025-10-25 hoặc 2025-10-25T12:00.",
        "“{text}” is not a date or time. Write it like 2025-10-25 or 2025-10-25T12:00.",
    ),
    "report_needs_file": (
        "Định dạng {format} cần ghi ra tệp. Thêm --out TỆP.",
        "The format {format} needs a file. Add --out FILE.",
    ),
    "no_such_seal": (
        "Không có báo cáo niêm phong nào có mã {digest}. Kiểm tra mã in trên giấy.",
        "No sealed report has the digest {digest}. Check what is printed on the paper.",
    ),
    "not_for_the_public": (
        "Phản ánh ở trạng thái {state} không được công bố. Chỉ công bố phản ánh được tiếp nhận.",
        "A request in the state {state} is not published. Only accepted ones are.",
    ),
    "not_its_photo": (
        "Ảnh {photo} không thuộc phản ánh này. Chọn lại ảnh.",
        "The photo {photo} is not of this request. Choose again.",
    ),
    "not_published": (
        "Phản ánh này chưa được công bố nên không có gì để gỡ.",
        "This request is not published, so there is nothing to take off.",
    ),
    "export_cancelled": (
        "Đã dừng xuất tệp, tệp dở đã được xóa. Xuất lại khi cần.",
        "The export was stopped and its unfinished file removed. Export again when needed.",
    ),
}
