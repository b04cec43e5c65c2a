"""Error sentences of imports and backups, as in `errors.py`."""

FILE_SENTENCES: dict[str, tuple[str, str]] = {
    # --- a history file
    "history_empty": (
        "Tệp {file} không có dòng nào. Kiểm tra lại tệp.",
        "The file {file} has no rows. Check it.",
    ),
    "history_no_columns": (
        "Tệp {file} thiếu cột {columns}. Dòng đầu phải là tên cột theo Open311.",
        "The file {file} has no column {columns}. Its first line must name Open311's columns.",
    ),
    "history_unreadable": (
        "Đang đọc {file} thì hỏng ({cause}). Chạy lại lệnh này, phần đã nhập vẫn còn.",
        "Reading {file} failed ({cause}). Run the command again; what was imported stays.",
    ),
    "side_file_failed": (
        "Không ghi được {file} ({cause}). Giải phóng đĩa hoặc mở quyền ghi rồi chạy lại.",
        "{file} cannot be written ({cause}). Make room or allow writing, then run it again.",
    ),
    # --- its rows
    "history_line_too_long": (
        "Dòng quá dài, không phải một phản ánh. Kiểm tra dấu xuống dòng.",
        "The line is too long to be a request. Check the line ends.",
    ),
    "history_open_quote": (
        "Dấu ngoặc kép mở mà không đóng. Thêm dấu đóng.",
        "A quote is opened and never closed. Close it.",
    ),
    "history_bad_quotes": (
        "Dấu ngoặc kép đặt sai chỗ. Dấu ngoặc trong giá trị phải viết đôi.",
        "There is a quote where none is allowed. Double the quotes inside a value.",
    ),
    "history_too_short": (
        "Dòng chỉ có {given} cột, cần {wanted}. Có thể bị cắt cụt.",
        "The row has {given} columns, not {wanted}. It may have been cut off.",
    ),
    "history_too_long": (
        "Dòng có {given} cột, chỉ cần {wanted}. Đặt giá trị có dấu phân cách trong ngoặc kép.",
        "The row has {given} columns, not {wanted}. Quote values that hold the delimiter.",
    ),
    "history_value_needed": (
        "Thiếu {column}. Hãy điền vào.",
        "{column} is missing. Fill it in.",
    ),
    "history_bad_time": (
        "Không đọc được thời điểm “{value}” ở {column}. Viết 2016-03-04T09:00 hoặc 04/03/2016.",
        "The time “{value}” in {column} cannot be read. Write 2016-03-04T09:00 or 04/03/2016.",
    ),
    "history_impossible_time": (
        "Thời điểm “{value}” ở {column} không thể có: trước năm 2000 hoặc ở tương lai.",
        "The time “{value}” in {column} is impossible: before 2000 or in the future.",
    ),
    "history_ends_early": (
        "{column} sớm hơn lúc tiếp nhận. Kiểm tra hai thời điểm.",
        "{column} is before the request was received. Check both times.",
    ),
    "history_agency_needed": (
        "Thiếu agency_responsible: phản ánh ở trạng thái này phải có đơn vị xử lý.",
        "agency_responsible is missing: in this state a request must have an agency.",
    ),
    "history_text_too_long": (
        "{column} quá dài, tối đa {limit} ký tự. Hãy rút gọn.",
        "{column} is too long, at most {limit} characters. Shorten it.",
    ),
    "history_bad_choice": (
        "Không hiểu “{value}” ở {column}. Dùng mã hoặc tên của chương trình.",
        "“{value}” in {column} is not understood. Use the program's codes or names.",
    ),
    "history_number_taken": (
        "Mã này đã thuộc một phản ánh khác trong kho. Kiểm tra lại mã.",
        "Another request in the store has this number. Check it.",
    ),
    "history_known_otherwise": (
        "Phản ánh này đã có với nội dung khác. Sửa trên phiếu, không nhập lại.",
        "This request is in already and says something else. Change it there.",
    ),
    # --- copies of a profile
    "copy_exists": (
        "Đã có tệp {file}. Chọn tên khác, bản sao cũ không bị ghi đè.",
        "The file {file} exists. Choose another name; no copy is written over.",
    ),
    "copy_failed": (
        "Không sao chép được {file} ({cause}). Kiểm tra đĩa và quyền rồi làm lại.",
        "{file} could not be copied ({cause}). Check disk and rights, then try again.",
    ),
    "copy_damaged": (
        "Bản sao {file} bị hỏng ở {what}. Dùng bản sao khác, hồ sơ chưa bị thay đổi.",
        "The copy {file} is damaged at {what}. Use another one; the profile was not changed.",
    ),
    "copy_key_missing": (
        "Bản sao {file} đã mã hoá bằng khoá khác. Thêm bản khoá IT giữ: --key TỆP",
        "The copy {file} is encrypted with another key. Add the copy of it that IT keeps: "
        "--key FILE",
    ),
    "copy_foreign": (
        "{file} không phải bản sao lưu của chương trình này. Chọn tệp khác.",
        "{file} is not a copy made by this program. Choose another file.",
    ),
    "copy_newer": (
        "Bản sao {file} do phiên bản mới hơn tạo. Hãy nâng cấp chương trình trước.",
        "A newer version made the copy {file}. Upgrade the program first.",
    ),
    "profile_has_unsent": (
        "Hồ sơ này có {n} sự kiện chưa gửi về trung tâm. Sao lưu trước, rồi thêm --force.",
        "This profile has {n} events that the centre does not have. Back it up, then add --force.",
    ),
    "no_such_folder": (
        "Không có thư mục {folder}. Tạo trước hoặc chọn chỗ khác.",
        "There is no folder {folder}. Create it first or choose another place.",
    ),
}
