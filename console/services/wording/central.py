"""Error sentences of the central database, as in `errors.py`."""

CENTRAL_SENTENCES: dict[str, tuple[str, str]] = {
    "central_away": (
        "Không tới được máy chủ trung tâm ({where}). Công việc vẫn lưu tại máy, sẽ tự nối lại.",
        "The centre ({where}) cannot be reached. Work is kept here; it reconnects by itself.",
    ),
    "central_away_connections": (
        "Máy chủ trung tâm ({where}) hết chỗ nối. Công việc vẫn lưu tại máy; báo kỹ thuật tăng "
        "max_connections.",
        "The centre ({where}) has no connection left. Work is kept here; IT must raise "
        "max_connections.",
    ),
    "central_away_disk": (
        "Đĩa của máy chủ trung tâm ({where}) đã đầy. Công việc vẫn lưu tại máy; báo kỹ thuật.",
        "The disk of the centre ({where}) is full. Work is kept here; tell IT.",
    ),
    "central_away_lock": (
        "Trung tâm ({where}) đang bận: một bảng bị giữ quá 3 giây, như khi sao lưu hay nâng cấp. "
        "Chưa có gì thay đổi hay mất; thử lại sau.",
        "The centre ({where}) is busy: a table was held for more than 3 seconds, as by a backup or "
        "an upgrade. Nothing was changed or lost; try again later.",
    ),
    "central_away_slow": (
        "Trung tâm ({where}) làm quá lâu nên đã thôi chờ. Chưa có gì mất; thử lại sau.",
        "The centre ({where}) took too long and was not waited for. Nothing is lost; try again "
        "later.",
    ),
    "central_away_standby": (
        "Trung tâm ({where}): chỉ máy dự phòng trả lời, chưa ghi được. Công việc vẫn lưu tại máy; "
        "báo kỹ thuật đưa một máy lên làm máy chính.",
        "The centre ({where}): only a standby answers, which cannot be written to. Work is kept "
        "here; IT must promote one of the servers.",
    ),
    "central_denied": (
        "Máy chủ trung tâm ({where}) từ chối tài khoản này. Kiểm tra tên, mật khẩu và vai trò.",
        "The centre ({where}) refuses this account. Check its name, password and role.",
    ),
    "central_untrusted": (
        "Không tin được máy chủ trung tâm ({where}): chứng thư sai hoặc thiếu. Báo quản trị mạng.",
        "The centre ({where}) cannot be trusted: its certificate is wrong or missing. Tell IT.",
    ),
    "central_no_database": (
        "Máy chủ trung tâm không có cơ sở dữ liệu {where}. Tạo trước bằng createdb.",
        "The centre has no database {where}. Create it first with createdb.",
    ),
    "central_older": (
        "Lược đồ trung tâm ({where}) chưa có hoặc cũ hơn chương trình. Chạy central init.",
        "The centre's schema ({where}) is missing or older than this program. Run central init.",
    ),
    "central_newer": (
        "Lược đồ trung tâm ({where}) mới hơn chương trình này. Hãy cập nhật chương trình.",
        "The centre's schema ({where}) is newer than this program. Update the program.",
    ),
    "central_copy_there": (
        "Tệp {path} đã có. Chọn tên khác.",
        "The file {path} is there already. Choose another name.",
    ),
    "central_copy_missing": (
        "Không có bản sao lưu {path}.",
        "There is no copy {path}.",
    ),
    "central_not_empty": (
        "{where} đã có lược đồ 1022. Khôi phục vào cơ sở dữ liệu mới (createdb), rồi đổi địa chỉ.",
        "{where} has the schema of 1022 already. Restore into a new database (createdb), then "
        "change the address.",
    ),
    "central_copy_tool": (
        "Máy này chưa có {tool}. Cài gói postgresql-client cùng phiên bản với máy chủ.",
        "This machine has no {tool}. Install postgresql-client of the server's version.",
    ),
    "central_copy_failed": (
        "Không sao lưu hoặc khôi phục được {where}: {why}",
        "{where} could not be copied or restored: {why}",
    ),
    "central_no_stream": (
        "Máy chủ trung tâm ({where}) không có luồng này. Kiểm tra thiết đặt.",
        "The centre ({where}) has no such stream. Check the settings.",
    ),
    "central_server_too_old": (
        "PostgreSQL {server} quá cũ. Cần bản 15 trở lên.",
        "PostgreSQL {server} is too old. Version 15 or newer is needed.",
    ),
    "central_url": (
        "Địa chỉ trung tâm không đọc được ({what}). Viết như postgresql://ten@may/csdl.",
        "The centre's address cannot be read ({what}). Write it like postgresql://name@host/db.",
    ),
    "central_password_in_url": (
        "Không để mật khẩu trong địa chỉ trung tâm. Dùng tệp bí mật hoặc tệp .pgpass.",
        "The centre's address must not hold a password. Use a secret file or .pgpass.",
    ),
    "central_sslmode": (
        "sslmode={sslmode} không an toàn ngoài máy này. Dùng verify-full và sslrootcert.",
        "sslmode={sslmode} is not safe beyond this machine. Use verify-full and sslrootcert.",
    ),
    "central_service": (
        "Địa chỉ trung tâm không được trỏ tới tệp service. Ghi máy chủ ngay trong địa chỉ.",
        "The centre's address must not name a service file. Write the host in the address.",
    ),
    "event_refused": (
        "Trung tâm không nhận được một sự kiện ({cause}). Đã để riêng để kỹ thuật xem.",
        "The centre cannot store an event ({cause}). It is set aside for IT to look at.",
    ),
    "blob_refused": (
        "Trung tâm không nhận tệp này: quá lớn hoặc nội dung đổi khi đang gửi. Đính kèm lại.",
        "The centre refuses this file: too large, or it changed on the way. Attach it again.",
    ),
    "too_many_unmasked": (
        "Đã xem quá nhiều số điện thoại trong một giờ. Chờ rồi thử lại, hoặc báo ca trưởng.",
        "Too many numbers were shown within an hour. Wait, or tell the supervisor.",
    ),
    # --- what IT types
    "central_not_set": (
        "Chưa có địa chỉ trung tâm. Ghi [central] url trong cấu hình, hoặc thêm --url.",
        "There is no address of the centre. Set [central] url, or add --url.",
    ),
    "central_bad_login": (
        "Tên đăng nhập “{login}” không dùng được. Viết chữ thường không dấu, số, dấu . _ -",
        "The login “{login}” cannot be used. Write lower-case letters, digits and . _ -",
    ),
    "central_login_taken": (
        "Máy chủ đã có vai trò “{login}” dùng cho việc khác. Chọn tên khác.",
        "The server has a role “{login}” for something else. Choose another name.",
    ),
    "central_agency_needed": (
        "Cán bộ đơn vị phải có --agency. Thêm mã đơn vị.",
        "An officer needs --agency. Add the agency's code.",
    ),
    "central_agency_unused": (
        "Chỉ cán bộ đơn vị mới có --agency. Bỏ tùy chọn này.",
        "Only an officer has --agency. Leave it out.",
    ),
    "unknown_login": (
        "Trung tâm không có tài khoản “{login}”. Xem central list-users.",
        "The centre has no account “{login}”. See central list-users.",
    ),
    "passwords_differ": (
        "Hai lần nhập mật khẩu không giống nhau. Hãy làm lại.",
        "The two passwords differ. Try again.",
    ),
    "central_slow": (
        "Trung tâm không trả lời. Công việc vẫn lưu tại máy và sẽ gửi sau.",
        "The centre does not answer. Work is kept here and will be sent later.",
    ),
    "central_failed": (
        "Đồng bộ bị lỗi ({error}), đang thử lại. Công việc vẫn lưu tại máy; báo bộ phận kỹ thuật.",
        "Synchronising failed ({error}) and will be tried again. Work is kept here; tell IT.",
    ),
    "central_hole": (
        "Dữ liệu trung tâm bị hụt một đoạn, đang đối chiếu lại. Công việc vẫn lưu tại máy.",
        "The centre's data has a gap; the histories are being compared. Work is kept here.",
    ),
    "hole": (
        "Trung tâm gửi thiếu sự kiện số {expected}. Máy sẽ đối chiếu lại khi nối lần sau.",
        "The centre left out event {expected}. Histories are compared at the next connection.",
    ),
    "other_history": (
        "Sự kiện số {seq} ở trung tâm khác ở máy này. Máy sẽ đối chiếu lại khi nối lần sau.",
        "Event {seq} is another one at the centre. Histories are compared at the next connection.",
    ),
    "history_missing": (
        "Chưa lấy được lịch sử của {requests} phản ánh cũ. Máy sẽ thử lại.",
        "The history of {requests} old requests could not be fetched. It will be tried again.",
    ),
    "console_too_old": (
        "Bản này quá cũ để gửi dữ liệu lên trung tâm (cần {needed}). Cập nhật chương trình.",
        "This version is too old to send data to the centre ({needed} is needed). Update it.",
    ),
    "console_code_taken": (
        "Mã máy {console} đang thuộc máy khác nên chưa cấp được số. Báo kỹ thuật đổi console_code.",
        "Console code {console} belongs to another seat: no numbers. IT must change console_code.",
    ),
    "clock_off": (
        "Đồng hồ máy lệch {seconds} giây so với trung tâm; hạn tính theo trung tâm. Báo kỹ thuật.",
        "The clock here is {seconds} s off the centre's; deadlines follow the centre. Tell IT.",
    ),
    "request_at_centre": (
        "Phản ánh {number} đã đóng lâu, máy này không còn giữ. Dùng: central search {number}",
        "Request {number} was closed long ago and is not kept here. Use: central search {number}",
    ),
}
